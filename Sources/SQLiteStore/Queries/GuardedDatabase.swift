import BenchCore
import GRDBSQLite

/// A SQLite database in memory for statements that nobody has read: bounded in time and space, and cut off from every file.
///
/// On SQLite's own interface: authorizer and limits are all there is to it. Used by one thread.
final class GuardedDatabase {
    /// The rights of statements.
    enum Access {
        /// Ours.
        case all
        /// The dataset's: change tables, views, indexes and triggers; check foreign keys.
        case building
        /// Read.
        case reading
        /// Read, and change tables, views, indexes and triggers.
        case writing
        /// Be compiled. What SQLite does at once then is left out: a PRAGMA could bind this whole process.
        case compiling
    }

    let handle: OpaquePointer
    private var access = Access.all
    private let isOver: @Sendable () -> Bool
    private(set) var hasRunOut = false
    /// Tables that prepared statements refer to, in order.
    private(set) var tables: [String] = []
    private var expansion = QueryExpansion()

    private static let operationsBetweenChecks: CInt = 1_000
    private static let longestValue: CInt = 1 << 20
    private static let mostPages = 16_384
    private static let longestPattern: CInt = 200

    /// - Parameter isOver: Whether the time is over, or nobody waits any more.
    init(isOver: @escaping @Sendable () -> Bool) throws(SQLFailure) {
        self.isOver = isOver
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(":memory:", &opened, flags, nil) == SQLITE_OK, let opened else {
            sqlite3_close(opened)
            throw SQLFailure(kind: .engine, message: "SQLite opens no database in memory")
        }
        handle = opened
        let own = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            handle, Self.operationsBetweenChecks,
            { pointer in
                guard let pointer else { return 1 }
                return Unmanaged<GuardedDatabase>.fromOpaque(pointer).takeUnretainedValue().noteTime() ? 1 : 0
            }, own)
        sqlite3_set_authorizer(
            handle,
            { pointer, action, first, second, _, _ in
                guard let pointer else { return SQLITE_DENY }
                let database = Unmanaged<GuardedDatabase>.fromOpaque(pointer).takeUnretainedValue()
                return database.answer(to: action, first, second)
            }, own)
        // Sorting may use memory, never a file.
        try run("PRAGMA temp_store = MEMORY; PRAGMA max_page_count = \(Self.mostPages); PRAGMA trusted_schema = OFF")
    }

    deinit { sqlite3_close_v2(handle) }

    func restrict(to access: Access) {
        self.access = access
        guard access != .building else { return }
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Self.longestValue)
        sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, Self.longestPattern)
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    }

    private func noteTime() -> Bool {
        if isOver() { hasRunOut = true }
        return hasRunOut
    }

    /// Called for each part of a statement while it is compiled; views within views can make that long too.
    private func answer(to action: CInt, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?) -> CInt {
        note(action, first)
        guard access != .all else { return SQLITE_OK }
        guard !noteTime() else { return SQLITE_DENY }
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_FUNCTION:
            let isForbidden = second.map { Self.forbidden.contains(String(cString: $0).lowercased()) } ?? false
            return isForbidden ? SQLITE_DENY : SQLITE_OK
        case SQLITE_PRAGMA where access == .building && first.map { String(cString: $0) } == "foreign_keys":
            return SQLITE_OK
        case SQLITE_PRAGMA, SQLITE_ATTACH, SQLITE_DETACH: return access == .compiling ? SQLITE_IGNORE : SQLITE_DENY
        default: return access != .reading && Self.changes.contains(action) ? SQLITE_OK : SQLITE_DENY
        }
    }

    private func note(_ action: CInt, _ table: UnsafePointer<CChar>?) {
        let named = [SQLITE_READ, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_CREATE_TABLE, SQLITE_DROP_TABLE]
        guard named.contains(action), let table else { return }
        let name = String(cString: table)
        if !name.isEmpty, !name.hasPrefix("sqlite_"), !tables.contains(name) { tables.append(name) }
    }

    /// Functions that reach beyond the database, where a build of SQLite has them.
    private static let forbidden: Set<String> = ["load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"]
    /// No virtual table is among them.
    private static let changes: Set<CInt> = [
        SQLITE_CREATE_INDEX, SQLITE_CREATE_TABLE, SQLITE_CREATE_TEMP_INDEX, SQLITE_CREATE_TEMP_TABLE,
        SQLITE_CREATE_TEMP_TRIGGER, SQLITE_CREATE_TEMP_VIEW, SQLITE_CREATE_TRIGGER, SQLITE_CREATE_VIEW, SQLITE_DELETE,
        SQLITE_DROP_INDEX, SQLITE_DROP_TABLE, SQLITE_DROP_TEMP_INDEX, SQLITE_DROP_TEMP_TABLE, SQLITE_DROP_TEMP_TRIGGER,
        SQLITE_DROP_TEMP_VIEW, SQLITE_DROP_TRIGGER, SQLITE_DROP_VIEW, SQLITE_INSERT, SQLITE_TRANSACTION, SQLITE_UPDATE,
        SQLITE_ALTER_TABLE, SQLITE_REINDEX, SQLITE_ANALYZE, SQLITE_SAVEPOINT,
    ]
}

