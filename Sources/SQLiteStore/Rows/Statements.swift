import GRDB

/// SQL that is made from column lists, so that names and placeholders cannot drift apart.
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
