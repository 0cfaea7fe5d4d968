public import LLMCore

/// A trial's new grade.
public struct RegradedTrial: Sendable, Hashable {
    public var call: CallID
    public var caseHash: String
    public var outcome: TrialOutcome
    public var grade: Grade
    /// The cost of judging this time; `nil` when no judge was asked, or it is unknown.
    public var judgeCost: USD?

    public init(call: CallID, caseHash: String, outcome: TrialOutcome, grade: Grade, judgeCost: USD? = nil) {
        self.call = call
        self.caseHash = caseHash
        self.outcome = outcome
        self.grade = grade
        self.judgeCost = judgeCost
    }

    /// The grade of a trial whose answer is on disk.
    package init(_ trial: Trial) {
        self.init(
            call: trial.call.id, caseHash: trial.caseHash, outcome: trial.outcome, grade: trial.grade,
            judgeCost: trial.metrics.judgeCost)
    }
}
