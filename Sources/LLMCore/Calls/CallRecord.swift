/// One call as it is stored: the question's frame, its attempts, its answer and its cost.
public struct CallRecord: Sendable {
    public var id: CallID
    public var origin: CallOrigin
    public var task: TaskType
    /// The requested model: `auto` or `provider/model`.
    public var requested: ModelChoice
    /// The model whose answer this is; `nil` when nothing was sent.
    public var model: ModelID?
    public var endpoint: String?
    public var simulated: Bool
    /// The class of the final attempt, or why none was made.
    public var outcome: AttemptClass
    public var attempts: [AttemptRecord]
    public var answer: Answer
    public var decision: DecisionRecord
    /// Monotonic instants of the whole call.
    public var openedAt: ContinuousClock.Instant
    public var endedAt: ContinuousClock.Instant
    /// Wall clock, microseconds since 1970.
    public var startedAt: Int64
    /// The error message, with a hint; `nil` on success.
    public var error: String?
    /// The budget that kept it from going on, when one did.
    public var stoppedBy: BudgetExhausted?

    public init(
        id: CallID, origin: CallOrigin, task: TaskType, requested: ModelChoice, model: ModelID?, endpoint: String?,
        simulated: Bool,
        outcome: AttemptClass, attempts: [AttemptRecord], answer: Answer, decision: DecisionRecord,
        openedAt: ContinuousClock.Instant, endedAt: ContinuousClock.Instant, startedAt: Int64, error: String? = nil,
        stoppedBy: BudgetExhausted? = nil
    ) {
        self.id = id
        self.origin = origin
        self.task = task
        self.requested = requested
        self.model = model
        self.endpoint = endpoint
        self.simulated = simulated
        self.outcome = outcome
        self.attempts = attempts
        self.answer = answer
        self.decision = decision
        self.openedAt = openedAt
        self.endedAt = endedAt
        self.startedAt = startedAt
        self.error = error
        self.stoppedBy = stoppedBy
    }

    /// The cost including the summary of its conversation, which is a call of its own; `nil` unknown.
    public var totalCost: USD? { decision.totalCost(with: cost) }

    /// The most the question can have cost: known costs, and the worst case of each attempt whose cost is unknown; `nil` as soon as one of
    /// those has none. The cost itself where that is known.
    public var costAtMost: USD? { USD.sum(attempts.lazy.map(\.costAtMost)) }

    /// ``costAtMost`` with the summary of its conversation; `nil` unknown.
    public var totalCostAtMost: USD? { decision.totalCost(with: costAtMost) }

    /// Sum over attempts; `nil` as soon as one attempt's cost is unknown.
    public var cost: USD? { USD.sum(attempts.lazy.map(\.cost.settled)) }
}
