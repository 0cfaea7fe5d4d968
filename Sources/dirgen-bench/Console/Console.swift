import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The output of a command: data on standard output, messages on standard error.
struct Console: Sendable {
    enum Style: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    let output: FileDescriptor
    let error: FileDescriptor
    let outputIsTerminal: Bool
    let errorIsTerminal: Bool
    /// True when lines of standard error may be drawn again in their place: not on a terminal that knows no escape
    /// sequences, nor on one too narrow for a line.
    let redraws: Bool
    /// Colours on standard error, where people read.
    let colors: Bool
    let quiet: Bool
    let verbose: Bool

    init(
        output: FileDescriptor = .standardOutput, error: FileDescriptor = .standardError, outputIsTerminal: Bool,
        errorIsTerminal: Bool, redraws: Bool? = nil, colors: Bool, quiet: Bool, verbose: Bool
    ) {
        self.output = output
        self.error = error
        self.outputIsTerminal = outputIsTerminal
        self.errorIsTerminal = errorIsTerminal
        self.redraws = redraws ?? errorIsTerminal
        self.colors = colors
        self.quiet = quiet
        self.verbose = verbose
    }

    /// Columns below which a line that stays in place would wrap, and not be where it is looked for.
    static let leastWidth = 20

    /// True for a kind of terminal that knows no escape sequences, and where none is named.
    static func isDumb(_ kind: String?) -> Bool { ["", "dumb", "unknown"].contains(kind ?? "") }

    /// Data, with a line feed. On a terminal control sequences are taken out: much of it comes from models.
    func data(_ text: String) { write(text + "\n") }

    /// Data as it is, without a line feed: pieces of a streamed answer pass through one ``TerminalText`` of the caller.
    func write(_ text: String) { output.write(outputIsTerminal ? TerminalText.safe(text) : text) }

    /// A JSON document on standard output.
    func json(_ document: some Document) throws { jsonText(try document.json().prettyText) }

    /// A JSON document on one line of standard output.
    func jsonLine(_ document: some Document) throws { jsonText(try document.json().text) }

    /// JSON need not escape DEL and the controls above it, but some terminals act on them: there they are escaped.
    private func jsonText(_ text: String) {
        output.write((outputIsTerminal ? TerminalText.escapingJSON(text) : text) + "\n")
    }

    /// Prints a message; silent under `--quiet`.
    func say(_ text: String, _ style: Style? = nil) {
        guard !quiet else { return }
        error.write((style.map { styled(text, $0) } ?? TerminalText.safe(text)) + "\n")
    }

    /// A detail that `--verbose` asks for.
    func detail(_ text: String) { if verbose { say(text, .dim) } }

    /// A warning, which `--quiet` does not silence.
    func warn(_ text: String) { error.write(styled("warning: ", .yellow) + TerminalText.safe(text) + "\n") }

    /// Asks on a terminal before money is spent or data is removed; elsewhere `--yes` must have been given.
    ///
    /// - Throws: ``CommandError``: usage where there is no terminal, interrupted after any answer but a yes.
    func confirm(_ confirmation: Confirmation, yes: Bool) throws {
        guard !yes else { return }
        guard errorIsTerminal, FileDescriptor.standardInput.isTerminal else {
            throw CommandError(.usage, confirmation.need, hint: confirmation.hint)
        }
        error.write(styled(confirmation.question, .bold) + " [y/N] ")
        let answer = InterruptSignals.byDefault { readLine() }
        try Task.checkCancellation()
        guard let answer, Confirmation.isYes(answer) else { throw CommandError(.interrupted, confirmation.refusal) }
    }

    /// Text made safe, and in a style when standard error shows colours.
    func styled(_ text: String, _ style: Style) -> String {
        let safe = TerminalText.safe(text)
        return colors ? "\u{1B}[\(style.rawValue)m\(safe)\u{1B}[0m" : safe
    }
}

/// A question that needs a yes, typed on a terminal or given beforehand.
struct Confirmation {
    var question: String
    /// The error where there is no terminal.
    var need: String
    var hint: String
    /// The error after a no.
    var refusal: String

    /// Before calls that may be paid.
    static let spending = Confirmation(
        question: "Send these calls?", need: "this run may cost money",
        hint: "give --yes after reading the plan above; --dry-run prints the plan alone", refusal: "nothing was sent")

    /// Before a judge is asked outside a run, where there is no plan.
    static func judging(_ answers: Int, atMost limit: USD) -> Confirmation {
        Confirmation(
            question:
                "Ask the judge about \(NumberText.count(answers)) answers, for at most \(NumberText.dollars(limit))?",
            need: "the judge may cost money, at most \(NumberText.dollars(limit))",
            hint: "give --yes; --max-cost sets another limit", refusal: "nothing was sent")
    }

    /// Before data is removed for good.
    static func removal(of what: String) -> Confirmation {
        Confirmation(
            question: "Remove \(what)?", need: "removing \(what) needs a confirmation",
            hint: "give --yes where there is no terminal", refusal: "nothing was removed")
    }

    /// In the languages of the platform's users, English and Spanish.
    static func isYes(_ answer: String) -> Bool {
        ["y", "yes", "s", "si", "sí"].contains(answer.lowercased().filter { !$0.isWhitespace })
    }
}

/// The format of log lines on standard error.
enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// `warning dirgen: message key=value`.
    case text
    /// One JSON object a line: `ts`, `level`, `logger`, `message`, and the metadata under its dotted names.
    case json
}

/// Log lines on standard error, one a line.
struct StderrLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(label: String, level: Logger.Level, format: LogFormat) {
        self.label = label
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        let line =
            switch format {
            case .text: text(event, facts)
            case .json: json(event, facts, at: TimeSource.live.wallMicroseconds())
            }
        FileDescriptor.standardError.write(line + "\n")
    }

    private func text(_ event: LogEvent, _ facts: Logger.Metadata) -> String {
        let facts = facts.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return TerminalText.safe("\(event.level) \(label): \(event.message)\(facts)")
    }

    func json(_ event: LogEvent, _ facts: Logger.Metadata, at microseconds: Int64) -> String {
        let line = LogLineDocument(
            time: RFC3339.text(microseconds, decimals: 3),
            level: event.level.rawValue, logger: label, message: event.message.description,
            metadata: facts.mapValues(\.description))
        // A log line is no reason to fail.
        return (try? line.json().text) ?? text(event, facts)
    }
}
