import LLMCore

/// A model that may be asked, and why it stands where it stands.
struct Candidate: Sendable, Hashable {
    var model: ModelID
    /// For the decision record: `requested`, `the selection table's choice (certified, confidence 94 %)`.
    var why: String
    /// The model's row of the selection table.
    var row: SelectionRow?
    /// `nil` unknown.
    var contextWindow: Int?
    /// Runs on this machine or network.
    var isLocal = false
    /// Shared by candidates that the configuration declares equally good; `nil`: its own place in the plan.
    var place: Int?

    init(model: ModelID, why: String, row: SelectionRow? = nil, contextWindow: Int? = nil) {
        self.model = model
        self.why = why
        self.row = row
        self.contextWindow = contextWindow
    }
}
