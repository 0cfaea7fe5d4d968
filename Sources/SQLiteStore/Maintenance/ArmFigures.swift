public import BenchCore
import GRDB
public import LLMCore

/// One arm's figures in one run, from the view `arm_metrics`; what was ours is left out, `nil` is unknown.
public struct ArmFigures: Sendable, Hashable {
    public var arm: ArmID
    public var endpoint: String
    public var attempted: Int
    public var okRate: Double
    /// Of what could be graded.
    public var passRate: Double?
    /// Of what was attempted.
    public var passRateStrict: Double
    public var sloAttainment: Double
    /// Good answers per second.
    public var goodput: Double?
    /// Output tokens per second over the run.
    public var systemTokensPerSecond: Double?
    public var cost: USD?
    public var costPerPass: USD?
    /// Milliseconds.
    public var timePerPass: Double?
}

extension SQLiteStore {
    /// In the order of the run's plan; an arm without a trial is left out.
    public func figures(of run: RunID) async throws -> [ArmFigures] {
        let sql = """
            SELECT m.arm_id, m.endpoint, n_attempted, ok_rate, pass_rate, pass_rate_strict, slo_attainment, goodput_rps,
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
                    sloAttainment: try reader.real("slo_attainment"), goodput: reader.real(),
                    systemTokensPerSecond: reader.real(), cost: reader.money(), costPerPass: reader.money(),
                    timePerPass: reader.real())
            }
        }
    }
}
