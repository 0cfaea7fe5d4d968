import GRDB
public import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The rows of `cache`: an entry with all that an answer from it needs.
enum CacheRows {
    private static let columns = [
        "key", "simulated", "task", "provider", "model", "endpoint", "call_id", "stored_at", "expires_at",
        "stale_until", "used_at", "bytes", "cost_pusd", "finish_reason", "finish_raw", "usage", "answer",
    ]
    private static let storing = Statements.insert(into: "cache", columns)
    private static let finding = """
        SELECT simulated, task, provider, model, endpoint, call_id, stored_at, expires_at, stale_until, cost_pusd,
            finish_reason, finish_raw, usage, answer
        FROM cache WHERE key = ?
        """

    static func find(_ key: CacheKey, _ db: Database) throws -> CacheEntry? {
        try Row.fetchOne(db.cachedStatement(sql: finding), arguments: [key.rawValue]).map(read)
    }

    static func store(_ entry: CacheEntry, for key: CacheKey, _ db: Database) throws {
        let answer = try JSONEncoder().encode(entry.answer)
        // Not replaced: a newer answer counts its own hits, and triggers see a deletion only so.
        try db.cachedStatement(sql: "DELETE FROM cache WHERE key = ?").execute(arguments: [key.rawValue])
        try db.run(
            storing,
            [
                .text(key.rawValue), .flag(entry.simulated), .text(entry.task.rawValue),
                .text(entry.model.provider.rawValue), .text(entry.model.name), .text(entry.endpoint),
                .text(entry.call.rawValue), .integer64(entry.storedAt), .integer64(entry.expiresAt),
                .integer64(entry.staleUntil), .integer64(entry.storedAt), .integer(entry.weight), .money(entry.cost),
                .text(entry.finish?.kind.rawValue), .text(entry.finish?.raw), .json(entry.tokens?.json),
                String(decoding: answer, as: UTF8.self).databaseValue,
            ])
    }

    private static func read(_ row: Row) throws -> CacheEntry {
        var columns = ColumnReader(row)
        let simulated = try columns.flag("simulated")
        let task = TaskType(rawValue: try columns.text("task"))
        let provider = ProviderID(rawValue: try columns.text("provider"))
        let model = ModelID(provider: provider, name: try columns.text("model"))
        let (endpoint, call) = (try columns.text("endpoint"), CallID(rawValue: try columns.text("call_id")))
        let storedAt = try columns.integer64("stored_at")
        let expiresAt = try columns.integer64("expires_at")
        let staleUntil = try columns.integer64("stale_until")
        let cost = columns.money()
        let finish = finish(columns.text(), columns.text())
        let tokens = columns.text().flatMap { try? JSONValue.parse($0) }.map(TokenUsage.init(json:))
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(columns.text("answer").utf8)) else {
            throw RowFormatError(field: "answer")
        }
        return CacheEntry(
            model: model, endpoint: endpoint, simulated: simulated, task: task, answer: answer, finish: finish,
            tokens: tokens, cost: cost, call: call, storedAt: storedAt, expiresAt: expiresAt, staleUntil: staleUntil)
    }

    private static func finish(_ kind: String?, _ raw: String?) -> FinishReason? {
        kind.flatMap(FinishReason.Kind.init(rawValue:)).map { FinishReason(kind: $0, raw: raw ?? "") }
    }
}

/// The rows of `cache_counts`: hits, misses and savings of the cache, by environment and task.
enum CacheCountRows {
    private static let adding = """
        INSERT INTO cache_counts (simulated, task, hits, stale_hits, misses, shared, saved_pusd, unpriced)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (simulated, task) DO UPDATE SET hits = hits + excluded.hits,
            stale_hits = stale_hits + excluded.stale_hits, misses = misses + excluded.misses,
            shared = shared + excluded.shared, saved_pusd = saved_pusd + excluded.saved_pusd,
            unpriced = unpriced + excluded.unpriced
        """

    static func add(_ counts: CacheCounts, to scope: CacheCounters.Scope, _ db: Database) throws {
        try db.run(
            adding,
            [
                .flag(scope.simulated), .text(scope.task.rawValue), .integer(counts.hits), .integer(counts.staleHits),
                .integer(counts.misses), .integer(counts.shared), .money(counts.saved), .integer(counts.unpriced),
            ])
    }

    static func all(_ db: Database) throws -> [CacheCounters.Scope: CacheCounts] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT simulated, task, hits, stale_hits, misses, shared, saved_pusd, unpriced FROM cache_counts")
        return try rows.reduce(into: [:]) { counts, row in
            var columns = ColumnReader(row)
            let scope = CacheCounters.Scope(
                simulated: try columns.flag("simulated"), task: TaskType(rawValue: try columns.text("task")))
            counts[scope] = CacheCounts(
                hits: try columns.integer("hits"), staleHits: try columns.integer("stale_hits"),
                misses: try columns.integer("misses"), shared: try columns.integer("shared"),
                saved: columns.money() ?? .zero, unpriced: try columns.integer("unpriced"))
        }
    }
}

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

    public func add(_ counters: CacheCounters) async throws {
        guard !counters.isEmpty else { return }
        try await relaxed { db in
            for (key, use) in counters.entryUses {
                try db.cachedStatement(
                    sql: "UPDATE cache SET hits = hits + ?, used_at = max(used_at, ?) WHERE key = ?"
                ).execute(arguments: [use.hits, use.lastUsedAt, key.rawValue])
            }
            for (scope, counts) in counters.counts { try CacheCountRows.add(counts, to: scope, db) }
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
