import LLMCore

/// A table for terminals: columns as wide as they need, numbers to the right.
struct TextTable {
    enum Alignment: Sendable {
        case left, right
    }
    let columns: [(title: String, alignment: Alignment)]
    private(set) var rows: [[String]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

    /// Adds a row; missing cells are empty, and line breaks become blanks.
    mutating func add(_ cells: [String]) {
        rows.append(cells.map { String($0.map { $0.isNewline ? " " : $0 }) })
    }

    var text: String {
        let lines = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in
            lines.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return lines.map { line($0, widths) }.joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (column, width) in widths.enumerated() {
            let cell = cells.indices.contains(column) ? cells[column] : ""
            let padding = String(repeating: " ", count: width - cell.count)
            line += (column == 0 ? "" : "  ") + (columns[column].alignment == .left ? cell + padding : padding + cell)
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}

/// A cost as text.
enum CostText {
    /// - Parameters:
    ///   - cost: `nil` unknown.
    ///   - most: The most it can have been; `nil` unknown.
    ///   - reason: Why the cost is unknown.
    static func words(_ cost: USD?, atMost most: USD? = nil, because reason: String? = nil) -> String {
        if let cost { return "\(cost) USD" }
        let unknown = "cost unknown" + (reason.map { ": \($0)" } ?? "")
        guard let most else { return unknown }
        return reason == nil ? "at most \(most) USD" : "\(unknown); at most \(most) USD"
    }
}

/// Bytes for people to read: `860 MB`, `1.92 GB`.
enum ByteText {
    static func of(_ bytes: Int) -> String {
        switch bytes {
        case ..<1_000: "\(bytes) B"
        case ..<1_000_000: "\(bytes / 1_000) kB"
        case ..<1_000_000_000: "\(bytes / 1_000_000) MB"
        default: "\(bytes / 1_000_000_000).\(twoDigits(bytes % 1_000_000_000 / 10_000_000)) GB"
        }
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
