/// A check of a whole store: its structures, the references in it and the rules of this program.
public protocol StoreChecker: Sendable {
    /// Reads everything that is stored.
    func check() async throws -> StoreCheck
}

/// The result of ``StoreChecker/check()``.
public struct StoreCheck: Sendable, Hashable {
    /// One broken rule. An empty list means a sound store.
    public struct Problem: Sendable, Hashable {
        /// `integrity`, `foreign_key`, or the name of a rule of this program.
        public var rule: String
        public var detail: String

        public init(rule: String, detail: String) {
            self.rule = rule
            self.detail = detail
        }
    }
    public var problems: [Problem]
    /// Worth knowing, not wrong: attempts and runs that a killed process left behind.
    public var notes: [String]
    /// Of the schema.
    public var version: Int
    public var runs: Int
    public var trials: Int
    public var calls: Int
    public var attempts: Int
    public var tables: Int
    /// States of providers, models, keys, limits and locks.
    public var healthStates: Int
    /// Answers that may serve again.
    public var cacheEntries: Int
    /// Size of the database.
    public var bytes: Int

    public init(
        problems: [Problem] = [], notes: [String] = [], version: Int, runs: Int = 0, trials: Int = 0, calls: Int = 0,
        attempts: Int = 0, tables: Int = 0, healthStates: Int = 0, cacheEntries: Int = 0, bytes: Int = 0
    ) {
        self.problems = problems
        self.notes = notes
        self.version = version
        self.runs = runs
        self.trials = trials
        self.calls = calls
        self.attempts = attempts
        self.tables = tables
        self.healthStates = healthStates
        self.cacheEntries = cacheEntries
        self.bytes = bytes
    }
}
