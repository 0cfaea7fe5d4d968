public import LLMCore

/// The port for copies of a whole store.
public protocol StoreBackup: Sendable {
    /// Writes a copy of everything as it is now into a new file, while others may go on writing. It appears whole or not at all.
    ///
    /// - Throws: ``LLMCore/StoreError``: the file exists, its folder cannot be written, no space is left.
    func backup(to path: String) async throws
}

/// The ports a run writes to and its report is read from.
package typealias RunStore = TrialStore & RunReader & GradingStore & CalibrationStore & RunOverviewReader
    & SelectionTableStore & PaidWorkStore

/// A durable store of service and bench behind one handle.
public protocol BenchStore: ServiceStore, TrialStore, RunReader, GradingStore, SelectionTableStore, RunOverviewReader,
    RunRemover, RunExporter, ResultStore, CalibrationStore, StoreChecker, StoreBackup, PaidWorkStore
{}

/// The port for deleting single runs, and everything that is old.
public protocol RunRemover: Sendable {
    /// Removes a run with its cases, trials, calls and attempts; tables that were derived from it stay.
    ///
    /// A run that has not finished is removed only when `unfinished` allows it: its process may still be writing.
    /// - Throws: ``LLMCore/StoreError`` `unknown_run` or `unfinished_run`.
    func delete(_ run: RunID, unfinished: Bool) async throws
    /// Removes what `rule` calls old, all or nothing, and gives the space back; or only says what it would remove.
    ///
    /// Unfinished runs stay, and so do the newest and the pinned table of each task with the runs they were derived from.
    func prune(_ rule: PruneRule, dryRun: Bool) async throws -> PrunedData
}

/// A rule for the data to remove.
public enum PruneRule: Sendable, Hashable {
    /// Runs, live calls, replaced tables, learnt health and cached answers from before this instant, in microseconds since 1970.
    case olderThan(Int64)
    /// All runs but the newest so many.
    case keepRuns(Int)
}

/// The data that ``RunRemover/prune(_:dryRun:)`` removed, or would remove.
public struct PrunedData: Sendable, Hashable {
    public var runs: [RunOverview]
    /// Runs that are old enough but stay, because a table in use was derived from them.
    public var kept: [RunID]
    public var liveCalls: Int
    /// Selection tables that newer ones replace.
    public var tables: Int
    /// States of providers, models and keys that have not changed since.
    public var healthStates: Int
    /// Cached answers that may serve no more, or were not used since.
    public var cacheEntries: Int
    /// Size of the database in bytes, before and after.
    public var bytesBefore: Int
    public var bytesAfter: Int

    public init(
        runs: [RunOverview] = [], kept: [RunID] = [], liveCalls: Int = 0, tables: Int = 0, healthStates: Int = 0,
        cacheEntries: Int = 0, bytesBefore: Int = 0, bytesAfter: Int = 0
    ) {
        self.runs = runs
        self.kept = kept
        self.liveCalls = liveCalls
        self.tables = tables
        self.healthStates = healthStates
        self.cacheEntries = cacheEntries
        self.bytesBefore = bytesBefore
        self.bytesAfter = bytesAfter
    }

    /// No data matches.
    public var isEmpty: Bool {
        runs.isEmpty && liveCalls == 0 && tables == 0 && healthStates == 0 && cacheEntries == 0
    }
}

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
