/// A table as comma-separated text (RFC 4180), safe to open in a spreadsheet: no text of a field is taken for a formula.
struct CSVText {
    enum Field {
        case text(String)
        /// A figure of ours, which no caller has a part in.
        case figure(String)
        case empty
    }

    private(set) var text = ""

    init(header: [String]) { add(header.map(Field.text)) }

    mutating func add(_ row: [Field]) {
        text += row.map(Self.written).joined(separator: ",") + "\r\n"
    }

    private static func written(_ field: Field) -> String {
        switch field {
        case .empty: ""
        case .figure(let figure): figure
        case .text(let text): quoted(harmless(text))
        }
    }

    /// Spreadsheets compute what begins so; an apostrophe in front makes it text.
    private static func harmless(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
