extension Schema {
    /// Version 5: selection tables keep the evidence they were derived from, and one of a task's may be pinned; results of other people's
    /// evaluations.
    static let evidence = """
        CREATE TABLE selection_evidence ( -- the same outcomes are kept once, however many tables derive from them
            hash TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the document
            task TEXT NOT NULL,
            document TEXT NOT NULL CHECK (json_valid(document))
        ) STRICT;

        CREATE TABLE selection_table_evidence (
            table_id TEXT NOT NULL REFERENCES selection_tables (id) ON DELETE CASCADE,
            position INTEGER NOT NULL, -- 0: the table's own task; then others
            hash TEXT NOT NULL REFERENCES selection_evidence (hash),
            PRIMARY KEY (table_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX selection_table_evidence_by_hash ON selection_table_evidence (hash);
        CREATE TRIGGER selection_evidence_unused AFTER DELETE ON selection_table_evidence
            WHEN NOT EXISTS (SELECT 1 FROM selection_table_evidence WHERE hash = old.hash)
            BEGIN DELETE FROM selection_evidence WHERE hash = old.hash; END;

        CREATE TABLE selection_pins (
            task TEXT NOT NULL,
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            table_id TEXT NOT NULL REFERENCES selection_tables (id) ON DELETE CASCADE,
            PRIMARY KEY (task, simulated)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX selection_pins_by_table ON selection_pins (table_id);

        CREATE TABLE result_files (
            id INTEGER NOT NULL PRIMARY KEY,
            hash TEXT NOT NULL UNIQUE, -- SHA-256 of the uncompressed content
            name TEXT NOT NULL,
            imported_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE result_cases (
            id INTEGER NOT NULL PRIMARY KEY,
            file_id INTEGER NOT NULL REFERENCES result_files (id) ON DELETE CASCADE,
            dataset TEXT NOT NULL,
            task TEXT NOT NULL,
            prompt_id TEXT NOT NULL,
            case_group TEXT,
            prompt TEXT
        ) STRICT;
        CREATE INDEX result_cases_by_dataset ON result_cases (dataset, task);
        CREATE INDEX result_cases_by_file ON result_cases (file_id);

        CREATE TABLE results (
            id INTEGER NOT NULL PRIMARY KEY, -- in the order of the file
            case_id INTEGER NOT NULL REFERENCES result_cases (id) ON DELETE CASCADE,
            model TEXT NOT NULL, -- as the file names it
            score REAL,
            input_tokens INTEGER,
            output_tokens INTEGER,
            cost_pusd INTEGER,
            latency_ms REAL
        ) STRICT;
        CREATE INDEX results_by_case ON results (case_id);
        """
}
