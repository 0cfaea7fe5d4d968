public import BenchCore
import GRDB
import LLMCore

extension SQLiteStore: StoreChecker {
    /// Checks SQLite's structures, the references between rows, and our own invariants; reads all of the file.
    public func check() async throws -> StoreCheck {
        // No attempt lives longer: the default limits end it after 600 s.
        let stale = options.time.wallMicroseconds() - 3_600_000_000
        return try await read { db in
            func count(_ rest: String) throws -> Int { try Int.fetchOne(db, sql: "SELECT count(*) FROM \(rest)") ?? 0 }
            var problems = try SQLiteStore.structure(db)
            problems += try SQLiteStore.unreadableHealth(db)
            for rule in SQLiteStore.rules {
                let found = try String.fetchAll(db, sql: rule.query + " LIMIT 21")
                problems += found.prefix(20).map {
                    StoreCheck.Problem(rule: rule.name, detail: "\(rule.message): \($0)")
                }
                if found.count > 20 { problems.append(.init(rule: rule.name, detail: "\(rule.message): and more")) }
            }
            return StoreCheck(
                problems: problems, notes: try SQLiteStore.notes(staleBefore: stale, db),
                version: try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0, runs: try count("runs"),
                trials: try count("trials"), calls: try count("calls"), attempts: try count("attempts"),
                tables: try count("selection_tables"), healthStates: try count("health"),
                cacheEntries: try count("cache"),
                bytes: try Int.fetchOne(
                    db, sql: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()") ?? 0)
        }
    }

    private static func structure(_ db: Database) throws -> [StoreCheck.Problem] {
        let found = try String.fetchAll(db, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
        let references = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(100).map { row in
            let (table, parent): (String, String) = (row[0], row[2])
            return StoreCheck.Problem(
                rule: "foreign_key", detail: "\(table): a row refers to a missing one of \(parent)")
        }
        return found.map { StoreCheck.Problem(rule: "integrity", detail: $0) } + references
    }

    private struct Rule {
        let name: String
        let message: String
        let query: String
    }

    private static let rules = [
        Rule(
            name: "call_without_trial", message: "a finished call of a run has no trial",
            query: """
                SELECT id FROM calls WHERE run_id IS NOT NULL AND state = 'closed'
                AND NOT EXISTS (SELECT 1 FROM trials t WHERE t.call_id = calls.id)
                AND NOT EXISTS (SELECT 1 FROM judge_calls j WHERE j.call_id = calls.id)
                AND NOT EXISTS (SELECT 1 FROM replaced_trials t WHERE t.call_id = calls.id)
                """),
        Rule(
            name: "trial_of_open_call", message: "a trial's call is not finished, or of another run",
            query: """
                SELECT t.call_id FROM trials t JOIN calls k ON k.id = t.call_id
                WHERE k.state <> 'closed' OR k.run_id IS NOT t.run_id
                """),
        Rule(
            name: "attempt_count", message: "a trial has another number of attempts than it counts",
            query: """
                SELECT call_id FROM trials WHERE reused_call IS NULL AND attempts <>
                (SELECT count(*) FROM attempts a WHERE a.call_id = trials.call_id AND a.state = 'settled')
                """),
        Rule(
            name: "reused_paid", message: "a reused answer was asked for all the same",
            query: """
                SELECT call_id FROM trials t WHERE reused_call IS NOT NULL
                AND EXISTS (SELECT 1 FROM attempts a WHERE a.call_id = t.call_id)
                """),
        Rule(
            name: "reserved_in_finished_call", message: "an attempt of a finished call was never settled",
            query: """
                SELECT a.id FROM attempts a JOIN calls k ON k.id = a.call_id
                WHERE a.state = 'reserved' AND k.state = 'closed'
                """),
        Rule(
            name: "case_changed", message: "a trial's case is not the one of its run",
            query: """
                SELECT t.call_id FROM trials t JOIN cases c ON c.run_id = t.run_id AND c.id = t.case_id
                WHERE c.hash <> t.case_hash
                """),
        Rule(
            name: "complete_without_trials", message: "a complete run has a model without a trial",
            query: """
                SELECT r.id || ' ' || a.arm_id FROM runs r JOIN arms a ON a.run_id = r.id WHERE r.status = 'complete'
                AND NOT EXISTS (SELECT 1 FROM trials t WHERE t.run_id = r.id AND t.arm_id = a.arm_id
                    AND t.endpoint = a.endpoint)
                """),
        Rule(
            name: "cache_size", message: "the cache's size is not that of its entries",
            query: """
                SELECT entries || ' entries, ' || s.bytes || ' bytes' FROM cache_size s
                WHERE (entries, s.bytes) <> (SELECT count(*), coalesce(sum(bytes), 0) FROM cache)
                """),
        Rule(
            name: "key_spending", message: "a virtual key has spent less than its leases recorded",
            query: """
                SELECT id FROM virtual_keys k
                WHERE spent_pusd < (SELECT coalesce(sum(l.spent_pusd), 0) FROM budget_leases l WHERE l.key_id = k.id)
                """),
    ]

    /// States are read again at every start; what cannot be read is forgotten.
    private static func unreadableHealth(_ db: Database) throws -> [StoreCheck.Problem] {
        try HealthRows.unreadable(db).prefix(20).map { row in
            StoreCheck.Problem(
                rule: "health_state",
                detail: "a state of a \(row.subject) cannot be read: \(row.provider) \(row.model)")
        }
    }

    private static func notes(staleBefore instant: Int64, _ db: Database) throws -> [String] {
        var notes: [String] = []
        let lost = try Row.fetchOne(
            db,
            sql: "SELECT count(*), sum(worst_pusd) FROM attempts WHERE state = 'reserved' AND reserved_at < ?",
            arguments: [instant])
        if let lost, let count: Int = lost[0], count > 0 {
            let worst = (lost[1] as Int64?).map { ", at most \(USD(pico: $0)) USD" } ?? ""
            notes.append(
                "\(count) attempts were reserved more than an hour ago and never settled: a process was killed"
                    + " while they were in flight, and what they cost is unknown\(worst)")
        }
        let assumed = try Row.fetchOne(db, sql: "SELECT count(*), sum(computed_pusd) FROM attempts WHERE assumed")
        if let assumed, let count: Int = assumed[0], count > 0 {
            let worst = (assumed[1] as Int64?).map { ", \(USD(pico: $0)) USD" } ?? ""
            notes.append("\(count) attempts of killed processes were settled at their worst case\(worst)")
        }
        let blocks = try Row.fetchOne(db, sql: "SELECT count(*), sum(held_pusd) FROM budget_leases WHERE forfeited")
        if let blocks, let count: Int = blocks[0], count > 0, let held: Int64 = blocks[1] {
            notes.append(
                "\(count) blocks of virtual keys' budgets were held by processes that ended, and count as spent, \(USD(pico: held)) USD"
            )
        }
        let runs = try String.fetchAll(
            db, sql: "SELECT id FROM runs WHERE status = 'running' AND started_at < ? ORDER BY id", arguments: [instant]
        )
        notes += runs.map { "run \($0) began more than an hour ago and has not finished" }
        return notes
    }
}

extension SQLiteStore: StoreBackup {
    /// The copy is compact.
    public func backup(to path: String) async throws {
        let file = try NewFile.create(at: path)
        do {
            // SQLite writes into an empty file, so that the copy is as private as the file is.
            try await pool.vacuum(into: file.partial)
        } catch {
            throw StoreError(error, path: path)
        }
        try file.commit()
    }
}
