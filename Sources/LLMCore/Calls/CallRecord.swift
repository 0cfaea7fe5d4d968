/// The port that reserves budget for attempts and records calls. Durable before visible.
public protocol CallRecorder: Sendable {
    /// Called before an attempt is sent. Throws `BudgetExhausted` when its worst case no longer fits.
    func reserve(_ intent: AttemptIntent) async throws
    /// Called once per call, with all its attempts settled.
    func record(_ call: CallRecord) async throws
    /// Keeps what many calls have come to, together: all of it or nothing.
    func keep(_ batch: CallBatch) async throws
}

extension CallRecorder {
    public func keep(_ batch: CallBatch) async throws {
        for intent in batch.intents { try await reserve(intent) }
        for call in batch.unreserved + batch.reserved { try await record(call) }
    }
}

/// The state that many calls have come to since it was last written down.
public struct CallBatch: Sendable {
    /// Attempts that are under way.
    public var intents: [AttemptIntent] = []
    /// Calls that ended, of which nothing was written down before.
    public var unreserved: [CallRecord] = []
    /// Calls that ended, whose reservations were written down.
    public var reserved: [CallRecord] = []

    public init() {}
    public var isEmpty: Bool { intents.isEmpty && unreserved.isEmpty && reserved.isEmpty }
}

/// An attempt about to be sent.
public struct AttemptIntent: Sendable, Hashable {
    public var attempt: AttemptID
    public var call: CallID
    public var model: ModelID
    public var endpoint: String
    public var simulated: Bool
    public var key: KeyFingerprint?
    /// Most this attempt can cost; `nil` when the model has no known price.
    public var worstCase: USD?
    public var origin: CallOrigin
    /// The call's task and model, so that the record of a killed process still names them.
    public var task: TaskType?
    public var requested: ModelChoice?
    /// The longest its call can take: one that is reserved after that was left behind by a killed process. `nil` unknown.
    public var lease: Duration?
    /// The digest of a question whose reply may serve again, as a judge's does; `nil` for every other call.
    public var question: String?
    public var attribution = CallAttribution()
    public init(
        attempt: AttemptID, call: CallID, model: ModelID, endpoint: String, simulated: Bool, key: KeyFingerprint?,
        worstCase: USD?,
        origin: CallOrigin, task: TaskType? = nil, requested: ModelChoice? = nil,
        lease: Duration? = nil, question: String? = nil
    ) {
        self.attempt = attempt
        self.call = call
        self.model = model
        self.endpoint = endpoint
        self.simulated = simulated
        self.key = key
        self.worstCase = worstCase
        self.origin = origin
        self.task = task
        self.requested = requested
        self.lease = lease
        self.question = question
    }
}

/// An attempt with its cost.
public struct AttemptRecord: Sendable, Hashable {
    public var report: AttemptReport
    public var cost: CostReading
    /// Most it could cost, as set aside before it was sent; `nil` unknown.
    public var worstCase: USD?

    public init(report: AttemptReport, cost: CostReading, worstCase: USD? = nil) {
        self.report = report
        self.cost = cost
        self.worstCase = worstCase
    }

    /// The cost, or the worst case where the cost is unknown; `nil` when neither is known.
    public var costAtMost: USD? { cost.settled ?? worstCase }
}

/// One call as it is stored: the request's frame, its attempts, its answer and its cost.
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
    public var attribution = CallAttribution()

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

    /// The most the request can have cost: known costs, and the worst case of each attempt whose cost is unknown; `nil` as soon as one of
    /// those has none. The cost itself where that is known.
    public var costAtMost: USD? { USD.sum(attempts.lazy.map(\.costAtMost)) }

    /// ``costAtMost`` with the summary of its conversation; `nil` unknown.
    public var totalCostAtMost: USD? { decision.totalCost(with: costAtMost) }

    /// Sum over attempts; `nil` as soon as one attempt's cost is unknown.
    public var cost: USD? { USD.sum(attempts.lazy.map(\.cost.settled)) }
}
