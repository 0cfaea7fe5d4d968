public import BenchCore
import GRDB
import LLMCore

extension RunOverview {
    // Each figure by an index of its own: a join would multiply rows.
    fileprivate static let columns = """
        (SELECT count(*) FROM cases c WHERE c.run_id = runs.id),
        (SELECT count(*) FROM trials t WHERE t.run_id = runs.id),
        (SELECT count(*) FROM trials t WHERE t.run_id = runs.id AND outcome = 'ok'),
        (SELECT count(*) FROM trials t WHERE t.run_id = runs.id AND fault = 'provider'),
        (SELECT count(passed) FROM trials t WHERE t.run_id = runs.id),
        (SELECT coalesce(sum(passed), 0) FROM trials t WHERE t.run_id = runs.id),
        (SELECT coalesce(sum(cost_pusd), 0) FROM trials t WHERE t.run_id = runs.id AND reused_call IS NULL)
            + (SELECT coalesce(sum(cost_pusd), 0) FROM replaced_trials t WHERE t.run_id = runs.id),
        (SELECT count(*) - count(cost_pusd) FROM trials t WHERE t.run_id = runs.id AND reused_call IS NULL)
            + (SELECT count(*) - count(cost_pusd) FROM replaced_trials t WHERE t.run_id = runs.id),
        (SELECT count(*) FROM attempts a JOIN calls k ON k.id = a.call_id
            WHERE a.state = 'reserved' AND k.run_id = runs.id),
        (SELECT coalesce(sum(worst_pusd), 0) FROM attempts a JOIN calls k ON k.id = a.call_id
            WHERE a.state = 'reserved' AND k.run_id = runs.id),
        (SELECT count(*) FROM attempts a JOIN calls k ON k.id = a.call_id WHERE a.assumed AND k.run_id = runs.id),
        (SELECT coalesce(sum(computed_pusd), 0) FROM attempts a JOIN calls k ON k.id = a.call_id
            WHERE a.assumed AND k.run_id = runs.id),
        (SELECT count(*) FROM judge_calls j JOIN calls k ON k.id = j.call_id WHERE k.run_id = runs.id),
        (SELECT coalesce(sum(k.cost_pusd), 0) FROM judge_calls j JOIN calls k ON k.id = j.call_id
            WHERE k.run_id = runs.id),
        (SELECT count(*) - count(k.cost_pusd) FROM judge_calls j JOIN calls k ON k.id = j.call_id
            WHERE k.run_id = runs.id),
        (SELECT count(reused_call) FROM trials t WHERE t.run_id = runs.id),
        (SELECT count(*) FROM replaced_trials t WHERE t.run_id = runs.id)
        """

    static func fetch(_ tail: String, _ arguments: StatementArguments, _ db: Database) throws -> [RunOverview] {
        let sql = "SELECT \(RunRows.columns.joined(separator: ", ")), \(columns) FROM runs \(tail)"
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
            let run = try RunRows.read(row, arms: RunRows.arms(of: row[0], db))
            let first = RunRows.columns.count
            func count(_ place: Int) -> Int { row[first + place] }
            func money(_ place: Int) -> USD { USD(pico: row[first + place]) }
            return RunOverview(
                run: run, cases: count(0), trials: count(1), ok: count(2), providerFailures: count(3),
                gradable: count(4), passed: count(5), cost: money(6), unpriced: count(7), reserved: count(8),
                reservedWorst: money(9), assumed: count(10), assumedCost: money(11), judgeCalls: count(12),
                judgeCost: money(13), judgeUnpriced: count(14), reused: count(15), replaced: count(16))
        }
    }
}

extension SQLiteStore: RunOverviewReader {
    public func overviews(limit: Int) async throws -> [RunOverview] {
        try await read { try RunOverview.fetch("ORDER BY started_at DESC, id DESC LIMIT ?", [max(0, limit)], $0) }
    }

    public func overview(of run: RunID) async throws -> RunOverview {
        let found = try await read { try RunOverview.fetch("WHERE id = ?", [run.rawValue], $0) }
        guard let overview = found.first else { throw unknown(run.rawValue) }
        return overview
    }

    public func figures(of run: RunID) async throws -> [ArmFigures] {
        // Failures alone are no goodput of zero where no answer could be graded.
        let sql = """
            SELECT m.arm_id, m.endpoint, n_attempted, ok_rate, pass_rate, pass_rate_strict,
                CASE WHEN n_ok = 0 OR n_gradable > 0 THEN slo_attainment END,
                CASE WHEN n_ok = 0 OR n_gradable > 0 THEN goodput_rps END,
                system_tps, cost_pusd, cost_per_pass_pusd, time_per_pass_ms
            FROM arm_metrics m JOIN arms a USING (run_id, arm_id, endpoint) WHERE run_id = ? ORDER BY a.position
            """
        return try await read { db in
            try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [run.rawValue]).map { row in
                var reader = ColumnReader(row)
                return ArmFigures(
                    arm: ArmID(rawValue: try reader.text("arm_id")), endpoint: try reader.text("endpoint"),
                    attempted: try reader.integer("n_attempted"), okRate: try reader.real("ok_rate"),
                    passRate: reader.real(), passRateStrict: try reader.real("pass_rate_strict"),
                    sloAttainment: reader.real(), goodput: reader.real(),
                    systemTokensPerSecond: reader.real(), cost: reader.money(), costPerPass: reader.money(),
                    timePerPass: reader.real())
            }
        }
    }
}
