/// Counters of a cache, gathered in memory so that no hit waits for a disk.
public struct CacheTally: Sendable, Hashable {
    /// Counts are kept apart by world and task.
    public struct Scope: Sendable, Hashable {
        public var simulated: Bool
        public var task: TaskType
        public init(simulated: Bool, task: TaskType) {
            self.simulated = simulated
            self.task = task
        }
    }
    /// The hits of one entry, and the last one's instant, in microseconds since 1970.
    public struct Serving: Sendable, Hashable {
        public var hits: Int
        public var lastUsedAt: Int64
        public init(hits: Int, lastUsedAt: Int64) {
            self.hits = hits
            self.lastUsedAt = lastUsedAt
        }
    }
    public var counts: [Scope: CacheCounts]
    public var servings: [CacheKey: Serving]

    public init(counts: [Scope: CacheCounts] = [:], servings: [CacheKey: Serving] = [:]) {
        self.counts = counts
        self.servings = servings
    }

    public var isEmpty: Bool { counts.isEmpty && servings.isEmpty }

    /// Counts one use.
    ///
    /// - Parameters:
    ///   - saved: What a call would have cost; `nil` unknown. Of no meaning for a miss.
    ///   - key: The entry that served, when one did.
    public mutating func add(
        _ kind: CacheUse.Kind, in scope: Scope, saved: USD?, key: CacheKey? = nil, at microseconds: Int64
    ) {
        counts[scope, default: CacheCounts()].add(kind, saved: saved)
        guard let key else { return }
        let before = servings[key]
        servings[key] = Serving(
            hits: (before?.hits ?? 0) + 1, lastUsedAt: max(before?.lastUsedAt ?? .min, microseconds))
    }
}

/// The cache's counters.
public struct CacheCounts: Sendable, Hashable {
    /// Answers served, stale ones included.
    public var hits: Int
    /// Part of ``hits``: served past their time because everything else failed.
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
