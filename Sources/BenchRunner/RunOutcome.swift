public import BenchCore
public import LLMCore

/// The end of a run: its status, and the counts and the money of all its parts.
public struct RunOutcome: Sendable, Hashable {
    public let status: RunRecord.Status
    public let finished: Int
    /// Trials that ended in a provider's fault.
    public let failed: Int
    /// Trials whose request could not be sent: the dialect of their model has no words for it.
    public let unsent: Int
    /// Trials with an answer and without a grade: their grader or judge failed.
    public let ungraded: Int
    public let spent: USD
    /// Part of ``spent`` that may not have been billed: worst cases of calls whose cost is unknown, such as aborted ones.
    public let assumed: USD
    /// Trials whose answers other runs paid for.
    public let reused: Int
    /// Calls of judge models.
    public let judgeCalls: Int
    /// Part of ``spent`` that judges cost; `nil` when that of some call is unknown.
    public let judgeCost: USD?
    /// The state of the harness in this part of the run; `nil` where it did not watch itself.
    public let health: HarnessHealth?
}

/// The counts of recorded trials.
struct RunCounts: Sendable {
    var finished = 0
    /// Trials that ended in a provider's fault.
    var failed = 0
    /// Trials whose request could not be sent.
    var unsent = 0
    /// Trials with an answer and without a grade.
    var ungraded = 0
    /// Trials whose answers other runs paid for.
    var reused = 0

    init() {}

    init(_ trials: [TrialSummary]) {
        for trial in trials { count(trial) }
    }

    mutating func count(_ trial: TrialSummary) {
        finished += 1
        if trial.outcome.fault == .provider { failed += 1 }
        if trial.outcome == .harnessError { unsent += 1 }
        if trial.outcome.isUngraded { ungraded += 1 }
        if trial.isReused { reused += 1 }
    }
}
