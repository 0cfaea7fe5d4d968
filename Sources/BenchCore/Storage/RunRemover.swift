/// Deletion of single runs, and of everything that is old.
public protocol RunRemover: Sendable {
    /// Removes a run with its cases, trials, calls and attempts; tables that were derived from it stay.
    ///
    /// A run that has not finished is removed only when `unfinished` allows it: its process may still be writing.
    /// - Throws: ``LLMCore/StoreError`` `unknown_run` or `unfinished_run`.
    func delete(_ run: RunID, unfinished: Bool) async throws
    /// Removes what `rule` calls old, all or nothing, and gives the space back; or only says what it would remove.
    ///
    /// Unfinished runs stay, and so do the newest table of each task with the runs it was derived from.
    func prune(_ rule: PruneRule, dryRun: Bool) async throws -> PrunedData
}

/// A rule for the data to remove.
public enum PruneRule: Sendable, Hashable {
    /// Runs, live calls, replaced tables, learnt health and cached answers from before this instant, in microseconds since 1970.
    case olderThan(Int64)
    /// All runs but the newest so many.
    case keepRuns(Int)
}

/// Data that ``RunRemover/prune(_:dryRun:)`` removed, or would remove.
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
