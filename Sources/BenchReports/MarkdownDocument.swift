/// Grows paragraph by paragraph and never past its limit; what does not fit is counted, not dropped in silence.
struct MarkdownDocument {
    private let limit: Int
    private(set) var text = ""
    /// For the line that says how much was left out, and the closing tag.
    private static let reserve = 120

    init(limit: Int) { self.limit = limit }

    mutating func add(_ paragraph: String) {
        guard !paragraph.isEmpty, fits(paragraph) else { return }
        text += (text.isEmpty ? "" : "\n") + paragraph + "\n"
    }

    /// A folded table; rows stop where the room does.
    mutating func addDetails(_ title: String, rows: [String], header: String) {
        guard !rows.isEmpty else { return }
        var body = "\n<details><summary>\(title) (\(rows.count))</summary>\n\n\(header)\n"
        guard fits(body) else { return }
        var size = text.utf8.count + body.utf8.count
        var shown = 0
        for row in rows {
            size += row.utf8.count + 1
            guard size + MarkdownDocument.reserve < limit else { break }
            body += row + "\n"
            shown += 1
        }
        if shown < rows.count { body += "\nAnd \(rows.count - shown) more in the HTML report.\n" }
        text += body + "\n</details>\n"
    }

    private func fits(_ piece: String) -> Bool { text.utf8.count + piece.utf8.count + MarkdownDocument.reserve < limit }
}
