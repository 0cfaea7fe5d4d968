import GRDB
public import LLMCore

extension SQLiteStore: CacheAdministration {
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

    public func pruneCache(unusedSince instant: Int64? = nil) async throws -> RemovedEntries {
        let now = options.time.wallMicroseconds()
        let limits = options.cacheLimits
        return try await removing { db in
            try db.execute(
                sql: "DELETE FROM cache WHERE expires_at <= ?1 OR used_at < ?2", arguments: [now, instant ?? .min])
            try SQLiteStore.makeRoom(limits, keeping: nil, db)
        }
    }

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
