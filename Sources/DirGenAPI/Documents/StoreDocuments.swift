package import BenchCore
package import LLMCore

/// A checked store: the document of `db check`.
package struct StoreCheckDocument: Document {
    /// One broken rule.
    package struct Problem: Document {
        package var rule: String
        package var detail: String
    }
    package var path: String
    package var sound: Bool
    package var version: Int
    package var bytes: Int
    package var runs: Int
    package var trials: Int
    package var calls: Int
    package var attempts: Int
    package var tables: Int
    package var healthStates: Int
    package var cacheEntries: Int
    package var notes: [String]
    package var problems: [Problem]

    package init(_ check: StoreCheck, path: String) {
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
package struct PruneDocument: Document {
    /// `false`: a dry run, or nothing was old.
    package var removed: Bool
    package var runs: [RunID]
    package var kept: [RunID]
    package var trials: Int
    package var liveCalls: Int
    package var tables: Int
    package var healthStates: Int
    package var cacheEntries: Int
    package var bytesBefore: Int
    package var bytesAfter: Int

    package init(_ data: PrunedData, removed: Bool) {
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
package struct CacheStatisticsDocument: Document {
    /// The counts of one task in the real or the simulated environment.
    package struct Task: Document {
        package var task: TaskType
        package var simulated: Bool
        package var hits: Int
        package var staleHits: Int
        package var misses: Int
        package var shared: Int
        /// The share of requests that needed no call of their own; `nil` without any.
        package var hitRate: Double?
        /// `nil` while the saving of a hit is unknown.
        package var saved: USD?
        package var knownSaved: USD
        package var unpriced: Int

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
    package var entries: Int
    package var bytes: Int
    package var maxEntries: Int
    package var maxBytes: Int
    package var expired: Int
    package var oldestStoredAt: Int64?
    /// The real environment first, then by task.
    package var tasks: [Task]

    package init(_ statistics: CacheStatistics) {
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
package struct RemovedEntriesDocument: Document {
    package var removed: Int
    package var bytes: Int

    package init(_ entries: RemovedEntries) {
        removed = entries.entries
        bytes = entries.bytes
    }
}
