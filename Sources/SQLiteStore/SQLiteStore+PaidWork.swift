public import BenchCore
import GRDB
public import LLMCore

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
        let (calls, cost) = try judging(of: run.id, db)
        return ReopenedRun(
            record: next, spent: known + assumed, assumed: assumed, judgeCalls: calls, judgeCost: cost)
    }

    /// The known costs, and the worst cases of calls whose cost is unknown: that of an attempt which had none counts as it was reserved.
    private static func spending(of run: RunID, _ db: Database) throws -> (known: USD, assumed: USD) {
        let sql = """
            SELECT coalesce(sum(cost_pusd), 0), coalesce(sum(CASE WHEN cost_pusd IS NULL THEN
                (SELECT coalesce(sum(worst_pusd), 0) FROM attempts a WHERE a.call_id = calls.id) END), 0)
            FROM calls WHERE run_id = ?
            """
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [run.rawValue]) else { return (.zero, .zero) }
        return (USD(pico: row[0]), USD(pico: row[1]))
    }

    /// The cost is `nil` when that of some call is unknown.
    private static func judging(of run: RunID, _ db: Database) throws -> (calls: Int, cost: USD?) {
        let sql = """
            SELECT count(*), count(k.cost_pusd), coalesce(sum(k.cost_pusd), 0)
            FROM judge_calls j JOIN calls k ON k.id = j.call_id WHERE k.run_id = ?
            """
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [run.rawValue]) else { return (0, .zero) }
        let (calls, priced): (Int, Int) = (row[0], row[1])
        return (calls, calls == priced ? USD(pico: row[2]) : nil)
    }

    public func earlierAnswers(
        _ query: EarlierAnswerQuery, where isUsable: @escaping @Sendable (EarlierAnswer) -> Bool
    ) async throws -> [EarlierAnswer] {
        try await read { try TrialReading.earlier(query, where: isUsable, $0) }
    }

    public func measuredUse(of task: TaskType, simulated: Bool, timeScale: Double) async throws -> [MeasuredUse] {
        let sql = """
            SELECT t.arm_id, t.endpoint, count(*), avg(t.output_tokens), avg(t.output_tokens * t.output_tokens),
                avg(CASE WHEN r.environment ->> '$.load' IS NULL THEN t.resp_ms END)
            FROM runs r JOIN trials t ON t.run_id = r.id JOIN cases c ON c.run_id = t.run_id AND c.id = t.case_id
            WHERE r.simulated = ? AND r.time_scale = ? AND c.task = ? AND t.fault IN ('none', 'case')
                AND t.output_tokens IS NOT NULL AND t.reused_call IS NULL
            GROUP BY t.arm_id, t.endpoint ORDER BY t.arm_id, t.endpoint
            """
        return try await read { db in
            try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [simulated, timeScale, task.rawValue]).map {
                row in
                var reader = ColumnReader(row)
                let (arm, endpoint) = (try reader.text("trials.arm_id"), try reader.text("trials.endpoint"))
                let trials = try reader.integer("trials")
                let (mean, squares) = (try reader.real("output_tokens"), try reader.real("output_tokens"))
                return MeasuredUse(
                    arm: ArmID(rawValue: arm), endpoint: endpoint, trials: trials, outputTokens: mean,
                    outputDeviation: max(0, squares - mean * mean).squareRoot(), resp: reader.real())
            }
        }
    }

    public func measuredVerdicts(simulated: Bool) async throws -> [MeasuredUse] {
        let sql = """
            SELECT k.model, k.endpoint, count(*), avg(a.output_tokens), avg(a.output_tokens * a.output_tokens)
            FROM judge_questions q JOIN calls k ON k.id = q.call_id JOIN attempts a ON a.call_id = k.id
            WHERE k.simulated = ? AND k.outcome = 'ok' AND a.class = 'ok' AND a.output_tokens IS NOT NULL
                AND k.model IS NOT NULL AND k.endpoint IS NOT NULL
            GROUP BY k.model, k.endpoint ORDER BY k.model, k.endpoint
            """
        return try await read { db in
            try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [simulated]).compactMap { row in
                var reader = ColumnReader(row)
                let (name, endpoint) = (try reader.text("calls.model"), try reader.text("calls.endpoint"))
                let calls = try reader.integer("calls")
                let (mean, squares) = (try reader.real("output_tokens"), try reader.real("output_tokens"))
                guard let model = ModelID(recorded: name) else { return nil }
                return MeasuredUse(
                    arm: Arm(model: model, endpoint: endpoint, simulated: simulated).id, endpoint: endpoint,
                    trials: calls, outputTokens: mean, outputDeviation: max(0, squares - mean * mean).squareRoot(),
                    resp: nil)
            }
        }
    }
}
