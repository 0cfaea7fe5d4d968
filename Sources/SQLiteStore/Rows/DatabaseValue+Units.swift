import GRDB
import LLMCore

extension DatabaseValue {
    /// SQLite ends a text at its first NUL when it is bound: hostile output must not be cut there, so the visible sign stands in.
    static func text(_ value: String?) -> DatabaseValue {
        guard let value else { return .null }
        guard value.utf8.contains(0) else { return value.databaseValue }
        return String(String.UnicodeScalarView(value.unicodeScalars.map { $0 == "\0" ? "\u{2400}" : $0 })).databaseValue
    }
    static func integer(_ value: Int?) -> DatabaseValue { value?.databaseValue ?? .null }
    static func integer64(_ value: Int64?) -> DatabaseValue { value?.databaseValue ?? .null }
    static func real(_ value: Double?) -> DatabaseValue { value?.databaseValue ?? .null }
    static func flag(_ value: Bool?) -> DatabaseValue { value.map { ($0 ? 1 : 0).databaseValue } ?? .null }
    static func money(_ value: USD?) -> DatabaseValue { value?.pico.databaseValue ?? .null }
    static func milliseconds(_ value: Duration?) -> DatabaseValue { value?.milliseconds.databaseValue ?? .null }
    /// JSON text escapes NUL by itself.
    static func json(_ value: JSONValue?) -> DatabaseValue { value?.text.databaseValue ?? .null }
}

/// Reads the columns of a row in the order they were selected.
struct ColumnReader {
    private let row: Row
    private var next = 0
    init(_ row: Row) { self.row = row }

    private mutating func value<Value: DatabaseValueConvertible & StatementColumnConvertible>() -> Value? {
        defer { next += 1 }
        return row[next]
    }
    mutating func text() -> String? { value() }
    mutating func integer() -> Int? { value() }
    mutating func integer64() -> Int64? { value() }
    mutating func real() -> Double? { value() }
    mutating func flag() -> Bool? { value() }
    mutating func money() -> USD? { (value() as Int64?).map(USD.init(pico:)) }

    mutating func text(_ field: String) throws -> String { try required(text(), field) }
    mutating func integer(_ field: String) throws -> Int { try required(integer(), field) }
    mutating func integer64(_ field: String) throws -> Int64 { try required(integer64(), field) }
    mutating func real(_ field: String) throws -> Double { try required(real(), field) }
    mutating func flag(_ field: String) throws -> Bool { try required(flag(), field) }
    mutating func json(_ field: String) throws -> JSONValue {
        do { return try JSONValue.parse(try text(field)) } catch { throw RowFormatError(field: field) }
    }

    private func required<Value>(_ value: Value?, _ field: String) throws -> Value {
        guard let value else { throw RowFormatError(field: field) }
        return value
    }
}
