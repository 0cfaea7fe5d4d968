import GRDB
public import LLMCore

extension SQLiteStore: CacheStorage {
    public func entry(for key: CacheKey) async throws -> CacheEntry? {
        try await withStoreErrors {
            // One statement sees one state: it needs no transaction around it.
            try await pool.unsafeRead { try CacheRows.find(key, $0) }
        }
    }

    public func store(_ entry: CacheEntry, for key: CacheKey) async throws {
        let limits = options.cacheLimits
        guard entry.weight <= limits.bytes, limits.entries > 0 else { return }
        let now = options.time.wallMicroseconds()
        try await relaxed { db in
            try CacheRows.store(entry, for: key, db)
            try SQLiteStore.removeEnded(at: now, db)
            try SQLiteStore.makeRoom(limits, keeping: key, db)
        }
    }

    public func add(_ tally: CacheTally) async throws {
        guard !tally.isEmpty else { return }
        try await relaxed { db in
            for (key, serving) in tally.servings {
                try db.cachedStatement(
                    sql: "UPDATE cache SET hits = hits + ?, used_at = max(used_at, ?) WHERE key = ?"
                ).execute(arguments: [serving.hits, serving.lastUsedAt, key.rawValue])
            }
            for (scope, counts) in tally.counts { try CacheCountRows.add(counts, to: scope, db) }
        }
    }

    /// Removes what may serve no more.
    static func removeEnded(at now: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM cache WHERE stale_until <= ?").execute(arguments: [now])
    }

    /// Removes the least recently used until the cap holds. What was just stored goes last: it has not been used yet.
    static func makeRoom(_ limits: CacheLimits, keeping key: CacheKey?, _ db: Database) throws {
        let size = try db.cachedStatement(sql: "SELECT entries, bytes FROM cache_size")
        let removal = try db.cachedStatement(
            sql: """
                DELETE FROM cache WHERE key =
                (SELECT key FROM cache WHERE key IS NOT ? ORDER BY used_at, stored_at, key LIMIT 1)
                """)
        while let row = try Row.fetchOne(size) {
            let (entries, bytes): (Int, Int) = (row[0], row[1])
            guard entries > limits.entries || bytes > limits.bytes else { return }
            try removal.execute(arguments: [key?.rawValue])
            guard db.changesCount > 0 else { return }
        }
    }
}
