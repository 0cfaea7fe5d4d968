public import BenchCore
public import LLMCore

/// A checked store: the document of `db check`.
public struct StoreCheckDocument: Document {
    /// One broken rule.
    public struct Problem: Document {
        public var rule: String
        public var detail: String
    }
    public var path: String
    public var sound: Bool
    public var version: Int
    public var bytes: Int
    public var runs: Int
    public var trials: Int
    public var calls: Int
    public var attempts: Int
    public var tables: Int
    public var healthStates: Int
    public var cacheEntries: Int
    public var notes: [String]
    public var problems: [Problem]

    public init(_ check: StoreCheck, path: String) {
        self.path = path
        sound = check.problems.isEmpty
        version = check.version
        bytes = check.bytes
        runs = check.runs
        trials = check.trials
        calls = check.calls
        attempts = check.attempts
        tables = check.tables
        healthStates = check.healthStates
        cacheEntries = check.cacheEntries
        notes = check.notes
        problems = check.problems.map { Problem(rule: $0.rule, detail: $0.detail) }
    }

    private enum CodingKeys: String, CodingKey {
        case path, sound, version, bytes, runs, trials, calls, attempts
        case tables = "selection_tables"
        case healthStates = "health_states"
        case cacheEntries = "cache_entries"
        case notes, problems
    }
}

/// Data that were removed as old, or would be: the document of `db prune`.
public struct PruneDocument: Document {
    /// `false`: a dry run, or nothing was old.
    public var removed: Bool
    public var runs: [RunID]
    public var kept: [RunID]
    public var trials: Int
    public var liveCalls: Int
    public var tables: Int
    public var healthStates: Int
    public var cacheEntries: Int
    public var bytesBefore: Int
    public var bytesAfter: Int

    public init(_ data: PrunedData, removed: Bool) {
        self.removed = removed
        runs = data.runs.map(\.run.id)
        kept = data.kept
        trials = data.runs.reduce(0) { $0 + $1.trials }
        liveCalls = data.liveCalls
        tables = data.tables
        healthStates = data.healthStates
        cacheEntries = data.cacheEntries
        bytesBefore = data.bytesBefore
        bytesAfter = data.bytesAfter
    }

    private enum CodingKeys: String, CodingKey {
        case removed, runs, kept, trials
        case liveCalls = "live_calls"
        case tables = "selection_tables"
        case healthStates = "health_states"
        case cacheEntries = "cache_entries"
        case bytesBefore = "bytes_before"
        case bytesAfter = "bytes_after"
    }
}

/// Size and counts of the cache: the document of `cache stats`.
public struct CacheStatisticsDocument: Document {
    /// The counts of one task in the real or the simulated environment.
    public struct Task: Document {
        public var task: TaskType
        public var simulated: Bool
        public var hits: Int
        public var staleHits: Int
        public var misses: Int
        public var shared: Int
        /// The share of requests that needed no call of their own; `nil` without any.
        public var hitRate: Double?
        /// `nil` while the saving of a hit is unknown.
        public var saved: USD?
        public var knownSaved: USD
        public var unpriced: Int

        init(_ scope: CacheCounters.Scope, _ counts: CacheCounts) {
            task = scope.task
            simulated = scope.simulated
            hits = counts.hits
            staleHits = counts.staleHits
            misses = counts.misses
            shared = counts.shared
            let all = counts.hits + counts.misses + counts.shared
            hitRate = all == 0 ? nil : Double(counts.hits + counts.shared) / Double(all)
            saved = counts.unpriced > 0 ? nil : counts.saved
            knownSaved = counts.saved
            unpriced = counts.unpriced
        }

        private enum CodingKeys: String, CodingKey {
            case task, simulated, hits
            case staleHits = "stale_hits"
            case misses, shared
            case hitRate = "hit_rate"
            case saved = "saved_usd"
            case knownSaved = "known_saved_usd"
            case unpriced
        }
    }
    public var entries: Int
    public var bytes: Int
    public var maxEntries: Int
    public var maxBytes: Int
    public var expired: Int
    public var oldestStoredAt: Int64?
    /// The real environment first, then by task.
    public var tasks: [Task]

    public init(_ statistics: CacheStatistics) {
        entries = statistics.entries
        bytes = statistics.bytes
        maxEntries = statistics.limits.entries
        maxBytes = statistics.limits.bytes
        expired = statistics.expired
        oldestStoredAt = statistics.oldest
        tasks = statistics.counts
            .sorted { ($0.key.simulated ? 1 : 0, $0.key.task) < ($1.key.simulated ? 1 : 0, $1.key.task) }
            .map { Task($0.key, $0.value) }
    }

    private enum CodingKeys: String, CodingKey {
        case entries, bytes
        case maxEntries = "max_entries"
        case maxBytes = "max_bytes"
        case expired
        case oldestStoredAt = "oldest_stored_at"
        case tasks
    }
}

/// Cached answers that were removed: the document of `cache prune` and `cache clear`.
public struct RemovedEntriesDocument: Document {
    public var removed: Int
    public var bytes: Int

    public init(_ entries: RemovedEntries) {
        removed = entries.entries
        bytes = entries.bytes
    }
}
