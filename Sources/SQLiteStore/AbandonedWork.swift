import BenchCore
import GRDB
import LLMCore

/// Attempts, runs and blocks of budget that a killed process left behind, in a file that several processes share.
///
/// An attempt is abandoned when its lease, the longest its call can take, has passed and its process is not known to live; where that
/// is unknown, as on another machine, some time more must have passed. So it must for an attempt of the process that sweeps: it knows
/// that none of its calls takes as long. An abandoned attempt is settled at its worst case and marked so: it may have been billed, and
/// that will stay unknown. A result that comes all the same replaces what was assumed. An abandoned block of a virtual key's budget counts as
/// spent, until its process renews it all the same.
enum AbandonedWork {
    /// The lease of an attempt that has none: longer than any deadline.
    static let defaultLease = Duration.seconds(3_600)
    /// For clocks that differ, and answers that are written down after their deadline.
    private static let grace: Int64 = 600_000_000

    struct Found: Sendable, Hashable {
        var attempts: [String] = []
        var runs: [String] = []
        /// Blocks of virtual keys' budgets, with their keys.
        var leases: [Lease] = []
        var isEmpty: Bool { attempts.isEmpty && runs.isEmpty && leases.isEmpty }

        struct Lease: Sendable, Hashable {
            var id: String
            var key: String
            var process: DatabaseValue
        }
    }

    /// - Parameter sweeper: The mark of the process whose own attempts may be found, too; `nil`: those of a living process never are.
    static func find(_ db: Database, now: Int64, sweeper: JSONValue? = nil) throws -> Found {
        Found(
            attempts: try attempts(db, now: now, sweeper: sweeper), runs: try runs(db, now: now),
            leases: try leases(db, now: now))
    }

    /// Settles what is abandoned by now.
    static func settle(_ writer: some DatabaseWriter, now: Int64) throws {
        guard try !writer.read({ try find($0, now: now).isEmpty }) else { return }
        try writer.write { try settle($0, now: now) }
    }

    static func settle(_ db: Database, now: Int64, sweeper: JSONValue? = nil) throws {
        let found = try find(db, now: now, sweeper: sweeper)
        for id in found.attempts { try db.execute(sql: settling, arguments: [id]) }
        for id in found.runs { try db.execute(sql: killing, arguments: [id]) }
        for lease in found.leases {
            guard var budget = try VirtualKeyRows.budget(of: lease.key, with: lease.id, db) else { continue }
            budget.forfeit(BudgetLeaseID(rawValue: lease.id))
            try VirtualKeyRows.write(budget, of: lease.key, lease: lease.id, process: lease.process, db)
        }
        try VirtualKeyRows.forget(before: now - longestSilence, db)
    }

    private static let reserved = """
        SELECT a.id, a.reserved_at + CAST(1000 * coalesce(a.lease_ms, ?) AS INTEGER), k.decision -> '$.process'
        FROM attempts a JOIN calls k ON k.id = a.call_id
        WHERE a.state = 'reserved' AND a.reserved_at + CAST(1000 * coalesce(a.lease_ms, ?) AS INTEGER) <= ?
        """

    private static func attempts(_ db: Database, now: Int64, sweeper: JSONValue?) throws -> [String] {
        let lease = defaultLease.milliseconds
        return try Row.fetchAll(db, sql: reserved, arguments: [lease, lease, now]).compactMap { row in
            let (id, end): (String, Int64) = (row[0], row[1])
            let mark = mark(row[2])
            let isGone = mark != nil && mark == sweeper ? nil : ProcessMark.state(of: mark)
            return isGone ?? (end + grace <= now) ? id : nil
        }
    }

    /// A living process renews its leases, so that the sweeper's own are never found by mistake.
    private static func leases(_ db: Database, now: Int64) throws -> [Found.Lease] {
        let sql = """
            SELECT id, key_id, expires_at, process FROM budget_leases WHERE held_pusd > 0 AND NOT forfeited AND expires_at <= ?
            """
        return try Row.fetchAll(db, sql: sql, arguments: [now]).compactMap { row in
            let (id, key, end): (String, String, Int64) = (row[0], row[1], row[2])
            let isAbandoned = ProcessMark.state(of: mark(row[3])) ?? (end + grace <= now)
            return isAbandoned ? Found.Lease(id: id, key: key, process: row[3]) : nil
        }
    }

    /// Settles every attempt of one run that is still reserved, whatever its lease: nobody is at work on the run.
    static func settle(of run: RunID, _ db: Database) throws {
        let sql = """
            SELECT a.id FROM attempts a JOIN calls k ON k.id = a.call_id WHERE k.run_id = ? AND a.state = 'reserved'
            """
        for id in try String.fetchAll(db, sql: sql, arguments: [run.rawValue]) {
            try db.execute(sql: settling, arguments: [id])
        }
    }

    private static let settling = """
        UPDATE attempts SET state = 'settled', assumed = 1, computed_pusd = worst_pusd,
            price_source = CASE WHEN worst_pusd IS NOT NULL THEN 'its worst case: its process ended before it was settled' END,
            price_unknown = CASE WHEN worst_pusd IS NULL THEN 'its process ended before it was settled, and no worst case was set aside for it: it had no output limit, or a price was missing' END
        WHERE id = ? AND state = 'reserved'
        """

    /// Runs of a process that has ended, and those of a process that cannot be told, as from before the machine was started
    /// again, which have begun no call for so long.
    private static func runs(_ db: Database, now: Int64) throws -> [String] {
        let sql = """
            SELECT id, environment -> '$.process', max(started_at, coalesce(
                (SELECT max(started_at) FROM calls WHERE run_id = runs.id), 0))
            FROM runs WHERE status = 'running' AND environment -> '$.process' ->> 'pid' IS NOT NULL
            """
        return try Row.fetchAll(db, sql: sql).compactMap { row in
            let (id, lastSign): (String, Int64) = (row[0], row[2])
            return ProcessMark.state(of: mark(row[1])) ?? (lastSign + longestSilence <= now) ? id : nil
        }
    }

    /// A day, in microseconds: no call takes as long.
    private static let longestSilence: Int64 = 86_400_000_000

    private static let killing = "UPDATE runs SET status = 'killed' WHERE id = ? AND status = 'running'"

    private static func mark(_ document: String?) -> JSONValue? { document.flatMap { try? JSONValue.parse($0) } }
}

extension SQLiteStore {
    public func settleAbandonedWork() async throws {
        let now = options.time.wallMicroseconds()
        let sweeper = ProcessMark.current
        guard try await !read({ try AbandonedWork.find($0, now: now, sweeper: sweeper).isEmpty }) else { return }
        try await withStoreErrors {
            try await pool.write { try AbandonedWork.settle($0, now: now, sweeper: sweeper) }
        }
    }
}
