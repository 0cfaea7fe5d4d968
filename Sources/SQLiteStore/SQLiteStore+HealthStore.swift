import GRDB
public import LLMCore

extension SQLiteStore: HealthStore {
    public func update<Result: Sendable>(
        _ keys: Set<HealthKey>, _ transform: @escaping @Sendable (inout [HealthKey: HealthState]) -> Result
    ) async throws -> Result {
        let now = options.time.wallMicroseconds()
        let documents = healthDocuments
        return try await relaxed { db in
            let before = try HealthRows.states(of: keys, documents, db)
            var after = before
            let result = transform(&after)
            for key in keys where after[key] != before[key] {
                if let state = after[key] {
                    try HealthRows.write(state, of: key, at: now, documents, db)
                } else {
                    try HealthRows.forget(key, documents, db)
                }
            }
            return result
        }
    }

    public func states(simulated: Bool) async throws -> [HealthKey: HealthState] {
        let documents = healthDocuments
        return try await read { try HealthRows.all(simulated: simulated, documents, $0) }
    }

    public func version() async throws -> Int64 {
        try await withStoreErrors {
            // One statement sees one state: it needs no transaction around it.
            try await pool.unsafeRead { db in
                try Int64.fetchOne(db.cachedStatement(sql: "SELECT version FROM health_version")) ?? 0
            }
        }
    }
}
