import GRDB
import LLMCore

extension SQLiteStore {
    /// A transaction that does not wait for the disk, for what is learnt and can be learnt again: a crash of the machine may lose it,
    /// a crash of the process does not.
    ///
    /// It holds the write lock from its beginning, so that what it reads is still so when it writes. It is finished even when the
    /// calling task is cancelled meanwhile.
    func relaxed<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError)
        -> Value
    {
        let path = path
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { db in
                do {
                    continuation.resume(returning: .success(try SQLiteStore.relaxed(db, body)))
                } catch {
                    continuation.resume(returning: .failure(StoreError(error, path: path)))
                }
            }
        }
        return try result.get()
    }

    private static func relaxed<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
        // SQLite obeys this pragma while it prepares it: a cached statement would do nothing.
        try db.execute(sql: "PRAGMA synchronous = NORMAL")
        let result = Result { try transaction(db, body) }
        // Runs, calls and trials do wait for the disk.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        return try result.get()
    }

    /// One that holds the write lock from its beginning.
    static func transaction<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
        var value: Value?
        try db.inTransaction(.immediate) {
            value = try body(db)
            return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
        return value
    }
}
