extension Schema {
    /// The aggregates that metrics.md defines, per arm of a run, for whoever reads the file with `sqlite3`.
    ///
    /// Attempted leaves out what was ours (cancelled, harness, grader). A sum over an unknown cost is NULL.
    static let views = """
        CREATE VIEW arm_metrics AS
        WITH facts AS (
            SELECT t.*, k.started_at + 1000.0 * a.sent_ms AS sent_at, k.started_at + 1000.0 * k.duration_ms AS end_at,
                t.outcome = 'ok' AND t.passed = 1
                    AND coalesce(t.ttfa_ms <= c.row ->> '$.slo.ttfa_ms', c.row ->> '$.slo.ttfa_ms' IS NULL)
                    AND coalesce(t.resp_ms <= c.row ->> '$.slo.resp_ms', 1) AS good
            FROM trials t
            JOIN calls k ON k.id = t.call_id
            JOIN cases c ON c.run_id = t.run_id AND c.id = t.case_id
            LEFT JOIN attempts a ON a.call_id = t.call_id AND a.number = 1
            WHERE t.fault <> 'ours'
        )
        SELECT run_id, arm_id, endpoint,
            count(*) AS n_attempted,
            sum(outcome = 'ok') AS n_ok,
            count(passed) AS n_gradable,
            sum(coalesce(passed, 0)) AS n_pass,
            sum(good) AS n_good,
            1.0 * sum(outcome = 'ok') / count(*) AS ok_rate,
            1.0 * sum(passed) / count(passed) AS pass_rate,
            1.0 * sum(coalesce(passed, 0)) / count(*) AS pass_rate_strict,
            1.0 * sum(good) / count(*) AS slo_attainment,
            1e6 * sum(good) / (max(end_at) - min(sent_at)) AS goodput_rps,
            1e6 * sum(output_tokens) FILTER (WHERE outcome = 'ok') / (max(end_at) - min(sent_at)) AS system_tps,
            CASE WHEN count(cost_pusd) = count(*) THEN sum(cost_pusd) END AS cost_pusd,
            CASE WHEN count(cost_pusd) = count(*) THEN sum(cost_pusd) / nullif(sum(passed), 0) END AS cost_per_pass_pusd,
            sum(resp_ms) / nullif(sum(passed), 0) AS time_per_pass_ms
        FROM facts
        GROUP BY run_id, arm_id, endpoint;
        """
}
