import DirGenAPI
import DirGenCore
import LLMCore

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

    /// True for a kind of terminal that knows no escape sequences.
    static func isDumb(_ kind: String?) -> Bool { kind == "dumb" || kind == "unknown" }

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

    /// Asks on a terminal; elsewhere `yes` must have been given.
    func confirm(_ question: String, yes: Bool) throws {
        guard !yes else { return }
        guard errorIsTerminal, FileDescriptor.standardInput.isTerminal else {
            throw CommandError(.usage, "this asks for a confirmation", hint: "give --yes where there is no terminal")
        }
        error.write(styled(question, .bold) + " [y/N] ")
        guard let answer = readLine()?.lowercased(), answer == "y" || answer == "yes" else {
            throw CommandError(.usage, "nothing was done")
        }
    }

    /// Text made safe, and in a style when standard error shows colours.
    func styled(_ text: String, _ style: Style) -> String {
        let safe = TerminalText.safe(text)
        return colors ? "\u{1B}[\(style.rawValue)m\(safe)\u{1B}[0m" : safe
    }
}
