import BenchCore
import BenchRunner
import LLMCore

extension Bench {
    /// The answers to a plan that need no call, where the run wants that: the same request was answered in an earlier run of the same
    /// environment, at the prices of now.
    ///
    /// An answer that another version or another judge graded is graded again in the run, which pays the judge.
    func reusedAnswers(for plan: RunPlan, of record: RunRecord) async throws -> [ReusedAnswer] {
        guard record.environment.settings?.reuse == true, let route = record.environment.route else { return [] }
        let query = EarlierAnswerQuery(
            simulated: record.simulated, timeScale: record.timeScale, seed: record.simulated ? record.seed : nil,
            route: route, arms: plan.arms, caseHashes: Set(plan.items.map { plan.cases[$0.caseIndex].hash }),
            excluding: record.id)
        let earlier = try await store.earlierAnswers(query) { isPricedAlike($0, record) && hasContent($0, for: record) }
        let found = Dictionary(earlier.map { (RequestKey($0.trial), $0) }) { first, _ in first }
        var answers: [ReusedAnswer] = []
        for item in plan.items {
            let row = plan.cases[item.caseIndex]
            let key = RequestKey(arm: plan.arms[item.armIndex], caseHash: row.hash, repetition: item.repetition)
            if let answer = found[key] { answers.append(reused(answer, for: item, row: row, in: record)) }
        }
        return answers
    }

    /// The identity of a request beside its environment: equal ones have equal answers.
    private struct RequestKey: Hashable {
        let arm: Arm
        let caseHash: String
        let repetition: Int

        init(arm: Arm, caseHash: String, repetition: Int) {
            (self.arm, self.caseHash, self.repetition) = (arm, caseHash, repetition)
        }

        init(_ row: TrialRow) { self.init(arm: row.arm, caseHash: row.caseHash, repetition: row.repetition) }
    }

    /// The costs of two price lists are not compared.
    private func isPricedAlike(_ answer: EarlierAnswer, _ record: RunRecord) -> Bool {
        answer.priceVersion == record.priceVersion
            || PriceSnapshot(answer.prices).holds(PriceSnapshot(prices.snapshot(of: [answer.trial.arm.model])))
    }

    /// The grade of the answer stands in the run.
    private func isGraded(_ earlier: EarlierAnswer, for record: RunRecord) -> Bool {
        earlier.trial.outcome.isAnswer && earlier.graderVersion == record.graderVersion
            && !(record.judge != nil && earlier.trial.lacksJudge)
    }

    /// The content that is to be kept or graded was kept.
    private func hasContent(_ earlier: EarlierAnswer, for record: RunRecord) -> Bool {
        let needsContent = !isGraded(earlier, for: record) || record.environment.settings?.storeContent == true
        return earlier.answer != nil || !needsContent
    }

    private func reused(
        _ earlier: EarlierAnswer, for item: RunPlan.Item, row: BenchCase, in record: RunRecord
    ) -> ReusedAnswer {
        let old = earlier.trial
        let origin = old.reused ?? AnswerOrigin(run: old.run, call: old.callID)
        let call = call(
            CallID(rawValue: Identifier.make(time: time)), of: old, for: row, outcome: earlier.outcome,
            answer: earlier.answer ?? Answer(),
            because: "not asked: run \(origin.run) has the answer, as call \(origin.call)")
        let trial = trial(of: old, for: item, row: row, in: record.id, call: call, reused: origin)
        return ReusedAnswer(trial, ungraded: isGraded(earlier, for: record) ? nil : graded(call, of: old))
    }

    /// The call of an answer that is there. Its attempts are booked where they were made, and none of them again.
    func call(
        _ id: CallID, of old: TrialRow, for row: BenchCase, outcome: AttemptClass, answer: Answer,
        because reason: String
    ) -> CallRecord {
        let now = time.now()
        return CallRecord(
            id: id, origin: .bench, task: row.task, requested: .model(old.arm.model), model: old.arm.model,
            endpoint: old.arm.endpoint, simulated: old.arm.simulated, outcome: outcome, attempts: [], answer: answer,
            decision: DecisionRecord(reason: reason), openedAt: now, endedAt: now, startedAt: old.startedAt,
            error: old.error)
    }

    /// The trial of such a call, with the grade and the measurements that the answer had.
    func trial(
        of old: TrialRow, for item: RunPlan.Item, row: BenchCase, in run: RunID, call: CallRecord,
        reused: AnswerOrigin?
    ) -> Trial {
        Trial(
            run: run, caseID: row.id, caseHash: row.hash, arm: old.arm, repetition: item.repetition,
            ordinal: item.ordinal, call: call, outcome: old.outcome,
            grade: Grade(verdicts: old.verdicts, score: old.score, passed: old.passed), metrics: old.metrics,
            reused: reused)
    }

    /// The call as its grader looks at it.
    func graded(_ call: CallRecord, of old: TrialRow) -> CallRecord {
        var call = call
        call.attempts = [finalAttempt(of: old, call)]
        return call
    }

    /// The attempt that brought the answer, as far as a grader looks at it.
    private func finalAttempt(of row: TrialRow, _ call: CallRecord) -> AttemptRecord {
        let finish = row.finishReason.map { name in
            FinishReason(kind: FinishReason.Kind(rawValue: name) ?? .other, raw: name)
        }
        let report = AttemptReport(
            id: AttemptID(call: call.id, number: 1), model: row.arm.model, endpoint: row.arm.endpoint,
            simulated: row.arm.simulated, timings: AttemptTimings(sentAt: call.openedAt, end: .zero),
            outcome: call.outcome, finish: finish)
        return AttemptRecord(report: report, cost: CostReading(computed: row.metrics.cost))
    }
}

/// The prices that a run was made with, compared by what they say of models, whatever the version of their list.
struct PriceSnapshot {
    private let models: [JSONValue]
    private let providers: JSONObject

    init(_ json: JSONValue) {
        models = json["models"]?.array ?? []
        providers = json["providers"]?.object ?? JSONObject()
    }

    /// Returns `true` when all that `other` says is said here, too.
    func holds(_ other: PriceSnapshot) -> Bool {
        other.models.allSatisfy(models.contains) && other.providers.allSatisfy { providers[$0.key] == $0.value }
    }
}
