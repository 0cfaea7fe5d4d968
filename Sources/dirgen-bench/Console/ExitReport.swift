import ArgumentParser
import DirGenAPI
import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The message and exit code of an error: the one mapping from errors to exit codes.
struct ExitReport {
    let code: Int32
    /// Help and version, which were asked for.
    let standardOutput: String
    let standardError: String

    init(_ error: any Error) {
        switch error {
        case let error as CommandError: self.init(error)
        case let error as any CodedError: self.init(CommandError(error))
        case is CancellationError: self.init(code: CommandError.Code.interrupted.rawValue, error: "interrupted")
        default: self.init(parserError: error)
        }
    }

    private init(_ error: CommandError) {
        let hint = error.hint.map { "\nhint: \($0)" } ?? ""
        self.init(code: error.code.rawValue, error: "error: \(error.message)\(hint)")
    }

    private init(parserError error: any Error) {
        let status = DirgenBench.exitCode(for: error)
        let text = DirgenBench.fullMessage(for: error)
        switch status {
        case .success: self.init(code: 0, output: text)
        // An exit code that a command threw itself comes without text.
        case let status where text.isEmpty: self.init(code: status.rawValue)
        // The parser's own 64, and errors that nothing maps: the command could not do what was asked.
        default: self.init(code: CommandError.Code.usage.rawValue, error: text)
        }
    }

    private init(code: Int32, output: String = "", error: String = "") {
        self.code = code
        standardOutput = output
        standardError = TerminalText.safe(error)
    }

    func leave() -> Never {
        if !standardOutput.isEmpty { FileDescriptor.standardOutput.write(standardOutput + "\n") }
        if !standardError.isEmpty { FileDescriptor.standardError.write(standardError + "\n") }
        exit(code)
    }
}
