import LLMCore

/// Round values on axes, without the places that make figures comparable: `$0.2`, `2 s`.
enum TickText {
    static func dollars(_ value: Double) -> String { "$" + plain(value) }

    static func duration(_ milliseconds: Double) -> String {
        switch milliseconds {
        case 0: "0"
        case ..<1: plain(milliseconds * 1_000) + "\u{A0}µs"
        case ..<1_000: plain(milliseconds) + "\u{A0}ms"
        default: plain(milliseconds / 1_000) + "\u{A0}s"
        }
    }

    private static func plain(_ value: Double) -> String {
        let text = NumberText.significant(value, 3)
        guard text.contains(".") else { return text }
        let digits = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
        return String(digits.reversed())
    }
}
