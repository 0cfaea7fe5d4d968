import ArgumentParser
import DirGenAPI
import LLMCore
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A command of `dirgen-bench`: arguments in, work done through the facades, an error or nothing out.
protocol DirgenCommand: AsyncParsableCommand {
    var common: CommonOptions { get }
    func execute(_ console: Console) async throws
    /// The command deals with Ctrl-C itself; otherwise the first one cancels it.
    static var handlesInterrupts: Bool { get }
}

extension DirgenCommand {
    static var handlesInterrupts: Bool { false }

    mutating func run() async throws {
        let console = common.console()
        let level: Logger.Level = common.verbose ? .debug : common.quiet ? .error : .warning
        let format = common.logFormat
        LoggingSystem.bootstrap { label in StderrLogHandler(label: label, level: level, format: format) }
        try await execute(console)
        if let lost = FileDescriptor.lost { throw CommandError(.usage, "the output could not be written: \(lost)") }
    }
}

/// The options of every command whose output is a page for people or JSON.
struct GlobalOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Option(help: "Output format: text or json.")
    var format: OutputFormat = .text
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, json
}

/// The options of every command. Those with a `--format` of their own use these alone.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Database file.", discussion: "Default: $DIRGEN_DB, then $XDG_STATE_HOME/dirgen/dirgen.sqlite.",
            valueName: "file"), transform: TextArgument.file)
    var db: String?

    @Option(
        help: ArgumentHelp(
            "Configuration file.", discussion: "Default: ./dirgen.yaml, then $XDG_CONFIG_HOME/dirgen/dirgen.yaml.",
            valueName: "file"), transform: TextArgument.file)
    var config: String?

    @Option(
        help: ArgumentHelp("PEM file of certificate authorities to trust beside the system's.", valueName: "file"),
        transform: TextArgument.file)
    var caFile: String?

    @Flag(help: "Use the built-in simulator instead of all providers.")
    var simulate = false

    @Flag(help: "Print results, warnings and errors only.")
    var quiet = false

    @Flag(help: "Print progress details.")
    var verbose = false

    @Option(help: "Format of log lines on standard error: text, or json with one object a line.")
    var logFormat: LogFormat = .text

    @Flag(help: "Print no colours; the variable NO_COLOR does the same.")
    var noColor = false

    func validate() throws {
        if quiet, verbose { throw ValidationError("--quiet and --verbose contradict each other") }
    }

    /// The console these options ask for.
    func console() -> Console {
        let errorIsTerminal = FileDescriptor.standardError.isTerminal
        let environment = ProcessInfo.processInfo.environment
        let isDumb = Console.isDumb(environment["TERM"])
        let isNarrow = FileDescriptor.standardError.width.map { $0 < Console.leastWidth } ?? false
        let plain = noColor || !(environment["NO_COLOR"] ?? "").isEmpty || isDumb
        return Console(
            outputIsTerminal: FileDescriptor.standardOutput.isTerminal, errorIsTerminal: errorIsTerminal,
            redraws: errorIsTerminal && !isDumb && !isNarrow, colors: errorIsTerminal && !plain, quiet: quiet,
            verbose: verbose)
    }
}

/// The option of commands that ask before they spend or remove.
struct ConfirmationOptions: ParsableArguments {
    @Flag(name: [.long, .short], help: "Do not ask for confirmation.")
    var yes = false
}

/// The options for constraints of a selection; those not given stay as the profile or the table has them.
struct ConstraintOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Accept quality within this share of the best.", valueName: "share"),
        transform: NumberArgument.share)
    var relativeQuality: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Minimum mean quality, from 0 to 1.", valueName: "quality"),
        transform: NumberArgument.share)
    var minQuality: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Maximum mean cost of a case.", valueName: "usd"),
        transform: NumberArgument.dollars)
    var maxCaseCost: USD?

    @Option(
        name: .customLong("max-p95-ms"), parsing: .unconditional,
        help: ArgumentHelp("Maximum response time at the 95th percentile, in ms.", valueName: "ms"),
        transform: NumberArgument.milliseconds)
    var maxP95: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Confidence that all constraints hold.", valueName: "share"),
        transform: NumberArgument.share)
    var confidence: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What a point of quality may cost each call.",
            discussion: """
                A point is a hundredth: one more right answer in a hundred. Chooses the model that is worth most, instead of \
                the cheapest within --relative-quality of the best.
                """, valueName: "usd"),
        transform: NumberArgument.dollars)
    var willingToPay: USD?

    func validate() throws {
        guard relativeQuality == nil || willingToPay == nil else {
            throw ValidationError("--relative-quality and --willing-to-pay exclude each other")
        }
    }

    /// A limit of the p95 says nothing of waits that were scaled.
    func check(timeScale: Double?) throws {
        guard maxP95 != nil, let timeScale, timeScale != 1 else { return }
        throw CommandError(
            .usage, "--max-p95-ms cannot be compared with waits that the simulator scales by \(timeScale)",
            hint: "run with --time-scale 1, or leave the limit out")
    }

    var overrides: SelectionConstraints.Overrides {
        SelectionConstraints.Overrides(
            relativeQuality: relativeQuality, minQuality: minQuality, maxCaseCost: maxCaseCost, maxP95: maxP95,
            confidence: confidence, willingToPay: willingToPay)
    }
}
