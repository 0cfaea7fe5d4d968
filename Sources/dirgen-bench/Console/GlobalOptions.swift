import ArgumentParser
import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The options of every command whose output is a page for people or JSON.
struct GlobalOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Option(help: "Output: text or json.")
    var format: OutputFormat = .text
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, json
}

/// The options of every command. Those with a `--format` of their own use these alone.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Database file.", discussion: "Else $DIRGEN_DB, else $XDG_STATE_HOME/dirgen/dirgen.sqlite.",
            valueName: "file"))
    var db: String?

    @Option(
        help: ArgumentHelp(
            "Configuration file.", discussion: "Else ./dirgen.yaml, else $XDG_CONFIG_HOME/dirgen/dirgen.yaml.",
            valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Certificate authorities trusted beside the system's, in PEM.", valueName: "file"))
    var caFile: String?

    @Flag(help: "Use the built-in simulator in place of all providers.")
    var simulate = false

    @Flag(help: "Print results, warnings and errors only.")
    var quiet = false

    @Flag(help: "Print progress details.")
    var verbose = false

    @Option(help: "Log lines on standard error: text or json, one object a line.")
    var logFormat: LogFormat = .text

    @Flag(help: "No colours, whatever the terminal; NO_COLOR does the same.")
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
