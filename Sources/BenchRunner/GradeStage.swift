public import BenchCore
public import LLMCore

/// The port for judging an answer: pure assertions, or a program, a database or a judge model behind an await.
public protocol AnswerGrader: Sendable {
    func judge(_ benchCase: BenchCase, call: CallRecord, metrics: TrialMetrics) async -> (
        grade: Grade, outcome: TrialOutcome
    )
}

extension Grader: AnswerGrader {}

/// The stage that turns an answer into a graded trial. The item's lane is free meanwhile.
struct GradeStage: Sendable {
    let run: RunID
    let plan: RunPlan
    let grader: any AnswerGrader

    func trial(of answered: AnsweredItem) async -> Trial {
        let item = answered.item
        let row = plan.cases[item.caseIndex]
        let metrics = TrialMetrics(call: answered.call, scheduled: answered.scheduled, acquired: answered.scheduled)
        let (grade, outcome) = await grader.judge(row, call: answered.call, metrics: metrics)
        return Trial(
            run: run, caseID: row.id, caseHash: row.hash, arm: plan.arms[item.armIndex], repetition: item.repetition,
            ordinal: item.ordinal, call: answered.call, outcome: outcome, grade: grade, metrics: metrics)
    }
}

/// The stage that makes a trial durable, then books its cost. Nothing counts before it is on disk.
struct RecordStage: Sendable {
    let store: any TrialStore
    let storeContent: Bool

    /// Returns when the trial is on disk, also in a cancelled task.
    func record(_ trial: Trial, reserved reservation: BudgetReservation) async throws {
        do {
            try await store.record([trial], storeContent: storeContent)
            reservation.settle(trial.call.attempts.isEmpty ? .zero : trial.call.cost)
        } catch {
            reservation.settle(nil)
            throw error
        }
    }
}
