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
    public var counts: [CacheTally.Scope: CacheCounts]

    /// Without arguments: of a cache that was never used.
    public init(
        entries: Int = 0, bytes: Int = 0, limits: CacheLimits = .init(), expired: Int = 0, oldest: Int64? = nil,
        counts: [CacheTally.Scope: CacheCounts] = [:]
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
