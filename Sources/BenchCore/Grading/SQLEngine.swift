/// A port: a SQL database in memory that reads statements without running them, and runs a query on data of its own.
///
/// Each call is on a fresh, empty database. What comes from an answer is hostile: the engine refuses whatever reaches beyond that
/// database (files, attached databases, extensions, pragmas).
public protocol SQLEngine: Sendable {
    /// Parses statements; tables and columns that nobody has created are no error.
    ///
    /// - Throws: ``SQLFailure`` of kind `syntax` for text that is no SQL, or none at all.
    func parse(_ sql: String) throws(SQLFailure) -> SQLStatements

    /// Runs a script within limits.
    func run(_ script: SQLScript, limits: SQLLimits) async throws(SQLFailure) -> SQLRows
}

/// The findings about some statements.
public struct SQLStatements: Sendable, Hashable {
    public var count: Int
    /// Names of tables that occur in them, in the letter case written, each once, in order of their first occurrence.
    public var tables: [String]
    /// No statement changes anything.
    public var isReadOnly: Bool
    public init(count: Int, tables: [String], isReadOnly: Bool) {
        self.count = count
        self.tables = tables
        self.isReadOnly = isReadOnly
    }
}

/// A query with the data that it is asked of.
public struct SQLScript: Sendable, Hashable {
    /// The dataset's own statements, run first and trusted.
    public var schema: String
    /// The answer: one SELECT, or WITH … SELECT, unless ``then`` is given.
    public var answer: String
    /// A query of the dataset's, whose rows are the result. The answer may then hold any number of statements that insert, update,
    /// delete, or create views, tables and indexes.
    public var then: String?
    public init(schema: String, answer: String, then: String? = nil) {
        self.schema = schema
        self.answer = answer
        self.then = then
    }
}

/// The most that a script may use.
public struct SQLLimits: Sendable, Hashable {
    public var time: Duration
    public var rows: Int
    /// Bytes of all values of the result together.
    public var bytes: Int
    public init(time: Duration = .seconds(2), rows: Int = 10_000, bytes: Int = 10_000_000) {
        self.time = time
        self.rows = rows
        self.bytes = bytes
    }
}

/// The result of a query: rows of typed values.
public struct SQLRows: Sendable, Hashable {
    public var columns: [String]
    public var rows: [[SQLValue]]
    public init(columns: [String], rows: [[SQLValue]]) {
        self.columns = columns
        self.rows = rows
    }
}

/// A value of a result, by SQLite's storage classes.
public enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// The reason why a script has no result.
public struct SQLFailure: Error, Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// Not SQL.
        case syntax
        /// The dataset's schema or query is wrong: nobody's answer can be judged by it.
        case schema
        /// The answer's statements cannot be run: no such table, a constraint, a type.
        case execution
        /// The answer asked for what it may not do.
        case forbidden
        /// Too much time, too many rows or bytes.
        case limit
        /// The engine itself failed.
        case engine
    }
    public var kind: Kind
    public var message: String
    public init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}
