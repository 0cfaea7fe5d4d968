public import BenchCore
public import LLMCore

/// The part of a run that is on disk before its first call of now: what is done, what it cost, and which failures are asked again.
public struct RunState: Sendable {
    /// Known costs, and worst cases where they are not known.
    public var spent: USD
    /// Part of ``spent`` that may not have been billed.
    public var assumed: USD
    /// Trials that stand.
    public var done: [TrialSummary]
    /// The ordinals of the plan's items that need a call.
    var open: Set<Int>
    /// By ordinal: the call of a failed trial that gives its place to a new one.
    var replaces: [Int: CallID]

    /// A run that begins.
    public init(of plan: RunPlan) {
        (spent, assumed, done, replaces) = (.zero, .zero, [], [:])
        open = Set(plan.items.map(\.ordinal))
    }

    /// A run that goes on.
    ///
    /// - Parameters:
    ///   - rows: Its trials that count. A place that was answered is never asked again.
    ///   - retryErrors: Ask again what failed by the provider's or our fault.
    public init(of run: ReopenedRun, plan: RunPlan, rows: [TrialRow], retryErrors: Bool) {
        self.init(of: plan)
        (spent, assumed) = (run.spent, run.assumed)
        let places = Dictionary(plan.items.map { (RunPlace($0, in: plan), $0.ordinal) }) { first, _ in first }
        for row in rows {
            let ordinal = places[RunPlace(row)]
            if retryErrors, !row.outcome.isAnswer, let ordinal {
                replaces[ordinal] = row.callID
            } else {
                done.append(TrialSummary(row))
                if let ordinal { open.remove(ordinal) }
            }
        }
    }

    /// Answers of earlier runs that stand in for calls.
    mutating func add(_ trials: [Trial]) {
        for trial in trials {
            open.remove(trial.ordinal)
            done.append(TrialSummary(trial))
        }
    }

    /// What is left of the plan.
    package func rest(of plan: RunPlan) -> RunPlan { plan.keeping { open.contains($0.ordinal) } }
}

/// The place of a trial in its run.
struct RunPlace: Hashable {
    let caseID: String
    let arm: ArmID
    let endpoint: String
    let repetition: Int

    init(_ item: RunPlan.Item, in plan: RunPlan) {
        let arm = plan.arms[item.armIndex]
        (caseID, self.arm, endpoint) = (plan.cases[item.caseIndex].id, arm.id, arm.endpoint)
        repetition = item.repetition
    }

    init(_ row: TrialRow) {
        (caseID, arm, endpoint, repetition) = (row.caseID, row.arm.id, row.arm.endpoint, row.repetition)
    }
}
