import BenchCore
import BenchRunner
import LLMCore

extension Bench {
    /// The answers to a plan that need no call, where the run wants that: the same request was answered in an earlier run of the same
    /// environment, at the prices of now.
    ///
    /// An answer is one to what was sent, whatever else its row said: where that judges differently now, or another version or another judge
    /// graded it, it is graded again in the run, which pays the judge.
    func reusedAnswers(for plan: RunPlan, of record: RunRecord) async throws -> [ReusedAnswer] {
        guard record.environment.settings?.reuse == true, let route = record.environment.route else { return [] }
        let cases = Set(plan.items.map(\.caseIndex)).sorted().map { plan.cases[$0] }
        let query = EarlierAnswerQuery(
            simulated: record.simulated, timeScale: record.timeScale, seed: record.simulated ? record.seed : nil,
            route: route, arms: plan.arms, cases: cases, excluding: record.id)
        let rows = Dictionary(grouping: cases, by: \.messages)
        let earlier = try await store.earlierAnswers(query) { answer in
            isPricedAlike(answer, record)
                && rows[answer.row.messages, default: []].contains { canStand(answer, for: $0, in: record) }
        }
        let chosen = choose(among: earlier, for: plan, of: record)
        return plan.items.compactMap { item in
            chosen[item.ordinal].map { reused($0, for: item, row: plan.cases[item.caseIndex], in: record) }
        }
    }

    /// By ordinal: the answer to the same row where there is one, else to the row that has its name, else to any with this request. No answer
    /// stands in twice: it would count as two.
    private func choose(among earlier: [EarlierAnswer], for plan: RunPlan, of record: RunRecord) -> [Int: EarlierAnswer]
    {
        let found = Dictionary(grouping: earlier) {
            AskedRequest($0.row, to: $0.trial.arm, repetition: $0.trial.repetition, of: record)
        }
        var chosen: [Int: EarlierAnswer] = [:]
        var taken: Set<CallID> = []
        let degrees: [(BenchCase, BenchCase) -> Bool] = [
            { $0.hash == $1.hash }, { $0.id == $1.id }, { _, _ in true },
        ]
        for isNear in degrees where !found.isEmpty {
            for item in plan.items where chosen[item.ordinal] == nil {
                let row = plan.cases[item.caseIndex]
                let arm = plan.arms[item.armIndex]
                let fitting = found[AskedRequest(row, to: arm, repetition: item.repetition, of: record), default: []]
                    .filter {
                        isNear($0.row, row) && !taken.contains($0.paidCall) && canStand($0, for: row, in: record)
                    }
                guard let newest = fitting.max(by: { $0.age < $1.age }) else { continue }
                chosen[item.ordinal] = newest
                taken.insert(newest.paidCall)
            }
        }
        return chosen
    }

    /// The costs of two price lists are not compared.
    private func isPricedAlike(_ answer: EarlierAnswer, _ record: RunRecord) -> Bool {
        answer.priceVersion == record.priceVersion
            || PriceSnapshot(answer.prices).holds(PriceSnapshot(prices.snapshot(of: [answer.trial.arm.model])))
    }

    /// The grade of the answer stands in the run.
    private func isGraded(_ earlier: EarlierAnswer, for row: BenchCase, in record: RunRecord) -> Bool {
        earlier.trial.outcome.isAnswer && earlier.graderVersion == record.graderVersion
            && row.judgesAlike(earlier.row) && !(record.judge != nil && earlier.trial.lacksJudge)
    }

    /// The content that is to be kept or graded was kept.
    private func canStand(_ earlier: EarlierAnswer, for row: BenchCase, in record: RunRecord) -> Bool {
        let needsContent = !isGraded(earlier, for: row, in: record) || record.environment.settings?.storeContent == true
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
        return ReusedAnswer(trial, ungraded: isGraded(earlier, for: row, in: record) ? nil : graded(call, of: old))
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

/// The identity of a request beside its environment: equal ones have equal answers.
private struct AskedRequest: Hashable {
    let arm: Arm
    let messages: [Message]
    let parameters: GenerationParameters
    let repetition: Int
    /// The task, by which the service chooses other models where it falls back.
    let task: TaskType?
    /// The answer that a simulator gives.
    let reference: String?

    init(_ row: BenchCase, to arm: Arm, repetition: Int, of run: RunRecord) {
        self.arm = arm
        messages = row.messages
        parameters = arm.parameters.filled(from: row.parameters)
        self.repetition = repetition
        task = run.environment.route == .service ? row.task : nil
        reference = run.simulated ? row.reference : nil
    }
}

extension EarlierAnswer {
    /// The call that was paid for.
    fileprivate var paidCall: CallID { trial.reused?.call ?? trial.callID }

    /// Later is greater; those with a grade come after those without.
    fileprivate var age: (Int, Int64, String) {
        (trial.outcome.isAnswer ? 1 : 0, trial.startedAt, trial.callID.rawValue)
    }
}

extension BenchCase {
    /// An answer has the same grade by both rows.
    fileprivate func judgesAlike(_ other: BenchCase) -> Bool {
        hash == other.hash
            || (assertions == other.assertions && threshold == other.threshold && target == other.target
                && reference == other.reference && choices == other.choices && messages == other.messages
                && parameters == other.parameters)
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
