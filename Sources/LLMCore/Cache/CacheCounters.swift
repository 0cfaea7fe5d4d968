/// Counters of a cache, gathered in memory so that no hit waits for a disk.
public struct CacheCounters: Sendable, Hashable {
    /// Counts are separate by environment and task.
    public struct Scope: Sendable, Hashable {
        public var simulated: Bool
        public var task: TaskType
        public init(simulated: Bool, task: TaskType) {
            self.simulated = simulated
            self.task = task
        }
    }
    /// The hits of one entry, and the last one's instant, in microseconds since 1970.
    public struct EntryUse: Sendable, Hashable {
        public var hits: Int
        public var lastUsedAt: Int64
        public init(hits: Int, lastUsedAt: Int64) {
            self.hits = hits
            self.lastUsedAt = lastUsedAt
        }
    }
    public var counts: [Scope: CacheCounts]
    public var entryUses: [CacheKey: EntryUse]

    public init(counts: [Scope: CacheCounts] = [:], entryUses: [CacheKey: EntryUse] = [:]) {
        self.counts = counts
        self.entryUses = entryUses
    }

    public var isEmpty: Bool { counts.isEmpty && entryUses.isEmpty }

    /// Counts one use.
    ///
    /// - Parameters:
    ///   - saved: What a call would have cost; `nil` unknown. Of no meaning for a miss.
    ///   - key: The entry that was returned, when one was.
    public mutating func add(
        _ kind: CacheUse.Kind, in scope: Scope, saved: USD?, key: CacheKey? = nil, at microseconds: Int64
    ) {
        counts[scope, default: CacheCounts()].add(kind, saved: saved)
        guard let key else { return }
        let before = entryUses[key]
        entryUses[key] = EntryUse(
            hits: (before?.hits ?? 0) + 1, lastUsedAt: max(before?.lastUsedAt ?? .min, microseconds))
    }
}

/// The cache's counters.
public struct CacheCounts: Sendable, Hashable {
    /// Answers from the cache, stale ones included.
    public var hits: Int
    /// Part of ``hits``: returned past their time because everything else failed.
    public var staleHits: Int
    public var misses: Int
    /// Callers who joined another's call.
    public var shared: Int
    public var saved: USD
    /// Hits and shared calls whose saving is unknown, and so not part of ``saved``.
    public var unpriced: Int

    public init(
        hits: Int = 0, staleHits: Int = 0, misses: Int = 0, shared: Int = 0, saved: USD = .zero, unpriced: Int = 0
    ) {
        self.hits = hits
        self.staleHits = staleHits
        self.misses = misses
        self.shared = shared
        self.saved = saved
        self.unpriced = unpriced
    }

    public static func += (left: inout CacheCounts, right: CacheCounts) {
        left.hits += right.hits
        left.staleHits += right.staleHits
        left.misses += right.misses
        left.shared += right.shared
        left.saved += right.saved
        left.unpriced += right.unpriced
    }

    mutating func add(_ kind: CacheUse.Kind, saved amount: USD?) {
        switch kind {
        case .miss:
            misses += 1
            return
        case .hit: hits += 1
        case .stale:
            hits += 1
            staleHits += 1
        case .shared: shared += 1
        }
        if let amount { saved += amount } else { unpriced += 1 }
    }
}

/// Statistics and removal of cached answers, for the people who look after a cache.
public protocol CacheAdministration: Sendable {
    func cacheStatistics() async throws -> CacheStatistics
    /// Removes entries past their time, those kept for failures included; and those that were not used since `instant`, in
    /// microseconds since 1970, when given. Holds the caps.
    func pruneCache(unusedSince instant: Int64?) async throws -> RemovedEntries
    /// Removes all entries, or those of one task, with what was counted.
    func clearCache(task: TaskType?) async throws -> RemovedEntries
}

/// Size and counts of a cache since it was made or cleared.
public struct CacheStatistics: Sendable, Hashable {
    public var entries: Int
    public var bytes: Int
    public var limits: CacheLimits
    /// Part of ``entries``: past their time. They go when room is needed, or may serve where everything else fails.
    public var expired: Int
    /// When the oldest entry was stored, in microseconds since 1970.
    public var oldest: Int64?
    public var counts: [CacheCounters.Scope: CacheCounts]

    /// Without arguments: of a cache that was never used.
    public init(
        entries: Int = 0, bytes: Int = 0, limits: CacheLimits = .init(), expired: Int = 0, oldest: Int64? = nil,
        counts: [CacheCounters.Scope: CacheCounts] = [:]
    ) {
        self.entries = entries
        self.bytes = bytes
        self.limits = limits
        self.expired = expired
        self.oldest = oldest
        self.counts = counts
    }

    /// The cache holds no entry and no count.
    public var isEmpty: Bool { entries == 0 && counts.isEmpty }

    /// The counts of the real or the simulated environment.
    public func total(simulated: Bool) -> CacheCounts {
        counts.reduce(into: CacheCounts()) { if $1.key.simulated == simulated { $0 += $1.value } }
    }
}

/// Number and size of entries that were removed.
public struct RemovedEntries: Sendable, Hashable {
    public var entries: Int
    public var bytes: Int

    public init(entries: Int = 0, bytes: Int = 0) {
        self.entries = entries
        self.bytes = bytes
    }
}
