public import BenchCore
import GRDB
public import LLMCore

/// The rows of `gradings`, and the answers that are graded again.
enum GradingRows {
    private static let columns = [
        "run_id", "graded_at", "grader_version", "earlier_grader_version", "dataset_path", "dataset_hash", "judge",
        "judge_cost_pusd", "n_regraded", "changes",
    ]

    static func insert(_ grading: GradingRecord) -> Write {
        Write(
            sql: Statements.insert(into: "gradings", columns),
            values: [
                .text(grading.run.rawValue), .integer64(grading.gradedAt), .text(grading.graderVersion),
                .text(grading.earlierGraderVersion), .text(grading.datasetPath), .text(grading.datasetHash),
                .text(grading.judge?.description), .money(grading.judgeCost), .integer(grading.regraded),
                .json(grading.changesJSON),
            ])
    }

    static func gradings(of run: RunID, _ db: Database) throws -> [GradingRecord] {
        let sql = """
            SELECT graded_at, grader_version, earlier_grader_version, dataset_path, dataset_hash, judge, judge_cost_pusd,
                n_regraded, changes
            FROM gradings WHERE run_id = ? ORDER BY graded_at, id
            """
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [run.rawValue]).map { row in
            var reader = ColumnReader(row)
            var grading = GradingRecord(
                run: run, gradedAt: try reader.integer64("graded_at"),
                graderVersion: try reader.text("grader_version"),
                earlierGraderVersion: try reader.text("earlier_grader_version"), datasetPath: reader.text(),
                datasetHash: try reader.text("dataset_hash"), judge: reader.text().flatMap { ModelID(recorded: $0) },
                judgeCost: reader.money(), regraded: try reader.integer("n_regraded"), changes: [])
            guard let changes = GradingRecord.changes(json: try reader.json("gradings.changes")) else {
                throw RowFormatError(field: "gradings.changes")
            }
            grading.changes = changes
            return grading
        }
    }

    /// The rows of a run as a grading leaves them.
    static func replace(_ row: BenchCase, of run: RunID) -> Write {
        Write(
            sql: "UPDATE cases SET hash = ?, row = ? WHERE run_id = ? AND id = ?",
            values: [.text(row.hash), .json(row.canonicalJSON), .text(run.rawValue), .text(row.id)])
    }

    static func replace(_ grading: GradingRecord) -> Write {
        Write(
            sql: "UPDATE runs SET grader_version = ?, dataset_hash = ? WHERE id = ?",
            values: [.text(grading.graderVersion), .text(grading.datasetHash), .text(grading.run.rawValue)])
    }

    /// `nil` where the attempt's call is no question to a judge.
    static func question(of intent: AttemptIntent) -> Write? {
        guard let question = intent.question else { return nil }
        return Write(
            sql: Statements.insert(into: "judge_questions", ["call_id", "question"]) + " ON CONFLICT DO NOTHING",
            values: [.text(intent.call.rawValue), .text(question)])
    }

    private static let replies = """
        SELECT k.answer FROM judge_questions q JOIN calls k ON k.id = q.call_id
        WHERE q.question = ? AND k.outcome = 'ok' AND k.answer IS NOT NULL ORDER BY k.started_at DESC, k.id DESC LIMIT 8
        """

    static func replies(to question: String, _ db: Database) throws -> [String] {
        try String.fetchAll(db.cachedStatement(sql: replies), arguments: [question])
    }

    // A reused answer has its attempts with the call that paid for it, while that is kept.
    private static let results = """
        SELECT k.id, k.outcome, k.model, k.answer, k.thinking, k.refusal, k.tool_calls, a.finish_reason, a.finish_raw
        FROM calls k LEFT JOIN trials t ON t.call_id = k.id
        LEFT JOIN attempts a ON a.call_id = coalesce(t.reused_call, k.id) AND a.number = (
            SELECT max(number) FROM attempts WHERE call_id = coalesce(t.reused_call, k.id) AND state = 'settled')
        WHERE k.id IN (SELECT value FROM json_each(?))
        """

    /// The results of calls; those whose answers were not stored are left out.
    static func results(of calls: [CallID], _ db: Database) throws -> [CallID: CallResult] {
        let list = JSONValue.array(calls.map { .string($0.rawValue) }).text
        let rows = try Row.fetchAll(db.cachedStatement(sql: results), arguments: [list])
        let found = try rows.compactMap(result)
        return Dictionary(found.map { ($0.call, $0) }) { first, _ in first }
    }

    private static func result(_ row: Row) throws -> CallResult? {
        var reader = ColumnReader(row)
        let call = CallID(rawValue: try reader.text("calls.id"))
        guard let outcome = AttemptClass(rawValue: try reader.text("calls.outcome")) else {
            throw RowFormatError(field: "calls.outcome")
        }
        let model = reader.text().flatMap { ModelID(recorded: $0) }
        // Stored content has a text, an empty one where the model wrote none.
        guard let text = reader.text() else { return nil }
        var answer = Answer(text: text, thinking: reader.text() ?? "", refusal: reader.text())
        if let tools = reader.text() { answer.toolCalls = try toolCalls(tools) }
        let (kind, raw) = (reader.text(), reader.text())
        let finish = kind.flatMap(FinishReason.Kind.init(rawValue:)).map { FinishReason(kind: $0, raw: raw ?? "") }
        return CallResult(call: call, outcome: outcome, answer: answer, finish: finish, model: model)
    }

    private static func toolCalls(_ text: String) throws -> [ToolCall] {
        guard let values = try? JSONValue.parse(text).array else { throw RowFormatError(field: "calls.tool_calls") }
        return values.map { value in
            ToolCall(
                id: value["id"]?.string ?? "", name: value["name"]?.string ?? "",
                arguments: value["arguments"]?.string ?? "")
        }
    }
}

