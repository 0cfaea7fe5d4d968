import BenchCore
import BenchRunner
import LLMCore

extension Bench {
    /// The trials of a run, and of its answers those that are on disk without their grade: the process ended while they were graded, their
    /// grader or judge failed, or the judge's money was spent. They are graded when the run goes on, and never asked again.
    func answers(
        of record: RunRecord, to plan: RunPlan
    ) async throws -> (rows: [TrialRow], ungraded: [ReusedAnswer]) {
        let items = Dictionary(plan.items.map { ($0.ordinal, $0) }) { first, _ in first }
        var rows: [TrialRow] = []
        var found: [ReusedAnswer] = []
        for try await page in store.answers(of: record.id) {
            rows += page.map(\.trial)
            for answer in page where answer.trial.awaitsGrade(isJudged: record.judge != nil) {
                guard let result = answer.result, let item = items[answer.trial.ordinal] else { continue }
                let row = plan.cases[item.caseIndex]
                guard row.id == answer.trial.caseID, plan.arms[item.armIndex].id == answer.trial.arm.id else {
                    continue
                }
                found.append(ungraded(answer.trial, result, for: item, row))
            }
        }
        return (rows, found)
    }

    private func ungraded(
        _ old: TrialRow, _ result: CallResult, for item: RunPlan.Item, _ row: BenchCase
    ) -> ReusedAnswer {
        let call = call(
            old.callID, of: old, for: row, outcome: result.outcome, answer: result.answer, because: "answered before")
        let trial = trial(of: old, for: item, row: row, in: old.run, call: call, reused: old.reused)
        return ReusedAnswer(trial, ungraded: graded(call, of: old), isOnDisk: true)
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
