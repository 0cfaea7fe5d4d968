public import BenchCore
import GRDB
public import LLMCore

/// The rows of `trials` and `verdicts`.
enum TrialRows {
    static let metricColumns = [
        "queue_ms", "ttfb_ms", "ttft_ms", "ttfa_ms", "e2e_ms", "resp_ms", "work_ms", "retry_wait_ms", "connect_ms",
        "decode_ms", "tpot_ms", "max_gap_ms", "p95_gap_ms", "n_gaps", "decode_tps", "e2e_tps", "chars_per_s",
        "prompt_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
        "streamed_tokens", "answer_chars", "attempts", "cost_pusd", "billed_pusd",
        "judge_cost_pusd", "usage_source",
    ]
    static let columns =
        [
            "call_id", "run_id", "case_id", "case_hash", "arm_id", "endpoint", "repetition", "ordinal", "outcome",
            "fault", "score", "passed",
        ] + metricColumns + ["reused_run", "reused_call"]
    // Writing again what is there changes nothing: a caller that did not hear of its commit may try again.
    private static let inserting = Statements.insert(into: "trials", columns) + " ON CONFLICT (call_id) DO NOTHING"

    static func insert(_ trial: Trial) -> Write {
        var values: [DatabaseValue] = [
            .text(trial.call.id.rawValue), .text(trial.run.rawValue), .text(trial.caseID), .text(trial.caseHash),
            .text(trial.arm.id.rawValue), .text(trial.arm.endpoint), .integer(trial.repetition),
            .integer(trial.ordinal), .text(trial.outcome.rawValue), .text(trial.outcome.fault.rawValue),
            .real(trial.grade.score), .flag(trial.grade.passed),
        ]
        values.reserveCapacity(columns.count)
        values += metrics(trial.metrics)
        values += [.text(trial.reused?.run.rawValue), .text(trial.reused?.call.rawValue)]
        return Write(sql: inserting, values: values)
    }

    private static let replacedColumns =
        "call_id, run_id, case_id, arm_id, endpoint, repetition, ordinal, outcome, fault, resp_ms, attempts, cost_pusd"
    // Only a failure gives up its place.
    private static let keeping = """
        INSERT INTO replaced_trials (\(replacedColumns), replaced_by) SELECT \(replacedColumns), ?3 FROM trials
        WHERE call_id = ?1 AND run_id = ?2 AND fault IN ('provider', 'ours') ON CONFLICT (call_id) DO NOTHING
        """
    private static let clearing = """
        DELETE FROM trials WHERE call_id = ?1 AND EXISTS (SELECT 1 FROM replaced_trials WHERE call_id = ?1)
        """

    /// Gives the place of a failure to `trial`; the failure's call and attempts stay.
    static func replace(_ call: CallID, by trial: Trial) -> [Write] {
        [
            Write(
                sql: keeping,
                values: [.text(call.rawValue), .text(trial.run.rawValue), .text(trial.call.id.rawValue)]),
            Write(sql: clearing, values: [.text(call.rawValue)]),
        ]
    }

    private static func metrics(_ metrics: TrialMetrics) -> [DatabaseValue] {
        [
            .real(metrics.queue), .real(metrics.ttfb), .real(metrics.ttft), .real(metrics.ttfa), .real(metrics.e2e),
            .real(metrics.resp), .real(metrics.work), .real(metrics.retryWait), .real(metrics.connect),
            .real(metrics.decode), .real(metrics.tpot), .real(metrics.maxGap), .real(metrics.p95Gap),
            .integer(metrics.gapCount), .real(metrics.decodeTokensPerSecond), .real(metrics.e2eTokensPerSecond),
            .real(metrics.charactersPerSecond), .integer(metrics.promptTokens), .integer(metrics.cacheReadTokens),
            .integer(metrics.cacheWriteTokens), .integer(metrics.outputTokens), .integer(metrics.reasoningTokens),
            .integer(metrics.streamedTokens), .integer(metrics.answerCharacters), .integer(metrics.attempts),
            .money(metrics.cost), .money(metrics.billed), .money(metrics.judgeCost),
            .text(metrics.usageSource?.rawValue),
        ]
    }

    static func metrics(from reader: inout ColumnReader) throws -> TrialMetrics {
        var metrics = TrialMetrics(queue: try reader.real("queue_ms"), resp: 0, work: 0, retryWait: 0)
        metrics.ttfb = reader.real()
        metrics.ttft = reader.real()
        metrics.ttfa = reader.real()
        metrics.e2e = reader.real()
        metrics.resp = try reader.real("resp_ms")
        metrics.work = try reader.real("work_ms")
        metrics.retryWait = try reader.real("retry_wait_ms")
        metrics.connect = reader.real()
        metrics.decode = reader.real()
        metrics.tpot = reader.real()
        metrics.maxGap = reader.real()
        metrics.p95Gap = reader.real()
        metrics.gapCount = try reader.integer("n_gaps")
        metrics.decodeTokensPerSecond = reader.real()
        metrics.e2eTokensPerSecond = reader.real()
        metrics.charactersPerSecond = reader.real()
        metrics.promptTokens = reader.integer()
        metrics.cacheReadTokens = reader.integer()
        metrics.cacheWriteTokens = reader.integer()
        metrics.outputTokens = reader.integer()
        metrics.reasoningTokens = reader.integer()
        metrics.streamedTokens = reader.integer()
        metrics.answerCharacters = try reader.integer("answer_chars")
        metrics.attempts = try reader.integer("attempts")
        metrics.cost = reader.money()
        metrics.billed = reader.money()
        metrics.judgeCost = reader.money()
        metrics.usageSource = reader.text().flatMap(UsageSource.init(rawValue:))
        return metrics
    }