extension GuardedDatabase {
    /// Runs all statements of a text, and throws their rows away.
    func run(_ sql: String) throws(SQLFailure) {
        try forEachStatement(sql) { statement throws(SQLFailure) in
            while try step(statement) {}
        }
    }

    /// The rows of the one statement of a text.
    func rows(_ sql: String, _ limits: SQLLimits) throws(SQLFailure) -> SQLRows {
        var result: SQLRows?
        try forEachStatement(sql) { statement throws(SQLFailure) in
            guard result == nil else { throw SQLFailure(kind: .forbidden, message: "more than one statement") }
            result = try read(statement, limits)
        }
        guard let result else { throw SQLFailure(kind: .syntax, message: "no statement") }
        return result
    }

    private func read(_ statement: OpaquePointer, _ limits: SQLLimits) throws(SQLFailure) -> SQLRows {
        let width = sqlite3_column_count(statement)
        guard width > 0 else { throw SQLFailure(kind: .forbidden, message: "not a query") }
        var result = SQLRows(
            columns: (0..<width).map { sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? "" }, rows: [])
        var bytes = 0
        while try step(statement) {
            let row = (0..<width).map { value(statement, $0) }
            bytes += row.reduce(0) { $0 + $1.size }
            guard result.rows.count < limits.rows, bytes <= limits.bytes else {
                throw SQLFailure(
                    kind: .limit, message: "more than \(limits.rows) rows or \(limits.bytes) bytes of result")
            }
            result.rows.append(row)
        }
        return result
    }

    private func value(_ statement: OpaquePointer, _ column: CInt) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            guard let text = sqlite3_column_text(statement, column) else { return .null }
            let count = Int(sqlite3_column_bytes(statement, column))
            return .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let blob = sqlite3_column_blob(statement, column) else { return .blob([]) }
            return .blob(
                Array(UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(statement, column)))))
        default: return .null
        }
    }

    /// - Returns: `true` when there is a row.
    private func step(_ statement: OpaquePointer) throws(SQLFailure) -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    func forEachStatement(
        _ sql: String, _ body: (OpaquePointer) throws(SQLFailure) -> Void
    ) throws(SQLFailure) {
        if access != .all, expansion.add(sql) > QueryExpansion.limit {
            throw SQLFailure(kind: .limit, message: "unfolds into too much")
        }
        let text = Array(sql.utf8CString)
        guard !text.dropLast().contains(0) else { throw SQLFailure(kind: .syntax, message: "a zero byte") }
        try text.withUnsafeBufferPointer { buffer throws(SQLFailure) in
            var next = buffer.baseAddress
            while let start = next, start.pointee != 0 {
                var statement: OpaquePointer?
                let code = sqlite3_prepare_v2(handle, start, -1, &statement, &next)
                guard code == SQLITE_OK else { throw failure(code) }
                // Comments and white space.
                guard let statement else { continue }
                defer { sqlite3_finalize(statement) }
                try body(statement)
            }
        }
    }

    func failure(_ code: CInt) -> SQLFailure {
        let message = sqlite3_errmsg(handle).map { String(cString: $0) } ?? "error \(code)"
        if hasRunOut { return SQLFailure(kind: .limit, message: "took too long") }
        let kind: SQLFailure.Kind =
            switch code & 0xFF {
            case SQLITE_AUTH: .forbidden
            case SQLITE_INTERRUPT, SQLITE_FULL, SQLITE_TOOBIG, SQLITE_NOMEM: .limit
            case SQLITE_ERROR where Self.isSyntax(message): .syntax
            default: .execution
            }
        return SQLFailure(kind: kind, message: message)
    }

    static func isSyntax(_ message: String) -> Bool {
        message.contains("syntax error") || message.contains("incomplete input")
            || message.contains("unrecognized token")
    }
}

extension SQLValue {
    /// Bytes, about.
    fileprivate var size: Int {
        switch self {
        case .null, .integer, .real: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }
}
