import GRDB
import LLMCore

/// Attempts and runs that a killed process left behind, in a file that several processes share.
///
/// An attempt is abandoned when its lease, the longest its call can take, has passed and its process is not known to live; where that
/// cannot be told, as on another machine, some time more must have passed. It is settled at its worst case and marked so: it may have been
/// billed, and nobody is left to say. A result that comes all the same replaces what was assumed.
enum AbandonedWork {
    /// The lease of an attempt that has none: longer than any deadline.
    static let defaultLease = Duration.seconds(3_600)
    /// For clocks that differ, and answers that are written down after their deadline.
    private static let grace: Int64 = 600_000_000

    struct Found: Sendable, Hashable {
        var attempts: [String] = []
        var runs: [String] = []
        var isEmpty: Bool { attempts.isEmpty && runs.isEmpty }
    }

    static func find(_ db: Database, now: Int64) throws -> Found {
        Found(attempts: try attempts(db, now: now), runs: try runs(db, now: now))
    }

    /// Settles what is abandoned by now.
    static func settle(_ writer: some DatabaseWriter, now: Int64) throws {
        guard try !writer.read({ try find($0, now: now).isEmpty }) else { return }
        try writer.write { db in
            let found = try find(db, now: now)
            for id in found.attempts { try db.execute(sql: settling, arguments: [id]) }
            for id in found.runs { try db.execute(sql: killing, arguments: [id]) }
        }
    }

    private static let reserved = """
        SELECT a.id, a.reserved_at + CAST(1000 * coalesce(a.lease_ms, ?) AS INTEGER), k.decision -> '$.process'
        FROM attempts a JOIN calls k ON k.id = a.call_id
        WHERE a.state = 'reserved' AND a.reserved_at + CAST(1000 * coalesce(a.lease_ms, ?) AS INTEGER) <= ?
        """

    private static func attempts(_ db: Database, now: Int64) throws -> [String] {
        let lease = defaultLease.milliseconds
        return try Row.fetchAll(db, sql: reserved, arguments: [lease, lease, now]).compactMap { row in
            let (id, end): (String, Int64) = (row[0], row[1])
            let isGone = state(of: row[2])
            return isGone ?? (end + grace <= now) ? id : nil
        }
    }

    private static let settling = """
        UPDATE attempts SET state = 'settled', assumed = 1, computed_pusd = worst_pusd,
            price_source = CASE WHEN worst_pusd IS NOT NULL THEN 'its worst case: its process ended before it was settled' END,
            price_unknown = CASE WHEN worst_pusd IS NULL THEN 'its process ended before it was settled' END
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
            return state(of: row[1]) ?? (lastSign + longestSilence <= now) ? id : nil
        }
    }

    /// A day, in microseconds: no call takes as long.
    private static let longestSilence: Int64 = 86_400_000_000

    private static let killing = "UPDATE runs SET status = 'killed' WHERE id = ? AND status = 'running'"

    /// The process has ended; `nil` when that is unknown.
    private static func state(of mark: String?) -> Bool? {
        ProcessMark.state(of: mark.flatMap { try? JSONValue.parse($0) })
    }
}
