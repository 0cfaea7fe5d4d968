extension Schema {
    /// The tables of learnt health and cached answers.
    ///
    /// `simulated` and `endpoint` are part of every health row's name, and of every cache key's digest: nothing crosses environments.
    static let learnt = """
        CREATE TABLE health (
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            endpoint TEXT NOT NULL, -- empty for the lock, which is about all of them
            subject TEXT NOT NULL CHECK (subject IN ('provider', 'model', 'key', 'limits', 'lock')),
            provider TEXT NOT NULL, -- empty for the lock
            model TEXT NOT NULL, -- the provider's own name of it; empty where the subject is not a model's
            key_fingerprint TEXT NOT NULL, -- empty: without a key, or not about one
            state TEXT NOT NULL CHECK (json_valid(state)),
            changed_at INTEGER NOT NULL,
            PRIMARY KEY (simulated, endpoint, subject, provider, model, key_fingerprint)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE health_version ( -- one row: counts changes of `health`, so that copies of it know when they are stale
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
            version INTEGER NOT NULL
        ) STRICT;
        INSERT INTO health_version VALUES (1, 0);
        \(healthTriggers)

        CREATE TABLE cache (
            key TEXT NOT NULL PRIMARY KEY, -- a digest; the question itself is not kept
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            task TEXT NOT NULL,
            provider TEXT NOT NULL,
            model TEXT NOT NULL, -- the provider's own name of it
            endpoint TEXT NOT NULL,
            call_id TEXT NOT NULL, -- the call that was answered so; it may have been pruned
            stored_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            stale_until INTEGER NOT NULL, -- until then it may serve where everything else failed
            used_at INTEGER NOT NULL, -- the least recently used goes first
            hits INTEGER NOT NULL DEFAULT 0,
            bytes INTEGER NOT NULL, -- what the entry weighs against the cap
            cost_pusd INTEGER, -- what a hit saves; NULL unknown
            finish_reason TEXT,
            finish_raw TEXT,
            usage TEXT CHECK (usage IS NULL OR json_valid(usage)), -- NULL unknown
            answer TEXT NOT NULL CHECK (json_valid(answer)),
            CHECK (stored_at <= expires_at AND expires_at <= stale_until)
        ) STRICT;
        CREATE INDEX cache_by_use ON cache (used_at);
        CREATE INDEX cache_by_end ON cache (stale_until);

        CREATE TABLE cache_size ( -- one row: what `cache` holds, so that no write has to add it up
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
            entries INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) STRICT;
        INSERT INTO cache_size VALUES (1, 0, 0);
        CREATE TRIGGER cache_inserted AFTER INSERT ON cache BEGIN
            UPDATE cache_size SET entries = entries + 1, bytes = bytes + new.bytes;
        END;
        CREATE TRIGGER cache_deleted AFTER DELETE ON cache BEGIN
            UPDATE cache_size SET entries = entries - 1, bytes = bytes - old.bytes;
        END;
        CREATE TRIGGER cache_resized AFTER UPDATE OF bytes ON cache BEGIN
            UPDATE cache_size SET bytes = bytes - old.bytes + new.bytes;
        END;

        CREATE TABLE cache_counts ( -- what the cache did since it was made or cleared
            simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
            task TEXT NOT NULL,
            hits INTEGER NOT NULL DEFAULT 0,
            stale_hits INTEGER NOT NULL DEFAULT 0, -- part of hits: served past its time because all else failed
            misses INTEGER NOT NULL DEFAULT 0,
            shared INTEGER NOT NULL DEFAULT 0, -- callers who joined another's call
            saved_pusd INTEGER NOT NULL DEFAULT 0,
            unpriced INTEGER NOT NULL DEFAULT 0, -- hits and shared calls whose saving is unknown
            PRIMARY KEY (simulated, task)
        ) STRICT, WITHOUT ROWID;
        """
}

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
        \(healthTriggers)
        """

    /// Count every change of `health`.
    private static let healthTriggers = """
        CREATE TRIGGER health_inserted AFTER INSERT ON health BEGIN UPDATE health_version SET version = version + 1; END;
        CREATE TRIGGER health_updated AFTER UPDATE ON health BEGIN UPDATE health_version SET version = version + 1; END;
        CREATE TRIGGER health_deleted AFTER DELETE ON health BEGIN UPDATE health_version SET version = version + 1; END;
        """
}
