import BenchCore
import GRDBSQLite

/// A reader of statements that runs none of them: SQLite compiles them, and the tables they speak of are made when it misses them.
struct StatementReader {
    private let database: GuardedDatabase
    private var made: [String] = []

    /// Tables and columns made for one statement; what is still missing then is taken as it is.
    private static let mostRetries = 200

    init(isOver: @escaping @Sendable () -> Bool) throws(SQLFailure) {
        database = try GuardedDatabase(isOver: isOver)
        database.restrict(to: .compiling)
    }

    mutating func read(_ sql: String) throws(SQLFailure) -> SQLStatements {
        var result = SQLStatements(count: 0, tables: [], isReadOnly: true)
        for statement in Self.split(sql) {
            guard let isReadOnly = try readOne(statement) else { continue }
            result.count += 1
            result.isReadOnly = result.isReadOnly && isReadOnly
        }
        guard result.count > 0 else { throw SQLFailure(kind: .syntax, message: "no statement") }
        result.tables = database.tables
        return result
    }

    /// True when a statement only reads; `nil` where there is none.
    private mutating func readOne(_ sql: String) throws(SQLFailure) -> Bool? {
        for _ in 0..<Self.mostRetries {
            var isReadOnly: Bool?
            do {
                try database.forEachStatement(sql) { statement in
                    isReadOnly = sqlite3_stmt_readonly(statement) != 0
                }
                return isReadOnly
            } catch {
                // SQLite knows the grammar before it looks names up.
                guard error.kind == .execution else { throw error }
                guard supply(error.message) else { break }
            }
        }
        return Self.looksLikeQuery(sql)
    }

    /// Makes what SQLite misses.
    ///
    /// - Returns: `false` when that is neither a table nor a column.
    private mutating func supply(_ message: String) -> Bool {
        if let table = Self.name(in: message, after: "no such table: ") {
            made.append(table)
            return (try? database.run("CREATE TABLE \(Self.quoted(table)) (\(Self.quoted("rowid_")))")) != nil
        }
        guard let column = Self.name(in: message, after: "no such column: ") else { return false }
        // A qualified name may be of any table, by an alias.
        let isQualified = message.hasSuffix(".\(column)")
        var isNew = false
        for table in made {
            let added = "ALTER TABLE \(Self.quoted(table)) ADD COLUMN \(Self.quoted(column))"
            guard (try? database.run(added)) != nil else { continue }
            isNew = true
            if !isQualified { break }
        }
        return isNew
    }

    private static func name(in message: String, after words: String) -> String? {
        guard message.hasPrefix(words) else { return nil }
        let path = message.dropFirst(words.count).split(separator: ".")
        return path.last.map(String.init)
    }

    private static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// At each semicolon that ends a statement, as SQLite sees it.
    private static func split(_ sql: String) -> [String] {
        var statements: [String] = []
        var current = ""
        for part in sql.split(separator: ";", omittingEmptySubsequences: false) {
            current += part + ";"
            if sqlite3_complete(current) != 0 {
                statements.append(current)
                current = ""
            }
        }
        // The last part has no semicolon of its own.
        return current.isEmpty ? statements : statements + [String(current.dropLast())]
    }

    private static func looksLikeQuery(_ sql: String) -> Bool {
        let word = sql.drop { !$0.isLetter }.prefix { $0.isLetter }.uppercased()
        return ["SELECT", "WITH", "VALUES", "EXPLAIN"].contains(word)
    }
}
