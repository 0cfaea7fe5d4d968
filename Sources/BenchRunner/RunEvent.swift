public import BenchCore
public import LLMCore

/// A progress event of a run, for observers.
public enum RunEvent: Sendable {
    /// A local model is brought into memory before the first call.
    case loading(ModelID)
    case started(plan: RunPlan, maxCost: USD?)
    case trialFinished(TrialSummary)
    /// Money spent and set aside, calls in flight: emitted after each change.
    case state(spent: USD, reserved: USD, inFlight: Int)
    case draining
    case aborting
    case budgetStopped(BudgetExhausted)
    case finished(RunRecord.Status)
}

/// A finished trial as progress needs it.
public struct TrialSummary: Sendable {
    public let arm: ArmID
    public let outcome: TrialOutcome
    public let passed: Bool?
    public let attempts: Int
    /// Milliseconds.
    public let resp: Double
    public let cost: USD?

    init(_ trial: Trial) {
        arm = trial.arm.id
        outcome = trial.outcome
        passed = trial.grade.passed
        attempts = trial.metrics.attempts
        resp = trial.metrics.resp
        cost = trial.metrics.cost
    }
}
