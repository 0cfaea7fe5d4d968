import LLMCore
import Tracing

/// An attempt that was sent and has not reported yet, with what must be given back when it ends.
struct OpenAttempt: Sendable {
    /// Its candidate's place in the plan.
    var index: Int
    var intent: AttemptIntent
    var sentAt: ContinuousClock.Instant
    /// `nil` when learnt health was not asked.
    var permit: Permit?
    /// Keeps the local model in memory while it answers.
    var lease: LocalModelLease?
    /// `nil` of a test of a key.
    var patience: AttemptPatience?
    var span: (any Span)?
    /// Started beside another that was slow.
    var isHedge = false
    /// Counted as in flight at its target.
    var isBalanced = false

    var target: LoadBoard.Target { .init(model: intent.model, endpoint: intent.endpoint) }
}