    // MARK: - Verdicts

    static let verdictColumns = [
        "call_id", "position", "type", "result", "score", "weight", "metric", "reason",
    ]
    private static let removingVerdicts = "DELETE FROM verdicts WHERE call_id = ?"
    private static let regrading = """
        UPDATE trials SET case_hash = ?, outcome = ?, fault = ?, score = ?, passed = ?,
            judge_cost_pusd = CASE WHEN ?6 IS NULL THEN judge_cost_pusd ELSE coalesce(judge_cost_pusd, 0) + ?6 END
        WHERE call_id = ?7
        """

    /// Puts a grade in the place of the one that a trial had.
    static func replace(_ trial: RegradedTrial) -> [Write] {
        let values: [DatabaseValue] = [
            .text(trial.caseHash), .text(trial.outcome.rawValue), .text(trial.outcome.fault.rawValue),
            .real(trial.grade.score), .flag(trial.grade.passed), .money(trial.judgeCost), .text(trial.call.rawValue),
        ]
        let removal = Write(sql: removingVerdicts, values: [.text(trial.call.rawValue)])
        let verdicts = trial.grade.verdicts.map { insert($0, of: trial.call, storeContent: true) }
        return [Write(sql: regrading, values: values), removal] + verdicts
    }

    private static let insertingVerdict =
        Statements.insert(into: "verdicts", verdictColumns) + " ON CONFLICT (call_id, position) DO NOTHING"

    static func insert(_ verdict: Verdict, of call: CallID, storeContent: Bool) -> Write {
        Write(
            sql: insertingVerdict,
            values: [
                .text(call.rawValue), .integer(verdict.index), .text(verdict.type), .text(verdict.result.rawValue),
                .real(verdict.score), .real(verdict.weight), .text(verdict.metric),
                .text(storeContent ? verdict.reason : nil),
            ])
    }
}

extension SQLiteStore: TrialStore {
    public func begin(_ run: RunRecord, cases: [BenchCase]) async throws {
        var writes = [RunRows.insert(run)]
        writes += run.arms.enumerated().map { RunRows.insert($1, at: $0, of: run.id) }
        writes += cases.enumerated().map { RunRows.insert($1, at: $0, of: run.id) }
        try await commits.reserveDisk(options.keptFree)
        try await commits.commit(writes)
    }

    public func reserve(_ intent: AttemptIntent, run: RunID) async throws {
        try await commits.commit(reservation(of: intent, run: run))
    }

    public func record(_ trials: [Trial], storeContent: Bool) async throws {
        var writes: [Write] = []
        for trial in trials {
            writes += settlement(of: trial.call, run: trial.run, storeContent: storeContent)
            if let older = trial.replaces { writes += TrialRows.replace(older, by: trial) }
            writes.append(TrialRows.insert(trial))
            writes += trial.grade.verdicts.map {
                TrialRows.insert($0, of: trial.call.id, storeContent: storeContent)
            }
        }
        try await commits.commit(writes, isPaidFor: true)
    }

    public func record(grade: RegradedTrial, of run: RunID) async throws {
        try await commits.commit(TrialRows.replace(grade), isPaidFor: true)
    }

    public func record(judge call: CallRecord, of trial: CallID, run: RunID, storeContent: Bool) async throws {
        let link = Write(
            sql: Statements.insert(into: "judge_calls", ["call_id", "trial_call_id"]) + " ON CONFLICT DO NOTHING",
            values: [.text(call.id.rawValue), .text(trial.rawValue)])
        try await commits.commit(
            settlement(of: call, run: run, storeContent: storeContent) + [link], isPaidFor: true)
    }

    public func record(_ health: HarnessHealth, of run: RunID) async throws {
        let write = Write(
            sql: """
                UPDATE runs SET environment = json_set(
                    environment, '$.harness', json_insert(coalesce(environment -> '$.harness', '[]'), '$[#]', json(?)))
                WHERE id = ?
                """,
            values: [.json(health.json), .text(run.rawValue)])
        try await commits.commit([write], isPaidFor: true)
    }

    public func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {
        guard try await self.run(withID: run) != nil else { throw unknown(run.rawValue) }
        let write = Write(
            sql: "UPDATE runs SET status = ?, ended_at = ? WHERE id = ?",
            values: [.text(status.rawValue), .integer64(endedAt), .text(run.rawValue)])
        try await commits.commit([write], isPaidFor: true)
        await commits.releaseReserve()
        // The process may end without closing: the file alone should hold the run by then.
        _ = try? await pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
    }

    func reservation(of intent: AttemptIntent, run: RunID?) -> [Write] {
        let now = options.time.wallMicroseconds()
        let writes = [CallRows.open(intent, run: run, at: now), AttemptRows.reserve(intent, at: now)]
        return writes + [GradingRows.question(of: intent)].compactMap(\.self)
    }

    func settlement(of call: CallRecord, run: RunID?, storeContent: Bool) -> [Write] {
        end(of: call, run: run, storeContent: storeContent) + [AttemptRows.release(call.id)]
    }

    /// Of a call without reservations.
    func end(of call: CallRecord, run: RunID?, storeContent: Bool) -> [Write] {
        [CallRows.complete(call, run: run, storeContent: storeContent)]
            + call.attempts.enumerated().map { AttemptRows.settle($1, number: $0 + 1, of: call) }
    }

    func unknown(_ run: String) -> StoreError {
        StoreError(
            .unknownRun, location: path, "there is no run \(run)")
    }
}
