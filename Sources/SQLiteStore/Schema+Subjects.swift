extension Schema {
    /// Version 3: health may be about anything. A list of subjects in the table refused the first one that was added, the account of hedges.
    static let anySubject = """
        CREATE TABLE health_of_any (
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            endpoint TEXT NOT NULL, -- empty for what is about all of them: the lock, the account of hedges
            subject TEXT NOT NULL, -- provider, model, key, limits, lock, hedges
            provider TEXT NOT NULL, -- empty where the subject is about no provider
            model TEXT NOT NULL, -- the provider's own name of it; empty where the subject is not a model's
            key_fingerprint TEXT NOT NULL, -- empty: without a key, or not about one
            state TEXT NOT NULL CHECK (json_valid(state)),
            changed_at INTEGER NOT NULL,
            PRIMARY KEY (simulated, endpoint, subject, provider, model, key_fingerprint)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO health_of_any SELECT * FROM health;
        DROP TABLE health;
        ALTER TABLE health_of_any RENAME TO health;
        CREATE TRIGGER health_inserted AFTER INSERT ON health BEGIN UPDATE health_version SET version = version + 1; END;
        CREATE TRIGGER health_updated AFTER UPDATE ON health BEGIN UPDATE health_version SET version = version + 1; END;
        CREATE TRIGGER health_deleted AFTER DELETE ON health BEGIN UPDATE health_version SET version = version + 1; END;
        """
}
