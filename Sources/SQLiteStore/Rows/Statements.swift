import GRDB
import GRDBSQLite
import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The SQL that is made from column lists, so that names and placeholders cannot drift apart.
enum Statements {
    static func insert(into table: String, _ columns: [String]) -> String {
        let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        return "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))"
    }

    /// Inserts, or completes the row of that key where `condition` says it is still incomplete.
    static func complete(
        _ table: String, _ columns: [String], key: String, keeping: Set<String> = [], where condition: String
    )
        -> String
    {
        let updates = columns.filter { $0 != key && !keeping.contains($0) }.map { "\($0) = excluded.\($0)" }
        return insert(into: table, columns) + " ON CONFLICT (\(key)) DO UPDATE SET "
            + updates.joined(separator: ", ") + " WHERE \(condition)"
    }
}

extension Database {
    /// Runs a statement that is kept prepared.
    func run(_ sql: String, _ values: [DatabaseValue]) throws {
        let statement = try cachedStatement(sql: sql)
        statement.setUncheckedArguments(StatementArguments(values))
        try statement.execute()
    }
}

/// A statement with its values, made ready outside the writer's queue.
struct Write: Sendable {
    let sql: String
    let values: [DatabaseValue]
}

extension Statement {
    /// Binds positional values for the next execution.
    ///
    /// By SQLite's own functions: `StatementArguments` are made by generic code that costs as much as the insertion they are for.
    func bind(_ values: [DatabaseValue]) throws {
        // Resets the statement, and marks its arguments as set for GRDB.
        setUncheckedArguments(StatementArguments())
        for (index, value) in zip(CInt(1)..., values) {
            let code = bind(value, at: index)
            guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        }
    }

    private func bind(_ value: DatabaseValue, at index: CInt) -> CInt {
        // SQLITE_TRANSIENT, a cast that Swift does not import: SQLite copies the bytes before it returns.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return switch value.storage {
        case .null: SQLITE_OK
        case .int64(let number): sqlite3_bind_int64(sqliteStatement, index, number)
        case .double(let number): sqlite3_bind_double(sqliteStatement, index, number)
        case .string(let text): text.withCString { sqlite3_bind_text(sqliteStatement, index, $0, -1, copied) }
        case .blob(let data):
            data.withUnsafeBytes { sqlite3_bind_blob(sqliteStatement, index, $0.baseAddress, CInt($0.count), copied) }
        }
    }
}

extension DatabaseValue {
    /// SQLite ends a text at its first NUL when it is bound: hostile output must not be cut there, so the visible sign stands in.
    static func text(_ value: String?) -> DatabaseValue {
        guard let value else { return .null }
        // A buffer is searched several times as fast as a view.
        let holdsNUL = value.utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? value.utf8.contains(0)
        guard holdsNUL else { return value.databaseValue }
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

/// A reader of the columns of a row in the order they were selected.
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

/// A row read back does not have the shape it was written in.
struct RowFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    let field: String
    var description: String { "`\(field)` is missing or of the wrong type" }
}
