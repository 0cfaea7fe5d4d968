public import BenchCore
import GRDB
import LLMCore

extension SQLiteStore: PaidWorkStore {
    public func reopen(_ run: RunID, _ reopening: RunReopening) async throws -> ReopenedRun {
        let (path, unknown) = (path, unknown(run.rawValue))
        try await commits.reserveDisk(options.keptFree)
        return try await withStoreErrors {
            try await pool.writeWithoutTransaction { db in
                try SQLiteStore.transaction(db) { db in
                    guard let record = try SQLiteStore.runs(db, "WHERE id = ?", [run.rawValue]).first else {
                        throw unknown
                    }
                    return try SQLiteStore.reopen(record, reopening, location: path, db)
                }
            }
        }
    }

    private static func reopen(
        _ run: RunRecord, _ reopening: RunReopening, location: String, _ db: Database
    ) throws -> ReopenedRun {
        let last: Int64? = try Int64.fetchOne(
            db, sql: "SELECT max(started_at) FROM calls WHERE run_id = ?", arguments: [run.id.rawValue])
        let lastSign = max(run.startedAt, last ?? .min)
        let next = try reopening.reopened(run, lastSign: lastSign, location: location)
        try AbandonedWork.settle(of: run.id, db)
        try db.execute(
            sql: "UPDATE runs SET status = ?, ended_at = NULL, max_cost_pusd = ?, environment = ? WHERE id = ?",
            arguments: [
                next.status.rawValue, next.maxCost?.pico, next.environment.json.text, next.id.rawValue,
            ])
        let (known, assumed) = try spending(of: run.id, db)
        return ReopenedRun(record: next, spent: known + assumed, assumed: assumed)
    }

    /// What is known, and the worst cases of calls whose cost is not: that of an attempt which had none counts as it was reserved.
    private static func spending(of run: RunID, _ db: Database) throws -> (known: USD, assumed: USD) {
        let sql = """
            SELECT coalesce(sum(cost_pusd), 0), coalesce(sum(CASE WHEN cost_pusd IS NULL THEN
                (SELECT coalesce(sum(worst_pusd), 0) FROM attempts a WHERE a.call_id = calls.id) END), 0)
            FROM calls WHERE run_id = ?
            """
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [run.rawValue]) else { return (.zero, .zero) }
        return (USD(pico: row[0]), USD(pico: row[1]))
    }

    public func earlierAnswers(_ query: EarlierAnswerQuery) async throws -> [EarlierAnswer] {
        try await read { try TrialReading.earlier(query, $0) }
    }
}
