import LLMCore

/// The candidates for a request, in order, with reasons.
struct CandidatePlan: Sendable {
    var candidates: [Candidate]
    var skipped: [DecisionRecord.Candidate]
    /// One sentence for people.
    var reason: String
    var tableID: String?
    /// The selection table's choice, when it was consulted.
    var choice: SelectionChoice?

    /// The decision record of the plan.
    func decision(_ question: CandidatePlanner.Question) -> DecisionRecord {
        DecisionRecord(
            reason: reason,
            candidates: candidates.map { .init(model: $0.model, why: $0.why) } + skipped, tableID: tableID,
            arm: candidates.first?.row?.arm.id.rawValue,
            asked: .init(
                fallback: question.fallback, constraints: question.constraints, profile: question.profile))
    }
}
