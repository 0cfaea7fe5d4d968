extension Schema {
    /// Version 10: virtual keys, and the blocks of their budgets that processes spend from memory.
    static let virtualKeys = """
        CREATE TABLE virtual_keys ( -- never deleted; the secrets are nowhere
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            secret_hash TEXT NOT NULL UNIQUE,
            key_fingerprint TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('use', 'admin')),
            created_at INTEGER NOT NULL,
            expires_at INTEGER, -- NULL: never
            revoked_at INTEGER,
            budget_pusd INTEGER CHECK (budget_pusd >= 0), -- NULL: no limit
            models TEXT NOT NULL CHECK (json_type(models) = 'array'), -- empty: all
            requests_per_minute INTEGER CHECK (requests_per_minute > 0),
            tokens_per_minute INTEGER CHECK (tokens_per_minute > 0),
            spent_pusd INTEGER NOT NULL DEFAULT 0,
            assumed_pusd INTEGER NOT NULL DEFAULT 0, -- part of spent: worst cases of requests whose cost stayed unknown
            requests INTEGER NOT NULL DEFAULT 0,
            tokens INTEGER NOT NULL DEFAULT 0,
            unpriced INTEGER NOT NULL DEFAULT 0 -- requests that are in no sum of money
        ) STRICT;
        CREATE UNIQUE INDEX virtual_keys_in_use ON virtual_keys (name) WHERE revoked_at IS NULL;

        CREATE TABLE budget_leases (
            id TEXT NOT NULL PRIMARY KEY,
            key_id TEXT NOT NULL REFERENCES virtual_keys (id),
            process TEXT CHECK (process IS NULL OR json_valid(process)), -- NULL: not reported by the system
            expires_at INTEGER NOT NULL,
            held_pusd INTEGER NOT NULL CHECK (held_pusd >= 0), -- set aside and not recorded as spent
            forfeited INTEGER NOT NULL DEFAULT 0 CHECK (forfeited IN (0, 1)), -- held counts as spent: its process ended
            spent_pusd INTEGER NOT NULL DEFAULT 0, -- this and what follows: recorded by the lease, part of the key's
            assumed_pusd INTEGER NOT NULL DEFAULT 0,
            requests INTEGER NOT NULL DEFAULT 0,
            tokens INTEGER NOT NULL DEFAULT 0,
            unpriced INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX budget_leases_by_key ON budget_leases (key_id) WHERE held_pusd > 0;
        """
}
