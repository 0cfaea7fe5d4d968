import BenchCore
import BenchRunner
import LLMCore

extension Bench {
    /// The answers of a run that are on disk without their grade: the process ended while they were graded, their grader or judge failed,
    /// or the judge's money was spent. They are graded when the run goes on, and never asked again.
    func ungradedAnswers(of record: RunRecord, to plan: RunPlan) async throws -> [ReusedAnswer] {
        let items = Dictionary(plan.items.map { ($0.ordinal, $0) }) { first, _ in first }
        var found: [ReusedAnswer] = []
        for try await page in store.answers(of: record.id) {
            for answer in page where answer.trial.awaitsGrade(isJudged: record.judge != nil) {
                guard let result = answer.result, let item = items[answer.trial.ordinal] else { continue }
                let row = plan.cases[item.caseIndex]
                guard row.id == answer.trial.caseID, plan.arms[item.armIndex].id == answer.trial.arm.id else {
                    continue
                }
                found.append(ungraded(answer.trial, result, row))
            }
        }
        return found
    }

    private func ungraded(_ old: TrialRow, _ result: CallResult, _ row: BenchCase) -> ReusedAnswer {
        let now = time.now()
        // Its attempts are on disk, and paid: nothing of them is booked again.
        let call = CallRecord(
            id: old.callID, origin: .bench, task: row.task, requested: .model(old.arm.model), model: old.arm.model,
            endpoint: old.arm.endpoint, simulated: old.arm.simulated, outcome: result.outcome, attempts: [],
            answer: result.answer, decision: DecisionRecord(reason: "answered before"), openedAt: now, endedAt: now,
            startedAt: old.startedAt, error: old.error)
        let trial = Trial(
            run: old.run, caseID: row.id, caseHash: row.hash, arm: old.arm, repetition: old.repetition,
            ordinal: old.ordinal, call: call, outcome: old.outcome,
            grade: Grade(verdicts: old.verdicts, score: old.score, passed: old.passed), metrics: old.metrics,
            reused: old.reused)
        var graded = call
        graded.attempts = [finalAttempt(of: old, call)]
        return ReusedAnswer(trial, ungraded: graded, isOnDisk: true)
    }
}

extension TrialRow {
    fileprivate func awaitsGrade(isJudged: Bool) -> Bool {
        outcome.isUngraded || (isJudged && outcome.isAnswer && lacksJudge)
    }
}

extension RunPlan {
    /// The part of the plan that has no answer yet.
    func leavingOut(_ answers: [ReusedAnswer]) -> RunPlan {
        let answered = Set(answers.map(\.trial.ordinal))
        return keeping { !answered.contains($0.ordinal) }
    }
}
