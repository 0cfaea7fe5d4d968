extension Schema {
    /// Version 1. `*_ms` are milliseconds, `*_pusd` pico-dollars, `*_at` microseconds since 1970; NULL is unknown, never zero.
    ///
    /// Measured values carry few CHECKs and no list of outcomes on purpose: a result that was paid for must never be refused.
    static let tables = """
        \(runs("runs", statuses: "'running', 'complete', 'drained', 'aborted', 'budget_stopped', 'failed'", unended: "status = 'running'"))

        CREATE TABLE arms (
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            arm_id TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            position INTEGER NOT NULL,
            model TEXT NOT NULL,
            parameters TEXT NOT NULL, -- JSON
            prompt_variant TEXT,
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            PRIMARY KEY (run_id, arm_id, endpoint)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE cases (
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            position INTEGER NOT NULL,
            hash TEXT NOT NULL,
            line INTEGER NOT NULL,
            task TEXT NOT NULL,
            case_group TEXT,
            weight REAL NOT NULL,
            split TEXT NOT NULL CHECK (split IN ('select', 'holdout')),
            row TEXT NOT NULL, -- the whole canonical row, JSON
            PRIMARY KEY (run_id, id),
            UNIQUE (run_id, position)
        ) STRICT;

        CREATE TABLE calls (
            id TEXT NOT NULL PRIMARY KEY,
            run_id TEXT REFERENCES runs (id) ON DELETE CASCADE, -- NULL: a live call
            origin TEXT NOT NULL CHECK (origin IN ('bench', 'live')),
            state TEXT NOT NULL CHECK (state IN ('open', 'closed')), -- open: an attempt was reserved, no answer is known
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            started_at INTEGER NOT NULL,
            duration_ms REAL,
            task TEXT,
            requested TEXT, -- auto or provider/model
            model TEXT, -- whose answer it is; NULL when nothing was sent
            endpoint TEXT,
            outcome TEXT,
            cost_pusd INTEGER,
            decision TEXT, -- JSON
            answer TEXT,
            thinking TEXT,
            refusal TEXT,
            tool_calls TEXT, -- JSON
            error TEXT,
            stopped_by TEXT, -- the budget that kept it from going on, JSON
            CHECK (state = 'open' OR (duration_ms IS NOT NULL AND task IS NOT NULL AND requested IS NOT NULL
                AND outcome IS NOT NULL AND decision IS NOT NULL))
        ) STRICT;
        CREATE INDEX calls_by_run ON calls (run_id) WHERE run_id IS NOT NULL;
        CREATE INDEX calls_open ON calls (started_at) WHERE state = 'open';

        \(attempts("attempts", unsettled: "state = 'reserved'"))
        CREATE INDEX attempts_by_call ON attempts (call_id, number);
        CREATE INDEX attempts_reserved ON attempts (reserved_at) WHERE state = 'reserved';

        CREATE TABLE trials (
            call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            case_id TEXT NOT NULL,
            case_hash TEXT NOT NULL,
            arm_id TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            repetition INTEGER NOT NULL CHECK (repetition >= 0),
            ordinal INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            fault TEXT NOT NULL CHECK (fault IN ('none', 'provider', 'case', 'ours')), -- decides the denominators
            score REAL,
            passed INTEGER CHECK (passed IN (0, 1)), -- NULL: not gradable
            queue_ms REAL NOT NULL,
            ttfb_ms REAL,
            ttft_ms REAL,
            ttfa_ms REAL,
            e2e_ms REAL,
            resp_ms REAL NOT NULL,
            work_ms REAL NOT NULL,
            retry_wait_ms REAL NOT NULL,
            connect_ms REAL,
            decode_ms REAL,
            tpot_ms REAL,
            max_gap_ms REAL,
            p95_gap_ms REAL,
            n_gaps INTEGER NOT NULL,
            decode_tps REAL,
            e2e_tps REAL,
            chars_per_s REAL,
            prompt_tokens INTEGER,
            cache_read_tokens INTEGER,
            cache_write_tokens INTEGER,
            output_tokens INTEGER,
            reasoning_tokens INTEGER,
            streamed_tokens INTEGER,
            answer_chars INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            cost_pusd INTEGER,
            billed_pusd INTEGER,
            UNIQUE (run_id, case_id, arm_id, endpoint, repetition),
            FOREIGN KEY (run_id, case_id) REFERENCES cases (run_id, id),
            FOREIGN KEY (run_id, arm_id, endpoint) REFERENCES arms (run_id, arm_id, endpoint)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX trials_in_order ON trials (run_id, ordinal, call_id);

        CREATE TABLE verdicts (
            call_id TEXT NOT NULL REFERENCES trials (call_id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            type TEXT NOT NULL,
            result TEXT NOT NULL CHECK (result IN ('passed', 'failed', 'unscored')),
            score REAL,
            weight REAL NOT NULL,
            metric TEXT,
            reason TEXT, -- NULL when content is not kept: it may quote the answer
            PRIMARY KEY (call_id, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE selection_tables (
            id TEXT NOT NULL PRIMARY KEY,
            task TEXT NOT NULL,
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            derived_at INTEGER NOT NULL,
            time_scale REAL NOT NULL,
            dataset_hash TEXT NOT NULL,
            grader_version TEXT NOT NULL,
            price_version TEXT NOT NULL,
            shared_cases INTEGER NOT NULL,
            incumbent TEXT,
            runs TEXT NOT NULL CHECK (json_valid(runs)), -- derived from these
            document TEXT NOT NULL CHECK (json_valid(document)) -- the table without its rows
        ) STRICT;
        CREATE INDEX selection_tables_newest ON selection_tables (task, simulated, derived_at);

        CREATE TABLE selection_rows (
            table_id TEXT NOT NULL REFERENCES selection_tables (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            arm_id TEXT NOT NULL,
            model TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            quality REAL NOT NULL,
            quality_low REAL NOT NULL,
            quality_high REAL NOT NULL,
            pass_rate REAL NOT NULL,
            cost_pusd INTEGER,
            resp_p95_ms REAL,
            resp_p95_low_ms REAL,
            resp_p95_high_ms REAL,
            failure_rate REAL NOT NULL,
            n INTEGER NOT NULL,
            document TEXT NOT NULL CHECK (json_valid(document)), -- the whole row, its draws included
            PRIMARY KEY (table_id, position)
        ) STRICT;
        """

    /// The table of runs: version 1 and what the migration of a later one makes of it.
    ///
    /// - Parameters:
    ///   - statuses: A list in SQL.
    ///   - endNote: The comment beside `ended_at`.
    ///   - unended: A condition in SQL, under which the end is unknown.
    static func runs(_ name: String, statuses: String, endNote: String = "", unended: String) -> String {
        """
        CREATE TABLE \(name) (
            id TEXT NOT NULL PRIMARY KEY,
            status TEXT NOT NULL
                CHECK (status IN (\(statuses))),
            started_at INTEGER NOT NULL,
            ended_at INTEGER,\(endNote)
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
            CHECK (\(unended) OR ended_at IS NOT NULL)
        ) STRICT;
        """
    }

    /// The table of attempts: version 1 and what the migration of a later one makes of it.
    ///
    /// - Parameters:
    ///   - added: Columns after those of version 1, each on a line of its own.
    ///   - unsettled: A condition in SQL, under which an attempt lacks class and times.
    static func attempts(_ name: String, added: String = "", unsettled: String) -> String {
        """
        CREATE TABLE \(name) (
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
            price_unknown TEXT,\(added)
            CHECK (\(unsettled) OR (class IS NOT NULL AND sent_ms IS NOT NULL AND e2e_ms IS NOT NULL))
        ) STRICT;
        """
    }
}
