/// A table for terminals: columns as wide as they need, numbers to the right.
struct TextTable {
    enum Alignment: Sendable {
        case left, right
    }
    let columns: [(title: String, alignment: Alignment)]
    private(set) var rows: [[String]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

    /// Missing cells are empty.
    mutating func add(_ cells: [String]) { rows.append(cells) }

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
