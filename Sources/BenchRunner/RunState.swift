public import BenchCore
public import LLMCore

/// The part of a run that is on disk before its first call of now: what is done, what it cost, and which failures are asked again.
public struct RunState: Sendable {
    /// Known costs, and worst cases where they are not known.
    public var spent: USD
    /// Part of ``spent`` that may not have been billed.
    public var assumed: USD
    /// Calls of judge models.
    var judgeCalls: Int
    /// Part of ``spent`` that judges cost; `nil` when that of some call is unknown.
    var judgeCost: USD?
    /// Trials that stand.
    public var done: [TrialSummary]
    /// The ordinals of the plan's items that need a call, or a grade for the answer that is there.
    var open: Set<Int>
    /// By ordinal: the call of a failed trial that gives its place to a new one.
    var replaces: [Int: CallID]

    /// A run that begins.
    public init(of plan: RunPlan) {
        (spent, assumed, done, replaces) = (.zero, .zero, [], [:])
        (judgeCalls, judgeCost) = (0, .zero)
        open = Set(plan.items.map(\.ordinal))
    }

    /// A run that goes on.
    ///
    /// - Parameters:
    ///   - rows: Its trials that count. A place that was answered is never asked again.
    ///   - ungraded: Those of its answers that are graded now.
    ///   - retryErrors: Ask again what failed by the provider's or our fault; an answer that is kept and only has no grade is not.
    public init(
        of run: ReopenedRun, plan: RunPlan, rows: [TrialRow], ungraded: [ReusedAnswer] = [], retryErrors: Bool
    ) {
        self.init(of: plan)
        let waiting = Set(ungraded.map(\.trial.call.id))
        (spent, assumed) = (run.spent, run.assumed)
        (judgeCalls, judgeCost) = (run.judgeCalls, run.judgeCost)
        let places = Dictionary(plan.items.map { (RunPlace($0, in: plan), $0.ordinal) }) { first, _ in first }
        for row in rows where !waiting.contains(row.callID) {
            let ordinal = places[RunPlace(row)]
            if retryErrors, row.isFailure, let ordinal {
                replaces[ordinal] = row.callID
            } else {
                done.append(TrialSummary(row))
                if let ordinal { open.remove(ordinal) }
            }
        }
    }

    /// Answers that are there stand in for calls.
    ///
    /// - Returns: The trials whose grade stands, which are done; and by ordinal the answers that wait for a grade.
    mutating func add(_ answers: [ReusedAnswer]) -> (standing: [Trial], ungraded: [Int: ReusedAnswer]) {
        var standing: [Trial] = []
        var ungraded: [Int: ReusedAnswer] = [:]
        for var answer in answers {
            let ordinal = answer.trial.ordinal
            guard open.contains(ordinal) else { continue }
            if !answer.isOnDisk { answer.trial.replaces = replaces[ordinal] }
            guard answer.ungraded == nil else {
                ungraded[ordinal] = answer
                continue
            }
            open.remove(ordinal)
            done.append(TrialSummary(answer.trial))
            standing.append(answer.trial)
        }
        return (standing, ungraded)
    }

    /// The part of the plan that is still to be asked or graded.
    package func rest(of plan: RunPlan) -> RunPlan { plan.keeping { open.contains($0.ordinal) } }
}

/// An answer that was paid for before, by another run or an earlier part of this one, in the place of a call.
public struct ReusedAnswer: Sendable {
    /// Its trial in this run; without a grade where ``ungraded`` is given.
    public var trial: Trial
    /// The call with the attempt that brought the answer, for the grader of this run; `nil`: the grade that it had stands.
    public var ungraded: CallRecord?
    /// The trial is one of this run already, and only its grade is missing.
    public var isOnDisk: Bool

    public init(_ trial: Trial, ungraded: CallRecord? = nil, isOnDisk: Bool = false) {
        self.trial = trial
        self.ungraded = ungraded
        self.isOnDisk = isOnDisk
    }
}

extension TrialRow {
    /// No answer came that could be graded, now or later.
    package var isFailure: Bool { !outcome.isAnswer && !(outcome.isUngraded && answer != nil) }
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
