import GRDB

/// The database's identity and its migrations. A released migration is never edited: a change is a new one.
enum Schema {
    /// `PRAGMA application_id`: the bytes `DGEN`.
    static let applicationID: Int32 = 0x4447_454E
    /// `PRAGMA user_version`: the number of migrations.
    static let version = 11

    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(sql: Schema.tables)
            try db.execute(sql: Schema.views())
            try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
        }
        migrator.registerMigration("2") { db in
            try db.execute(sql: Schema.learnt)
            try db.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3") { db in
            try db.execute(sql: Schema.anySubject)
            try db.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("4") { db in
            try db.execute(sql: Schema.leases)
            try db.execute(sql: "PRAGMA user_version = 4")
        }
        migrator.registerMigration("5") { db in
            try db.execute(sql: Schema.evidence)
            try db.execute(sql: "PRAGMA user_version = 5")
        }
        migrator.registerMigration("6") { db in
            try db.execute(sql: Schema.gradings)
            try db.execute(sql: "PRAGMA user_version = 6")
        }
        migrator.registerMigration("7") { db in
            try db.execute(sql: Schema.replacements)
            try db.execute(sql: "PRAGMA user_version = 7")
        }
        migrator.registerMigration("8") { db in
            try db.execute(sql: Schema.usageSource)
            try db.execute(sql: "PRAGMA user_version = 8")
        }
        migrator.registerMigration("9") { db in
            try db.execute(sql: Schema.judgeQuestions)
            try db.execute(sql: "PRAGMA user_version = 9")
        }
        migrator.registerMigration("10") { db in
            try db.execute(sql: Schema.virtualKeys)
            try db.execute(sql: "PRAGMA user_version = 10")
        }
        migrator.registerMigration("11") { db in
            try db.execute(sql: Schema.attribution)
            try db.execute(sql: "PRAGMA user_version = 11")
        }
        return migrator
    }()
}

extension Schema {
    /// Version 4: an attempt has a lease, after which one that a killed process left reserved is settled at its worst case (`assumed`);
    /// a run may be `killed`, and when it ended is unknown then.
    ///
    /// Both are conditions of their tables, which SQLite changes only with the whole table.
    static let leases = """
        DROP VIEW arm_metrics;

        \(attempts("attempts_with_leases", added: leaseColumns, unsettled: "state = 'reserved' OR assumed = 1"))
        INSERT INTO attempts_with_leases SELECT *, NULL, 0 FROM attempts;
        DROP TABLE attempts;
        ALTER TABLE attempts_with_leases RENAME TO attempts;
        CREATE INDEX attempts_by_call ON attempts (call_id, number);
        CREATE INDEX attempts_reserved ON attempts (reserved_at) WHERE state = 'reserved';

        \(runs(
            "runs_with_killed",
            statuses: "'running', 'complete', 'drained', 'aborted', 'budget_stopped', 'failed', 'killed'",
            endNote: " -- NULL: not ended, or killed", unended: "status IN ('running', 'killed')"))
        INSERT INTO runs_with_killed SELECT * FROM runs;
        DROP TABLE runs;
        ALTER TABLE runs_with_killed RENAME TO runs;

        \(views())
        """

    private static let leaseColumns = """

            lease_ms REAL, -- from reserved_at: the longest its call can take; NULL: an hour
            assumed INTEGER NOT NULL DEFAULT 0 CHECK (assumed IN (0, 1)), -- settled at its worst case: its process was killed
        """
}

extension Schema {
    /// Version 7: an answer may be one that another run paid for, and a trial that failed may give its place to a newer one.
    static let replacements = """
        DROP VIEW arm_metrics;

        ALTER TABLE trials ADD COLUMN reused_run TEXT; -- NULL: asked in this run; else the run that paid for the answer, which may be gone
        ALTER TABLE trials ADD COLUMN reused_call TEXT;

        CREATE TABLE replaced_trials ( -- failures whose place was asked again: what they cost stays spent
            call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            case_id TEXT NOT NULL,
            arm_id TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            repetition INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            fault TEXT NOT NULL,
            resp_ms REAL NOT NULL,
            attempts INTEGER NOT NULL,
            cost_pusd INTEGER,
            replaced_by TEXT NOT NULL -- the call that counts in its place
        ) STRICT;
        CREATE INDEX replaced_trials_in_order ON replaced_trials (run_id, ordinal, call_id);

        CREATE TABLE judge_calls_of_any_trial (
            call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
            trial_call_id TEXT NOT NULL -- that of a reused answer is written after it, or never where the process was killed
        ) STRICT, WITHOUT ROWID;
        INSERT INTO judge_calls_of_any_trial SELECT * FROM judge_calls;
        DROP TABLE judge_calls;
        ALTER TABLE judge_calls_of_any_trial RENAME TO judge_calls;
        CREATE INDEX judge_calls_by_trial ON judge_calls (trial_call_id);

        \(views(
            measured: "t.reused_call IS NULL",
            uninterrupted: "NOT EXISTS (SELECT 1 FROM runs WHERE id = run_id AND environment -> '$.resumed' IS NOT NULL)"))
        """
}

extension Schema {
    /// The aggregates that metrics.md defines, per arm of a run, for queries with `sqlite3`.
    ///
    /// Attempted leaves out what was ours (cancelled, harness, grader). A sum over an unknown cost is NULL.
    ///
    /// - Parameters:
    ///   - measured: A condition under which a trial's times are of this run.
    ///   - uninterrupted: A condition under which the run has one span of time, which rates are over.
    ///   - countable: A condition under which tokens can be added up.
    static func views(measured: String? = nil, uninterrupted: String? = nil, countable: String? = nil) -> String {
        func when(_ condition: String?, _ value: String) -> String {
            condition.map { "CASE WHEN \($0) THEN \(value) END" } ?? value
        }
        let sent = when(measured, "k.started_at + 1000.0 * a.sent_ms")
        let end = when(measured, "k.started_at + 1000.0 * k.duration_ms")
        let goodput = when(uninterrupted, "1e6 * sum(good) / (max(end_at) - min(sent_at))")
        let conditions = [uninterrupted, countable].compactMap(\.self)
        let speed = when(
            conditions.isEmpty ? nil : conditions.joined(separator: " AND "),
            "1e6 * sum(output_tokens) FILTER (WHERE outcome = 'ok') / (max(end_at) - min(sent_at))")
        return """
            CREATE VIEW arm_metrics AS
            WITH facts AS (
                SELECT t.*, \(sent) AS sent_at, \(end) AS end_at,
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
                \(goodput) AS goodput_rps,
                \(speed) AS system_tps,
                CASE WHEN count(cost_pusd) = count(*) THEN sum(cost_pusd) END AS cost_pusd,
                CASE WHEN count(cost_pusd) = count(*) THEN sum(cost_pusd) / nullif(sum(passed), 0) END AS cost_per_pass_pusd,
                sum(resp_ms) / nullif(sum(passed), 0) AS time_per_pass_ms
            FROM facts
            GROUP BY run_id, arm_id, endpoint;
            """
    }
}
