import GRDB
public import LLMCore

extension SQLiteStore: VirtualKeyStore {
    public func issue(_ key: VirtualKey) async throws { try await durable { try VirtualKeyRows.insert(key, $0) } }

    public func virtualKeys() async throws -> [VirtualKey] { try await read { try VirtualKeyRows.all($0) } }

    public func revokeVirtualKey(_ id: VirtualKeyID, at instant: Int64) async throws -> Bool {
        try await durable { try VirtualKeyRows.revoke(id, at: instant, $0) }
    }

    public func virtualKeysVersion() async throws -> Int64 {
        try await withStoreErrors {
            // One statement sees one state. Keys are never deleted and never un-revoked, so that the counts only grow.
            try await pool.unsafeRead { db in
                let sql = "SELECT count(*) + count(revoked_at) FROM virtual_keys"
                return try Int64.fetchOne(db.cachedStatement(sql: sql)) ?? 0
            }
        }
    }

    public func renewLease(_ renewal: LeaseRenewal) async throws -> LeaseBalance {
        let (key, lease) = (renewal.key.rawValue, renewal.lease.rawValue)
        let missing = StoreError(.conflict, location: path, "the database \(path) has no virtual key \(key)")
        return try await durable { db in
            guard var budget = try VirtualKeyRows.budget(of: key, with: lease, db) else { throw missing }
            let balance = budget.renew(renewal)
            try VirtualKeyRows.write(budget, of: key, lease: lease, process: SQLiteStore.processMark, db)
            return balance
        }
    }

    /// Made once: it is read from several files.
    private static let processMark: DatabaseValue = {
        let mark = ProcessMark.current
        return mark.isNull ? .null : .json(mark)
    }()
}
