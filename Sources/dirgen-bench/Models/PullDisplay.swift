import DirGenCore

/// The progress of a pull on standard error: one line that stays in place on a terminal, a line every ten per cent
/// elsewhere.
struct PullDisplay {
    let name: String
    let console: Console
    /// The bytes per printed line where the total is unknown.
    private static let bytesPerLine = 100_000_000
    private var lastStep = -1
    private var isDrawn = false

    init(name: String, console: Console) {
        self.name = name
        self.console = console
    }

    mutating func show(_ bytes: Int, _ total: Int?) {
        guard !console.quiet else { return }
        let percent = total.map { $0 > 0 ? min(100, bytes * 100 / $0) : 0 }
        // A terminal is redrawn for each per cent, or each megabyte; a log is spared.
        let step =
            console.redraws
            ? percent ?? bytes / 1_000_000 : percent.map { $0 / 10 } ?? bytes / PullDisplay.bytesPerLine
        guard step > lastStep else { return }
        lastStep = step
        let share = percent.map { "\($0) %, " } ?? ""
        let line = "\(name): \(share)\(ByteText.of(bytes))\(total.map { " of \(ByteText.of($0))" } ?? "")"
        guard console.redraws else { return console.say(line) }
        console.error.write("\r\u{1B}[2K" + TerminalText.safe(line))
        isDrawn = true
    }

    /// Ends the line in place.
    mutating func close() {
        guard isDrawn else { return }
        console.error.write("\n")
        isDrawn = false
    }
}
