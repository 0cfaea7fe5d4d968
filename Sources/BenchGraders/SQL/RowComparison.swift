import BenchCore
import LLMCore

/// A comparison of two results: values by type, rows in order or as a multiset.
///
/// Integers and floats are equal by value, floats to a relative 1e-9; NULL only to NULL; text and blobs byte by byte.
struct RowComparison {
    var isOrdered: Bool
    var comparesNames: Bool

    private static let tolerance = 1e-9
    /// Rows that are paired one by one where sorting does not settle it.
    private static let mostPaired = 2_000

    /// The first difference, for people; `nil` when there is none.
    func difference(_ found: SQLRows, _ expected: SQLRows) -> String? {
        if let width = expected.rows.first?.count ?? (expected.columns.isEmpty ? nil : expected.columns.count),
            found.columns.count != width
        {
            return "\(found.columns.count) columns, expected \(width)"
        }
        if comparesNames, found.columns.map({ $0.lowercased() }) != expected.columns.map({ $0.lowercased() }) {
            return "columns \(names(found)), expected \(names(expected))"
        }
        guard found.rows.count == expected.rows.count else {
            return "\(found.rows.count) rows, expected \(expected.rows.count)"
        }
        return isOrdered
            ? firstDifference(found.rows, expected.rows, "row") : unorderedDifference(found.rows, expected.rows)
    }

    /// The rows agree but for their order within runs that the expected order leaves open.
    func areEqual(_ found: SQLRows, _ expected: SQLRows, but ties: [Range<Int>]) -> Bool {
        guard found.rows.count == expected.rows.count, ties.last.map({ $0.upperBound <= found.rows.count }) ?? true
        else { return false }
        let rest = (ties.last?.upperBound ?? 0)..<found.rows.count
        return ties.allSatisfy { unorderedDifference(Array(found.rows[$0]), Array(expected.rows[$0])) == nil }
            && zip(found.rows[rest], expected.rows[rest]).allSatisfy(Self.areEqual)
    }

    private func unorderedDifference(_ found: [[SQLValue]], _ expected: [[SQLValue]]) -> String? {
        let sorted = (found.sorted(by: Self.precedes), expected.sorted(by: Self.precedes))
        guard let difference = firstDifference(sorted.0, sorted.1, "row, sorted,") else { return nil }
        return found.count <= Self.mostPaired && Self.canPair(found, expected) ? nil : difference
    }

    private func names(_ rows: SQLRows) -> String { rows.columns.joined(separator: ", ").shown(limit: 60) }

    private func firstDifference(_ found: [[SQLValue]], _ expected: [[SQLValue]], _ word: String) -> String? {
        for (index, (row, wanted)) in zip(found, expected).enumerated() where !Self.areEqual(row, wanted) {
            return "\(word) \(index + 1): \(Self.text(row)), expected \(Self.text(wanted))"
        }
        return nil
    }

    /// Floats that are nearly equal may sort either way: each row takes the first that equals it.
    private static func canPair(_ found: [[SQLValue]], _ expected: [[SQLValue]]) -> Bool {
        var left = expected
        for row in found {
            guard let place = left.firstIndex(where: { areEqual(row, $0) }) else { return false }
            left.swapAt(place, left.count - 1)
            left.removeLast()
        }
        return true
    }

    static func areEqual(_ row: [SQLValue], _ other: [SQLValue]) -> Bool {
        row.count == other.count && zip(row, other).allSatisfy(areEqual)
    }

    private static func areEqual(_ left: SQLValue, _ right: SQLValue) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return a == b
        case (.integer(let a), .real(let b)), (.real(let b), .integer(let a)): return areClose(Double(a), b)
        case (.real(let a), .real(let b)): return areClose(a, b)
        case (.text(let a), .text(let b)): return a.utf8.elementsEqual(b.utf8)
        default: return left == right
        }
    }

    private static func areClose(_ a: Double, _ b: Double) -> Bool {
        a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
    }

    private static func precedes(_ row: [SQLValue], _ other: [SQLValue]) -> Bool {
        for (left, right) in zip(row, other) {
            if precedes(left, right) { return true }
            if precedes(right, left) { return false }
        }
        return row.count < other.count
    }

    /// As SQLite sorts: NULL, numbers, text, blobs.
    private static func precedes(_ left: SQLValue, _ right: SQLValue) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a < b
        case (.integer(let a), .real(let b)): Double(a) < b
        case (.real(let a), .integer(let b)): a < Double(b)
        case (.real(let a), .real(let b)): a < b
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.blob(let a), .blob(let b)): a.lexicographicallyPrecedes(b)
        default: rank(left) < rank(right)
        }
    }

    private static func rank(_ value: SQLValue) -> Int {
        switch value {
        case .null: 0
        case .integer, .real: 1
        case .text: 2
        case .blob: 3
        }
    }

    private static func text(_ row: [SQLValue]) -> String {
        let values = row.map { value -> String in
            switch value {
            case .null: "NULL"
            case .integer(let number): String(number)
            case .real(let number): String(number)
            case .text(let text): text.shown(limit: 40)
            case .blob(let bytes): "\(bytes.count) bytes"
            }
        }
        return "(" + Redaction.cut(values.joined(separator: ", "), limit: 80) + ")"
    }
}
