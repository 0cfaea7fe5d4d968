import BenchCore
import GRDB
import LLMCore

/// The queries that read trials back.
enum TrialReading {
    struct ArmKey: Hashable, Sendable {
        let run: String
        let arm: String
        let endpoint: String
    }
    typealias Arms = [ArmKey: Arm]

    static func arms(of runs: [String], _ db: Database) throws -> Arms {
        var found: Arms = [:]
        for run in runs {
            for arm in try RunRows.arms(of: run, db) {
                found[ArmKey(run: run, arm: arm.id.rawValue, endpoint: arm.endpoint)] = arm
            }
        }
        return found
    }

    // The final attempt has the model that answered and the reason of its end; its number is the count of attempts.
    static let facts = """
        SELECT t.run_id, t.call_id, t.case_id, t.case_hash, c.case_group, c.weight, t.arm_id, t.endpoint, t.repetition,
            t.ordinal, k.started_at, t.outcome, t.score, t.passed,
            \(TrialRows.metricColumns.map { "t.\($0)" }.joined(separator: ", ")),
            k.error, a.status, a.served_model, a.system_fingerprint,
            CASE WHEN a.finish_reason = 'other' THEN coalesce(nullif(a.finish_raw, ''), 'other') ELSE a.finish_reason END,
            a.price_as_of, t.reused_run, t.reused_call
        """
    // A reused answer has its attempts with the call that paid for it, while that is kept.
    private static let final = """
        LEFT JOIN attempts a ON a.call_id = coalesce(t.reused_call, t.call_id) AND a.number = t.attempts
        """
    static let joins = """
        FROM trials t
        JOIN calls k ON k.id = t.call_id
        JOIN cases c ON c.run_id = t.run_id AND c.id = t.case_id
        \(final)
        """

    // MARK: - A page of a run

    private static let page = """
        \(facts), k.answer, k.thinking
        \(joins)
        WHERE t.run_id = ?1 AND (t.ordinal, t.call_id) > (?2, ?3)
        ORDER BY t.ordinal, t.call_id LIMIT ?4
        """

    static func page(
        of run: String, after last: (ordinal: Int, call: String)?, limit: Int, arms: Arms, _ db: Database
    ) throws -> [TrialRow] {
        let start = last ?? (Int.min, "")
        var rows: [TrialRow] = []
        var places: [String: Int] = [:]
        let cursor = try Row.fetchCursor(
            db.cachedStatement(sql: page), arguments: [run, start.ordinal, start.call, limit])
        while let row = try cursor.next() {
            var reader = ColumnReader(row)
            var trial = try read(&reader, arms: arms)
            trial.answer = reader.text()
            trial.thinking = reader.text()
            places[trial.callID.rawValue] = rows.count
            rows.append(trial)
        }
        guard let end = rows.last else { return [] }
        let bounds: StatementArguments = [run, start.ordinal, start.call, end.ordinal, end.callID.rawValue]
        try addVerdicts(to: &rows, places: places, bounds: bounds, db)
        try addAttempts(to: &rows, places: places, bounds: bounds, db)
        return rows
    }

    private static let within = """
        WHERE t.run_id = ?1 AND (t.ordinal, t.call_id) > (?2, ?3) AND (t.ordinal, t.call_id) <= (?4, ?5)
        """

