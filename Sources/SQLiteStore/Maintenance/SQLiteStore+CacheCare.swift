import GRDB
public import LLMCore

/// The cache's content, and its counters since it was made or cleared.
public struct CacheStatistics: Sendable, Hashable {
    public var entries = 0
    public var bytes = 0
    public var limits = CacheLimits()
    /// Part of ``entries``: past their time. They go when room is needed, or may serve where everything else fails.
    public var expired = 0
    /// When the oldest entry was stored, in microseconds since 1970.
    public var oldest: Int64?
    public var counts: [CacheTally.Scope: CacheCounts] = [:]

    /// Of a cache that was never used.
    public init() {}

    init(
        entries: Int, bytes: Int, limits: CacheLimits, expired: Int, oldest: Int64?,
        counts: [CacheTally.Scope: CacheCounts]
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

    /// Of one world.
    public func total(simulated: Bool) -> CacheCounts {
        counts.reduce(into: CacheCounts()) { if $1.key.simulated == simulated { $0 += $1.value } }
    }
}

/// The number and size of removed entries.
public struct RemovedEntries: Sendable, Hashable {
    public var entries: Int
    public var bytes: Int

    public init(entries: Int = 0, bytes: Int = 0) {
        self.entries = entries
        self.bytes = bytes
    }
}

extension SQLiteStore {
    public func cacheStatistics() async throws -> CacheStatistics {
        let now = options.time.wallMicroseconds()
        let limits = options.cacheLimits
        return try await read { db in
            let size = try SQLiteStore.cacheSize(db)
            return CacheStatistics(
                entries: size.entries, bytes: size.bytes, limits: limits,
                expired: try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM cache WHERE expires_at <= ?", arguments: [now]) ?? 0,
                oldest: try Int64.fetchOne(db, sql: "SELECT min(stored_at) FROM cache"),
                counts: try CacheCountRows.all(db))
        }
    }

    /// Removes entries past their time, those kept for failures included; and those that were not used since `instant`, in
    /// microseconds since 1970, when given. Holds the caps.
    public func pruneCache(unusedSince instant: Int64? = nil) async throws -> RemovedEntries {
        let now = options.time.wallMicroseconds()
        let limits = options.cacheLimits
        return try await removing { db in
            try db.execute(
                sql: "DELETE FROM cache WHERE expires_at <= ?1 OR used_at < ?2", arguments: [now, instant ?? .min])
            try SQLiteStore.makeRoom(limits, keeping: nil, db)
        }
    }

    /// Removes all entries, or those of one task, with what was counted.
    public func clearCache(task: TaskType? = nil) async throws -> RemovedEntries {
        try await removing { db in
            for table in ["cache", "cache_counts"] {
                try db.execute(
                    sql: "DELETE FROM \(table) WHERE ?1 IS NULL OR task = ?1", arguments: [task?.rawValue])
            }
        }
    }

    /// Removed content is overwritten in the file: answers are private.
    private func removing(_ body: @escaping @Sendable (Database) throws -> Void) async throws -> RemovedEntries {
        try await change { db in
            let before = try SQLiteStore.cacheSize(db)
            try body(db)
            let after = try SQLiteStore.cacheSize(db)
            return RemovedEntries(entries: before.entries - after.entries, bytes: before.bytes - after.bytes)
        }
    }

    private static func cacheSize(_ db: Database) throws -> (entries: Int, bytes: Int) {
        let row = try Row.fetchOne(db, sql: "SELECT entries, bytes FROM cache_size")
        return row.map { ($0[0], $0[1]) } ?? (0, 0)
    }
}
