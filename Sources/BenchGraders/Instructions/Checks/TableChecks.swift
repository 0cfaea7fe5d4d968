/// The checks of comma- and tab-separated tables.
enum TableChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "custom:csv_city": InstructionCatalog.plain { text in
            let rows = rows(of: text, separator: ",")
            return rows.count == 8 && rows[0].map(\.value.string) == ["ID", "Country", "City", "Year", "Count"]
                && rows.allSatisfy { $0.count == 5 }
        },
        "custom:csv_special_character": InstructionCatalog.plain { text in
            let rows = rows(of: text, separator: ",")
            guard rows.count == 15, hasHeader(rows, ["ProductID", "Category", "Brand", "Price", "Stock"]) else {
                return false
            }
            // Rows are read until one has the quoted sign.
            for row in rows.dropFirst() {
                guard row.count == 5 else { return false }
                if row.contains(where: { $0.isQuoted && $0.value.contains { !$0.isWordPart && !$0.isSpace } }) {
                    return true
                }
            }
            return false
        },
        "custom:csv_quotes": InstructionCatalog.plain { text in
            let rows = rows(of: text, separator: "\t")
            return rows.count == 4 && hasHeader(rows, ["StudentID", "Subject", "Grade", "Semester", "Score"])
                && rows.allSatisfy { row in row.count == 5 && row.allSatisfy(\.isQuoted) }
        },
    ]

    private struct Cell {
        var value: ScalarText
        var isQuoted: Bool
    }

    private static func hasHeader(_ rows: [[Cell]], _ names: [String]) -> Bool {
        rows.first.map { $0.map(\.value.trimmed.string) == names } ?? false
    }

    /// The rows of a table; a quoted field may hold separators and line breaks.
    private static func rows(of text: ScalarText, separator: Unicode.Scalar) -> [[Cell]] {
        var rows: [[Cell]] = []
        var row: [Cell] = []
        var value: ScalarText = []
        var isQuoted = false
        var isInside = false
        func endCell() {
            row.append(Cell(value: value, isQuoted: isQuoted))
            (value, isQuoted) = ([], false)
        }
        for sign in text.filter({ $0 != "\r" }) {
            if sign == "\"", isInside || value.isBlank {
                (isInside, isQuoted) = (!isInside, true)
                if isInside { value = [] }
            } else if sign == separator, !isInside {
                endCell()
            } else if sign == "\n", !isInside {
                endCell()
                rows.append(row)
                row = []
            } else {
                value.append(sign)
            }
        }
        if !value.isEmpty || isQuoted || !row.isEmpty {
            endCell()
            rows.append(row)
        }
        return rows
    }
}