    static func addVerdicts(
        to rows: inout [TrialRow], places: [String: Int], bounds: StatementArguments, _ db: Database
    ) throws {
        let sql = """
            SELECT v.call_id, v.type, v.position, v.result, v.score, v.weight, v.metric, v.reason
            FROM trials t JOIN verdicts v ON v.call_id = t.call_id \(within) ORDER BY t.ordinal, t.call_id, v.position
            """
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: bounds)
        while let row = try cursor.next() {
            var reader = ColumnReader(row)
            guard let place = places[try reader.text("verdicts.call_id")] else { continue }
            let type = try reader.text("verdicts.type")
            let index = try reader.integer("verdicts.position")
            guard let result = Verdict.Result(rawValue: try reader.text("verdicts.result")) else {
                throw RowFormatError(field: "verdicts.result")
            }
            rows[place].verdicts.append(
                Verdict(
                    type: type, index: index, result: result, score: reader.real(),
                    weight: try reader.real("verdicts.weight"), metric: reader.text(), reason: reader.text() ?? ""))
        }
    }

    // An attempt that was settled for a killed process has neither class nor times.
    private static func addAttempts(
        to rows: inout [TrialRow], places: [String: Int], bounds: StatementArguments, _ db: Database
    ) throws {
        let sql = """
            SELECT a.call_id, a.sent_ms, a.connect_ms, a.ttfb_ms, a.ttft_ms, a.ttfa_ms, a.e2e_ms, a.class, a.status,
                coalesce(a.billed_pusd, a.computed_pusd)
            FROM trials t JOIN attempts a ON a.call_id = t.call_id AND a.state = 'settled' AND NOT a.assumed \(within)
            ORDER BY t.ordinal, t.call_id, a.number
            """
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: bounds)
        while let row = try cursor.next() {
            var reader = ColumnReader(row)
            guard let place = places[try reader.text("attempts.call_id")] else { continue }
            rows[place].attempts.append(try attempt(&reader))
        }
        for place in rows.indices { rows[place].retryClasses = rows[place].attempts.dropLast().map(\.outcome) }
    }

    private static func attempt(_ reader: inout ColumnReader) throws -> AttemptRow {
        let (sent, connect) = (try reader.real("attempts.sent_ms"), reader.real())
        let (ttfb, ttft, ttfa) = (reader.real(), reader.real(), reader.real())
        let end = try reader.real("attempts.e2e_ms")
        guard let outcome = AttemptClass(rawValue: try reader.text("attempts.class")) else {
            throw RowFormatError(field: "attempts.class")
        }
        return AttemptRow(
            sent: sent, connect: connect, ttfb: ttfb, ttft: ttft, ttfa: ttfa, end: end, outcome: outcome,
            status: reader.integer(), cost: reader.money())
    }

    // MARK: - Evidence

    // What was ours (cancelled, harness, grader) says nothing of a model, so an older trial stays the newest evidence.
    private static let evidence = """
        WITH newest AS (
            SELECT t.call_id, row_number() OVER (
                PARTITION BY t.arm_id, t.endpoint, t.case_hash, t.repetition
                ORDER BY k.started_at DESC, t.reused_call IS NULL DESC, t.call_id DESC
            ) AS place
            FROM runs r
            JOIN trials t ON t.run_id = r.id
            JOIN calls k ON k.id = t.call_id
            JOIN cases c ON c.run_id = t.run_id AND c.id = t.case_id
            WHERE c.task = ?1 AND c.split = 'select' AND r.simulated = ?2 AND r.time_scale = ?3
                AND r.grader_version = ?4 AND r.price_version = ?5
                AND (?6 OR (r.status = 'complete' AND NOT r.partial AND r.environment -> '$.load' IS NULL)) AND t.fault <> 'ours'
        )
        \(facts)
        FROM newest n CROSS JOIN trials t ON t.call_id = n.call_id
        JOIN calls k ON k.id = t.call_id
        JOIN cases c ON c.run_id = t.run_id AND c.id = t.case_id
        \(final)
        WHERE n.place = 1
        ORDER BY t.arm_id, t.endpoint, t.case_hash, t.repetition
        """

    static func evidence(_ query: EvidenceQuery, _ db: Database) throws -> [TrialRow] {
        let arguments: StatementArguments = [
            query.task.rawValue, query.simulated, query.timeScale, query.graderVersion, query.priceVersion,
            query.includePartial,
        ]
        var arms: Arms = [:]
        var known: Set<String> = []
        var rows: [TrialRow] = []
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: evidence), arguments: arguments)
        while let row = try cursor.next() {
            let run: String = row[0]
            if known.insert(run).inserted {
                arms.merge(try TrialReading.arms(of: [run], db)) { old, _ in old }
            }
            var reader = ColumnReader(row)
            rows.append(try read(&reader, arms: arms))
        }
        return rows
    }

    // MARK: - One row

    static func read(_ reader: inout ColumnReader, arms: Arms) throws -> TrialRow {
        let run = try reader.text("run_id")
        let call = try reader.text("call_id")
        let (id, hash) = (try reader.text("case_id"), try reader.text("case_hash"))
        let (group, weight) = (reader.text(), try reader.real("cases.weight"))
        let key = ArmKey(run: run, arm: try reader.text("arm_id"), endpoint: try reader.text("endpoint"))
        guard let arm = arms[key] else { throw RowFormatError(field: "trials.arm_id") }
        let (repetition, ordinal) = (try reader.integer("repetition"), try reader.integer("ordinal"))
        let startedAt = try reader.integer64("calls.started_at")
        guard let outcome = TrialOutcome(rawValue: try reader.text("outcome")) else {
            throw RowFormatError(field: "trials.outcome")
        }
        let (score, passed) = (reader.real(), reader.flag())
        let metrics = try TrialRows.metrics(from: &reader)
        let (error, status) = (reader.text(), reader.integer())
        var trial = TrialRow(
            run: RunID(rawValue: run), callID: CallID(rawValue: call), caseID: id, caseHash: hash, group: group,
            weight: weight, arm: arm, repetition: repetition, ordinal: ordinal, startedAt: startedAt,
            outcome: outcome, score: score, passed: passed, metrics: metrics, verdicts: [], answer: nil, thinking: nil,
            error: error, failureStatus: outcome == .ok ? nil : status, retryClasses: [],
            servedModel: reader.text(), systemFingerprint: reader.text(), finishReason: reader.text(),
            priceAsOf: reader.text())
        let (origin, paid) = (reader.text(), reader.text())
        if let origin, let paid {
            trial.reused = AnswerOrigin(run: RunID(rawValue: origin), call: CallID(rawValue: paid))
        }
        return trial
    }
}

/// The trials of a run, page by page from one snapshot: what is written meanwhile changes nothing, and memory stays bounded.
actor TrialPages {
    private static let pageSize = 500

    private let store: SQLiteStore
    private let run: RunID
    private var snapshot: DatabaseSnapshot?
    private var arms: TrialReading.Arms = [:]
    private var last: (ordinal: Int, call: String)?
    private var ended = false

    init(store: SQLiteStore, run: RunID) {
        self.store = store
        self.run = run
    }

    /// `nil` after the last page.
    func next() async throws -> [TrialRow]? {
        guard !ended else { return nil }
        return try await store.withStoreErrors { try await page() }
    }

    private func page() async throws -> [TrialRow]? {
        let run = run
        let snapshot = try snapshot ?? store.pool.makeSnapshot()
        if self.snapshot == nil {
            self.snapshot = snapshot
            arms = try await snapshot.read { try TrialReading.arms(of: [run.rawValue], $0) }
        }
        let (arms, last) = (arms, last)
        let rows = try await snapshot.read { db in
            try TrialReading.page(of: run.rawValue, after: last, limit: TrialPages.pageSize, arms: arms, db)
        }
        self.last = rows.last.map { ($0.ordinal, $0.callID.rawValue) }
        if rows.count < TrialPages.pageSize {
            ended = true
            self.snapshot = nil
        }
        return rows.isEmpty ? nil : rows
    }
}
