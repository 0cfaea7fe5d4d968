public import BenchCore
import GRDB
import LLMCore

extension SQLiteStore: RunRemover {
    /// Deletes a run; its content is overwritten in the file.
    public func delete(_ run: RunID, unfinished: Bool = false) async throws {
        guard let record = try await self.run(withID: run) else { throw unknown(run.rawValue) }
        guard unfinished || record.status != .running else {
            throw StoreError(
                .unfinishedRun, location: path, "run \(run) has not finished")
        }
        try await change { db in
            try db.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [run.rawValue])
        }
    }

    public func prune(_ rule: PruneRule, dryRun: Bool) async throws -> PrunedData {
        var data = try await read { try SQLiteStore.prunable(rule, $0) }
        data.bytesBefore = try await size()
        data.bytesAfter = data.bytesBefore
        guard !dryRun, !data.isEmpty else { return data }
        let runs = data.runs.map(\.run.id.rawValue)
        try await change { db in
            for run in runs { try db.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [run]) }
            guard case .olderThan(let instant) = rule else { return }
            try db.execute(sql: "DELETE FROM calls WHERE \(SQLiteStore.oldCalls)", arguments: [instant])
            try db.execute(sql: "DELETE FROM selection_tables WHERE \(SQLiteStore.oldTables)", arguments: [instant])
            try db.execute(sql: "DELETE FROM health WHERE \(SQLiteStore.oldHealth)", arguments: [instant])
            try db.execute(sql: "DELETE FROM cache WHERE \(SQLiteStore.oldEntries)", arguments: [instant])
        }
        try await withStoreErrors { try await pool.vacuum() }
        data.bytesAfter = try await size()
        return data
    }

    private static let oldCalls = "run_id IS NULL AND state = 'closed' AND started_at < ?1"
    private static let current = """
        SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY task, simulated ORDER BY derived_at DESC, id DESC) AS place
            FROM selection_tables) WHERE place = 1
        UNION SELECT table_id FROM selection_pins
        """
    private static let oldHealth = "changed_at < ?1"
    private static let oldEntries = "used_at < ?1 OR stale_until < ?1"
    private static let oldTables = "derived_at < ?1 AND id NOT IN (\(current))"

    private static func prunable(_ rule: PruneRule, _ db: Database) throws -> PrunedData {
        let used = Set(
            try String.fetchAll(
                db, sql: "SELECT e.value FROM selection_tables t, json_each(t.runs) e WHERE t.id IN (\(current))"))
        var data = PrunedData()
        let old: [RunOverview]
        switch rule {
        case .olderThan(let instant):
            old = try RunOverview.fetch("WHERE started_at < ? ORDER BY started_at DESC", [instant], db)
            data.liveCalls = try count("calls WHERE \(oldCalls)", [instant], db)
            data.tables = try count("selection_tables WHERE \(oldTables)", [instant], db)
            data.healthStates = try count("health WHERE \(oldHealth)", [instant], db)
            data.cacheEntries = try count("cache WHERE \(oldEntries)", [instant], db)
        case .keepRuns(let number):
            old = try RunOverview.fetch(
                "ORDER BY started_at DESC, id DESC LIMIT -1 OFFSET ?", [max(0, number)], db)
        }
        let finished = old.filter { $0.run.status != .running }
        data.runs = finished.filter { !used.contains($0.run.id.rawValue) }
        data.kept = finished.map(\.run.id).filter { used.contains($0.rawValue) }
        return data
    }

    private static func count(_ rest: String, _ arguments: StatementArguments, _ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(rest)", arguments: arguments) ?? 0
    }

    private func size() async throws -> Int {
        try await read { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            return pages * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        }
    }

    /// A transaction that overwrites what it removes, also in the write-ahead log.
    func change<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withStoreErrors {
            try await pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA secure_delete = ON")
                let value = try SQLiteStore.transaction(db, body)
                // A reader in another process may hold the log; then the next checkpoint does it.
                _ = try? db.checkpoint(.truncate)
                return value
            }
        }
    }
}
