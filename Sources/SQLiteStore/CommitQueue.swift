import GRDB
import LLMCore

/// A queue in which concurrent writers share transactions, and so the wait for the disk.
///
/// The first writer to come leads: it commits for everyone who is waiting by then, and hands the lead to the first who came
/// meanwhile. So no task outlives its caller, and a lone writer does not wait. Cancelling a writer does not stop its commit.
actor CommitQueue {
    private struct Entry: Sendable {
        let ticket: Int
        let writes: [Write]
        /// Holds a result that was paid for: it may have the reserve's space.
        let isPaidFor: Bool
    }
    private enum Turn: Sendable {
        case lead
        case done(Result<Void, StoreError>)
    }

    private let pool: DatabasePool
    private let path: String
    private let file: DatabaseFile?
    let window: Duration
    private let time: TimeSource
    private var pending: [Entry] = []
    private var followers: [Int: CheckedContinuation<Turn, Never>] = [:]
    private var nextTicket = 0
    private var led = false
    /// The last commit was shared: then a short wait for other writers pays.
    private var shared = false
    private var reserve: DiskReserve?
    /// The reserve is spent: until the run ends only what was paid for is written.
    private var isFull = false
    /// Batches handed to the writer, and transactions that came of them.
    private(set) var begun = 0
    private(set) var transactions = 0

    init(pool: DatabasePool, path: String, window: Duration, time: TimeSource) {
        self.pool = pool
        self.path = path
        file = DatabaseFile(at: path)
        self.window = window
        self.time = time
    }

    /// The error where the file is no longer at its path; `nil` where it is.
    var displacement: StoreError? { file?.displacement }

    /// The number of writers that wait for a commit.
    var waiting: Int { pending.count }

    /// Keeps space free for what will have been paid for when the disk is full.
    func reserveDisk(_ bytes: Int) throws(StoreError) {
        guard reserve == nil else { return }
        reserve = try DiskReserve.allocate(bytes, beside: path)
    }

    func releaseReserve() {
        reserve = nil
        isFull = false
    }

    /// Returns when the writes are on disk; all or none of them are.
    func commit(_ writes: [Write], isPaidFor: Bool = false) async throws(StoreError) {
        let ticket = nextTicket
        nextTicket += 1
        pending.append(Entry(ticket: ticket, writes: writes, isPaidFor: isPaidFor))
        if led {
            let turn = await withCheckedContinuation { followers[ticket] = $0 }
            if case .done(let result) = turn { return try result.get() }
        }
        led = true
        if shared { try? await time.sleep(time.now() + window) }
        let batch = pending
        pending = []
        let results = await write(batch)
        shared = batch.count > 1
        for (entry, result) in zip(batch, results) where entry.ticket != ticket {
            followers.removeValue(forKey: entry.ticket)?.resume(returning: .done(result))
        }
        if let next = pending.first, let follower = followers.removeValue(forKey: next.ticket) {
            follower.resume(returning: .lead)
        } else {
            led = false
        }
        guard let own = batch.firstIndex(where: { $0.ticket == ticket }) else { return }
        try results[own].get()
    }

    private func write(_ batch: [Entry]) async -> [Result<Void, StoreError>] {
        if let displacement {
            // What was paid for is kept where the file is now, if it was only moved.
            let paid = batch.filter(\.isPaidFor)
            if !paid.isEmpty { _ = await apply(paid.map(\.writes)) }
            return batch.map { _ in .failure(displacement) }
        }
        var results = batch.map { _ in Result<Void, StoreError>.failure(.diskFull(path)) }
        if !isFull {
            results = await apply(batch.map(\.writes))
            guard reserve != nil, results.contains(where: \.isDiskFull) else { return results }
            reserve = nil
            isFull = true
        }
        // Nothing new may be begun in the space that the reserve freed.
        let paid = batch.indices.filter { batch[$0].isPaidFor && results[$0].isDiskFull }
        guard !paid.isEmpty else { return results }
        for (index, result) in zip(paid, await apply(paid.map { batch[$0].writes })) { results[index] = result }
        return results
    }

    // GRDB's own async writes give up when the task is cancelled; this one does not.
    private func apply(_ batch: [[Write]]) async -> [Result<Void, StoreError>] {
        let path = path
        begun += 1
        let (results, count) = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { db in
                continuation.resume(returning: CommitQueue.apply(batch, to: db, path: path))
            }
        }
        transactions += count
        return results
    }

    private static func apply(_ batch: [[Write]], to db: Database, path: String) -> ([Result<Void, StoreError>], Int) {
        let whole = transaction(batch, db, path)
        guard case .failure(let error) = whole, batch.count > 1, error.mayConcernOneRow else {
            return (batch.map { _ in whole }, 1)
        }
        // One writer's row must not cost another writer its own.
        return (batch.map { transaction([$0], db, path) }, 1 + batch.count)
    }

    private static func transaction(_ batch: [[Write]], _ db: Database, _ path: String) -> Result<Void, StoreError> {
        do {
            try db.inTransaction(.immediate) {
                var statements = PreparedStatements()
                for write in batch.joined() {
                    let statement = try statements.statement(of: write.sql, in: db)
                    try statement.bind(write.values)
                    try statement.execute()
                }
                return .commit
            }
            return .success(())
        } catch {
            return .failure(StoreError(error, path: path))
        }
    }
}

/// The statements of one transaction: a few, in which a text is found sooner by its address than by GRDB's hash of it.
private struct PreparedStatements {
    private var known: [(sql: String, statement: Statement)] = []

    mutating func statement(of sql: String, in db: Database) throws -> Statement {
        for entry in known where entry.sql == sql { return entry.statement }
        let statement = try db.cachedStatement(sql: sql)
        known.append((sql, statement))
        return statement
    }
}

extension Result<Void, StoreError> {
    fileprivate var isDiskFull: Bool {
        guard case .failure(let error) = self else { return false }
        return error.code == .diskFull
    }
}

extension SQLiteStore {
    /// A transaction that does not wait for the disk, for what is learnt and can be learnt again: a crash of the machine may lose it,
    /// a crash of the process does not.
    ///
    /// It holds the write lock from its beginning, so that what it reads is still so when it writes. It is finished even when the
    /// calling task is cancelled meanwhile.
    func relaxed<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError)
        -> Value
    {
        try await finished { try SQLiteStore.relaxed($0, body) }
    }

    /// The same for what must not be lost: it is on disk when it returns.
    func durable<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError)
        -> Value
    {
        if let displacement = await commits.displacement { throw displacement }
        return try await finished { try SQLiteStore.transaction($0, body) }
    }

    private func finished<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let path = path
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { db in
                do {
                    continuation.resume(returning: .success(try body(db)))
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