extension SQLiteStore: GradingStore {
    public func answers(of run: RunID) -> AsyncThrowingStream<[StoredAnswer], any Error> {
        let pages = TrialPages(store: self, run: run)
        return AsyncThrowingStream {
            guard let trials = try await pages.next() else { return nil }
            let results = try await read { try GradingRows.results(of: trials.map(\.callID), $0) }
            return trials.map { StoredAnswer(trial: $0, result: results[$0.callID]) }
        }
    }

    public func gradings(of run: RunID) async throws -> [GradingRecord] {
        try await read { try GradingRows.gradings(of: run, $0) }
    }

    public func replies(to question: String) async throws -> [String] {
        try await read { try GradingRows.replies(to: question, $0) }
    }

    public func regrade(_ grading: GradingRecord, cases: [BenchCase], trials: [RegradedTrial]) async throws {
        guard try await self.run(withID: grading.run) != nil else { throw unknown(grading.run.rawValue) }
        let writes =
            [GradingRows.insert(grading), GradingRows.replace(grading)]
            + cases.map { GradingRows.replace($0, of: grading.run) } + trials.flatMap(TrialRows.replace)
        try await commits.commit(writes, isPaidFor: grading.judge != nil)
    }
}

extension SQLiteStore: CalibrationStore {
    public func save(_ calibration: JudgeCalibration) async throws {
        let write = Write(
            sql: Statements.insert(
                into: "judge_calibrations", ["judge", "simulated", "calibrated_at", "document"]),
            values: [
                .text(calibration.judge.description), .flag(calibration.simulated),
                .integer64(calibration.calibratedAt), .json(calibration.json),
            ])
        try await commits.commit([write], isPaidFor: true)
    }

    public func calibration(of judge: ModelID, simulated: Bool) async throws -> JudgeCalibration? {
        let sql = """
            SELECT calibrated_at, document FROM judge_calibrations WHERE judge = ? AND simulated = ?
            ORDER BY calibrated_at DESC, id DESC LIMIT 1
            """
        return try await read { db in
            let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [judge.description, simulated])
            guard let row else { return nil }
            var reader = ColumnReader(row)
            let at = try reader.integer64("calibrated_at")
            let document = try reader.json("judge_calibrations.document")
            guard
                let calibration = JudgeCalibration(
                    judge: judge, simulated: simulated, calibratedAt: at, json: document)
            else { throw RowFormatError(field: "judge_calibrations.document") }
            return calibration
        }
    }

    public func calibrationSpending() async throws -> [CalibrationSpending] {
        // Of a call that never ended only the attempt names the model.
        let sql = """
            SELECT a.model, k.simulated, count(DISTINCT k.id), coalesce(sum(iif(a.number = 1, k.cost_pusd, 0)), 0),
                coalesce(sum(iif(k.cost_pusd IS NULL, a.worst_pusd, 0)), 0)
            FROM judge_questions q JOIN calls k ON k.id = q.call_id JOIN attempts a ON a.call_id = k.id
            WHERE k.run_id IS NULL GROUP BY a.model, k.simulated ORDER BY a.model, k.simulated
            """
        return try await read { db in
            try Row.fetchAll(db.cachedStatement(sql: sql)).compactMap { row in
                var reader = ColumnReader(row)
                let name = try reader.text("attempts.model")
                let (simulated, calls) = (try reader.flag("calls.simulated"), try reader.integer("calls"))
                guard let judge = ModelID(recorded: name), let cost = reader.money(), let assumed = reader.money()
                else { return nil }
                return CalibrationSpending(
                    judge: judge, simulated: simulated, calls: calls, cost: cost, assumed: assumed)
            }
        }
    }
}
