import GRDB
import GRDBSQLite

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
