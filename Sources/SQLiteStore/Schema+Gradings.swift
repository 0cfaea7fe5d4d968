extension Schema {
    /// Version 6: a run's answers may be graded again; calls of judge models, what they cost, and how often judges are right.
    static let gradings = """
        ALTER TABLE trials ADD COLUMN judge_cost_pusd INTEGER; -- NULL: no judge was asked, or unknown

        CREATE TABLE judge_calls ( -- calls of a run that judged the answer of another
            call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
            trial_call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX judge_calls_by_trial ON judge_calls (trial_call_id);

        CREATE TABLE gradings (
            id INTEGER NOT NULL PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            graded_at INTEGER NOT NULL,
            grader_version TEXT NOT NULL,
            earlier_grader_version TEXT NOT NULL,
            dataset_path TEXT, -- NULL: by the run's own rows
            dataset_hash TEXT NOT NULL,
            judge TEXT, -- provider/model
            judge_cost_pusd INTEGER,
            n_regraded INTEGER NOT NULL,
            changes TEXT NOT NULL CHECK (json_valid(changes)) -- trials whose grade changed
        ) STRICT;
        CREATE INDEX gradings_by_run ON gradings (run_id, graded_at);

        CREATE TABLE judge_calibrations (
            id INTEGER NOT NULL PRIMARY KEY,
            judge TEXT NOT NULL, -- provider/model
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            calibrated_at INTEGER NOT NULL,
            document TEXT NOT NULL CHECK (json_valid(document))
        ) STRICT;
        CREATE INDEX judge_calibrations_newest ON judge_calibrations (judge, simulated, calibrated_at);
        """
}
