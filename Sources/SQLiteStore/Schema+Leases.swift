extension Schema {
    /// Version 4: an attempt has a lease, after which one that a killed process left reserved is settled at its worst case (`assumed`);
    /// a run may be `killed`, and when it ended is unknown then.
    ///
    /// Both are conditions of their tables, which SQLite changes only with the whole table.
    static let leases = """
        DROP VIEW arm_metrics;

        CREATE TABLE attempts_with_leases (
            id TEXT NOT NULL PRIMARY KEY,
            call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
            number INTEGER NOT NULL, -- from 1
            state TEXT NOT NULL CHECK (state IN ('reserved', 'settled')),
            model TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            key_fingerprint TEXT,
            reserved_at INTEGER, -- NULL: never reserved
            worst_pusd INTEGER,
            class TEXT,
            limit_window TEXT, -- minute, day or unknown, when rate limited
            status INTEGER,
            failure_type TEXT,
            failure_code TEXT,
            failure_param TEXT,
            failure_message TEXT,
            sent_ms REAL, -- t_send, from the start of the call
            connect_ms REAL,
            ttfb_ms REAL,
            ttft_ms REAL,
            ttfa_ms REAL,
            last_token_ms REAL,
            e2e_ms REAL,
            n_gaps INTEGER,
            max_gap_ms REAL,
            p95_gap_ms REAL,
            first_token_chars INTEGER,
            prompt_tokens INTEGER,
            cache_read_tokens INTEGER,
            cache_write_tokens INTEGER,
            cache_write_1h_tokens INTEGER,
            output_tokens INTEGER,
            reasoning_tokens INTEGER,
            web_searches INTEGER,
            usage_raw TEXT, -- the provider's own object, JSON
            price_context TEXT, -- JSON
            served_model TEXT,
            response_id TEXT,
            system_fingerprint TEXT,
            finish_reason TEXT,
            finish_raw TEXT,
            answer_chars INTEGER,
            thinking_chars INTEGER,
            tool_call_delivered INTEGER CHECK (tool_call_delivered IN (0, 1)),
            headers TEXT, -- allow-listed, JSON
            rate_limit TEXT, -- JSON
            retry_after_ms REAL,
            computed_pusd INTEGER,
            billed_pusd INTEGER,
            price_as_of TEXT,
            price_source TEXT,
            price_unknown TEXT,
            lease_ms REAL, -- from reserved_at: the longest its call can take; NULL: an hour
            assumed INTEGER NOT NULL DEFAULT 0 CHECK (assumed IN (0, 1)), -- settled at its worst case: its process was killed
            CHECK (state = 'reserved' OR assumed = 1 OR (class IS NOT NULL AND sent_ms IS NOT NULL AND e2e_ms IS NOT NULL))
        ) STRICT;
        INSERT INTO attempts_with_leases SELECT *, NULL, 0 FROM attempts;
        DROP TABLE attempts;
        ALTER TABLE attempts_with_leases RENAME TO attempts;
        CREATE INDEX attempts_by_call ON attempts (call_id, number);
        CREATE INDEX attempts_reserved ON attempts (reserved_at) WHERE state = 'reserved';

        CREATE TABLE runs_with_killed (
            id TEXT NOT NULL PRIMARY KEY,
            status TEXT NOT NULL
                CHECK (status IN ('running', 'complete', 'drained', 'aborted', 'budget_stopped', 'failed', 'killed')),
            started_at INTEGER NOT NULL,
            ended_at INTEGER, -- NULL: not ended, or killed
            dataset_path TEXT NOT NULL,
            dataset_name TEXT NOT NULL,
            dataset_hash TEXT NOT NULL,
            task TEXT NOT NULL,
            repeats INTEGER NOT NULL CHECK (repeats > 0),
            seed INTEGER NOT NULL, -- the 64 bits, as signed
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            time_scale REAL NOT NULL CHECK (time_scale >= 0),
            max_cost_pusd INTEGER,
            partial INTEGER NOT NULL CHECK (partial IN (0, 1)),
            grader_version TEXT NOT NULL,
            price_version TEXT NOT NULL,
            tool_version TEXT NOT NULL,
            arguments TEXT NOT NULL CHECK (json_valid(arguments)),
            prices TEXT NOT NULL CHECK (json_valid(prices)),
            environment TEXT NOT NULL CHECK (json_valid(environment)),
            CHECK (status IN ('running', 'killed') OR ended_at IS NOT NULL)
        ) STRICT;
        INSERT INTO runs_with_killed SELECT * FROM runs;
        DROP TABLE runs;
        ALTER TABLE runs_with_killed RENAME TO runs;

        \(views)
        """
}
