public import BenchCore
import GRDB
public import LLMCore

/// A run with what became of it, as far as it is recorded.
public struct RunOverview: Sendable, Hashable {
    public var run: RunRecord
    public var cases: Int
    public var trials: Int
    public var ok: Int
    /// Trials that failed by the provider's doing.
    public var providerFailures: Int
    public var gradable: Int
    public var passed: Int
    /// Sum of what is known.
    public var cost: USD
    /// Trials whose cost is unknown, and so not in ``cost``.
    public var unpriced: Int
    /// Attempts that are reserved: in flight, or lost with a killed process a short while ago.
    public var reserved: Int
    /// Most that the reserved attempts can have cost, as far as it is known.
    public var reservedWorst: USD
    /// Attempts that a killed process left behind and that were settled at their worst case.
    public var assumed: Int
    /// The amount at which those were settled, as far as it is known.
    public var assumedCost: USD

    // Each figure by an index of its own: a join would multiply rows.
    fileprivate static let columns = """
        (SELECT count(*) FROM cases c WHERE c.run_id = runs.id),
        (SELECT count(*) FROM trials t WHERE t.run_id = runs.id),
        (SELECT count(*) FROM trials t WHERE t.run_id = runs.id AND outcome = 'ok'),
        (SELECT count(*) FROM trials t WHERE t.run_id = runs.id AND fault = 'provider'),
        (SELECT count(passed) FROM trials t WHERE t.run_id = runs.id),
        (SELECT coalesce(sum(passed), 0) FROM trials t WHERE t.run_id = runs.id),
        (SELECT coalesce(sum(cost_pusd), 0) FROM trials t WHERE t.run_id = runs.id),
        (SELECT count(*) - count(cost_pusd) FROM trials t WHERE t.run_id = runs.id),
        (SELECT count(*) FROM attempts a JOIN calls k ON k.id = a.call_id
            WHERE a.state = 'reserved' AND k.run_id = runs.id),
        (SELECT coalesce(sum(worst_pusd), 0) FROM attempts a JOIN calls k ON k.id = a.call_id
            WHERE a.state = 'reserved' AND k.run_id = runs.id),
        (SELECT count(*) FROM attempts a JOIN calls k ON k.id = a.call_id WHERE a.assumed AND k.run_id = runs.id),
        (SELECT coalesce(sum(computed_pusd), 0) FROM attempts a JOIN calls k ON k.id = a.call_id
            WHERE a.assumed AND k.run_id = runs.id)
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
                reservedWorst: money(9), assumed: count(10), assumedCost: money(11))
        }
    }
}

extension SQLiteStore {
    /// Newest first.
    public func overviews(limit: Int) async throws -> [RunOverview] {
        try await read { try RunOverview.fetch("ORDER BY started_at DESC, id DESC LIMIT ?", [max(0, limit)], $0) }
    }

    /// - Throws: ``StoreError`` when there is no such run.
    public func overview(of run: RunID) async throws -> RunOverview {
        let found = try await read { try RunOverview.fetch("WHERE id = ?", [run.rawValue], $0) }
        guard let overview = found.first else { throw unknown(run.rawValue) }
        return overview
    }
}
