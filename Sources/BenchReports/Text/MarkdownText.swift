import BenchCore

/// Foreign text inside Markdown: it stays text, and pings nobody.
enum MarkdownText {
    /// Outside code: everything that could be markup is escaped, line ends become spaces.
    static func plain(_ text: String) -> String {
        var out = ""
        for character in ReportText.clean(text) {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            // A zero-width space keeps `@name` and `#12` from becoming a mention or a link.
            case "@": out += "@\u{200B}"
            case "#": out += "#\u{200B}"
            case "\\", "`", "*", "[", "]", "|", "~", "$", "_": out += "\\\(character)"
            case _ where character.isNewline: out += " "
            default: out.append(character)
            }
        }
        return out
    }

    /// A code span fit for a table cell.
    static func code(_ text: String) -> String {
        let line = String(ReportText.clean(text).map { $0.isNewline ? " " : $0 })
        guard !line.allSatisfy(\.isWhitespace) else { return "" }
        var longest = 0
        var current = 0
        for character in line {
            current = character == "`" ? current + 1 : 0
            longest = max(longest, current)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let pad = line.hasPrefix("`") || line.hasSuffix("`") ? " " : ""
        return fence + pad + line.replacing("|", with: "\\|") + pad + fence
    }

    /// Inside an HTML comment.
    static func comment(_ text: String) -> String {
        String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }).replacing(
            "--", with: "-")
    }
}
