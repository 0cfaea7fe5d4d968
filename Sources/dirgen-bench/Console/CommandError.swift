import DirGenAPI
import DirGenBench
import DirGenCore
import LLMCore

/// The failure of a command: exit code, message, and a hint at what to do.
struct CommandError: Error, Sendable {
    typealias Code = ErrorCode.Exit

    var code: Code
    var message: String
    /// A hint; printed on its own line.
    var hint: String?

    init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}

extension CommandError {
    /// An error of a library in the words of this program: its exit code is that of its code.
    init(_ error: any CodedError) {
        let message = (error as? ConfigurationError)?.commandDescription ?? error.errorMessage
        self.init(error.errorCode.exit, message, hint: CommandError.hint(for: error))
    }

    /// A hint with the commands and options of this program.
    private static func hint(for error: any CodedError) -> String? {
        switch error {
        case let error as InputError: error.hint
        case let error as StoreError: error.hint
        case let error as LocalModelError: error.commandHint
        case let error as AskFailure: error.hint
        default: error.errorAdvice
        }
    }
}

extension InputError {
    fileprivate var hint: String? {
        switch code {
        case .noProvider: (advice.map { $0 + ", or " } ?? "") + "use --simulate"
        case .unknownModel: "`dirgen-bench doctor` checks each provider"
        case .unpriced:
            (advice.map { $0 + ", " } ?? "")
                + "import a table with `dirgen-bench prices import`, or give --allow-unpriced"
        case .unpricedJudge:
            (advice.map { $0 + ", or " } ?? "") + "import a table with `dirgen-bench prices import`"
        case .unknownRun: "`dirgen-bench runs list` lists them"
        case .unknownTable: "`dirgen-bench table list` lists them"
        case .completeRun: advice.map { "--retry-errors " + $0 }
        case .incomparableRun: advice.map { "`dirgen-bench run` with --reuse: " + $0 }
        case .invalidInput, .unknownDataset: advice
        }
    }
}

extension LocalModelError {
    fileprivate var commandHint: String? {
        switch reason {
        case .modelNotFound: "`dirgen-bench models list` lists the models on disk; " + (hint ?? "")
        case .pullNotAllowed: model.map { "`dirgen-bench models pull \($0)` downloads it" }
        case .timeout where model != nil: "load it ahead: `dirgen-bench models load`"
        default: hint
        }
    }
}

extension StoreError {
    fileprivate var hint: String? {
        let elsewhere = "name another file with --db or DIRGEN_DB"
        return switch code {
        case .notFound: "the first `dirgen-bench run` or `ask` creates it; --db or DIRGEN_DB names another"
        case .readOnly, .notADatabase, .foreignDatabase, .cannotOpen: advice ?? elsewhere
        case .newerVersion: "use the newer dirgen-bench that wrote it, or \(elsewhere)"
        case .diskFull: (advice ?? "free some space") + ", or \(elsewhere)"
        case .corrupt: advice ?? "`dirgen-bench db check` names the place; restore a backup made with `db backup`"
        case .unknownRun: "`dirgen-bench runs list` lists them"
        case .unfinishedRun: advice ?? "--force removes it anyway"
        default: advice
        }
    }
}

extension ConfigurationError {
    /// The description with options as they are written on the command line.
    fileprivate var commandDescription: String {
        problems.map { ($0.isOption ? "--" : "") + $0.description }.joined(separator: "\n")
    }
}

extension AskFailure {
    /// `nil` when the failure itself says what would help.
    fileprivate var hint: String? {
        record.attempts.contains { $0.report.outcome == .tlsOrDNS }
            ? "--ca-file trusts certificate authorities beside the system's" : nil
    }
}
