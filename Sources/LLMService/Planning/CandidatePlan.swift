import LLMCore

/// Who may answer a question, in order, and why.
struct CandidatePlan: Sendable {
    var candidates: [Candidate]
    var skipped: [DecisionRecord.Candidate]
    /// One sentence for people.
    var reason: String
    var tableID: String?
    /// What the table answered, when it was asked.
    var choice: SelectionChoice?

    /// What is written down of it, for a question that allowed as much.
    func decision(_ question: CandidatePlanner.Question) -> DecisionRecord {
        DecisionRecord(
            reason: reason,
            candidates: candidates.map { .init(model: $0.model, why: $0.why) } + skipped, tableID: tableID,
            arm: candidates.first?.row?.arm.id.rawValue,
            asked: .init(
                fallback: question.fallback, constraints: question.constraints, profile: question.profile))
    }
}
