/// The service as its callers see it. `LLMService` is one; tests and the bench's fakes are others.
public protocol Asker: Sendable {
    /// Starts the question. Whatever fails is in the `CallRecord` that ends the stream.
    func ask(_ request: AskRequest) -> AnswerStream
}

/// Which model a caller wants.
public enum ModelChoice: Sendable, Hashable {
    /// The selection table decides.
    case auto
    case model(ModelID)
}

/// A question with everything that decides how it is answered.
public struct AskRequest: Sendable {
    public var id: CallID
    public var model: ModelChoice
    public var chat: ChatRequest
    public var task: TaskType
    /// `nil`: the task's default (on for `verification` and `simple_generation`).
    public var useCache: Bool?
    public var profile: AgentProfile?
    public var policy: AskPolicy
    /// Who may spend, and who writes down what was spent; `nil` is the service's own recorder.
    public var recorder: (any CallRecorder)?
    /// Who asks: answers are cached and shared within one tenant only. `nil` is everyone who names none.
    public var tenant: String?
    /// What became of its older turns before it came here; written into its decision.
    public var consolidation: Consolidation?
    /// What the cache did before it came here; written into its decision. `nil`: it was not asked.
    public var cacheUse: CacheUse?

    public init(
        id: CallID, model: ModelChoice, chat: ChatRequest, task: TaskType = .general, useCache: Bool? = nil,
        profile: AgentProfile? = nil, policy: AskPolicy = .init(), recorder: (any CallRecorder)? = nil,
        tenant: String? = nil
    ) {
        self.id = id
        self.model = model
        self.chat = chat
        self.task = task
        self.useCache = useCache
        self.profile = profile
        self.policy = policy
        self.recorder = recorder
        self.tenant = tenant
    }
}

/// What the service may do for one question.
public struct AskPolicy: Sendable, Hashable {
    /// Try other models when the first fails.
    public var fallback: Bool
    /// Further attempts at the same model after a retryable failure.
    public var retries: Int
    public var limits: TimeLimits
    /// Most that all attempts together may cost; the worst case of each is reserved before it is sent.
    public var maxCost: USD?
    public var constraints: SelectionConstraints?
    public var origin: CallOrigin
    public var delivery: EventDelivery
    /// `nil`: a slow model is waited for.
    public var hedge: HedgePolicy?
    /// `nil`: a conversation goes as it is, however long.
    public var history: HistoryPolicy?

    public init(
        fallback: Bool = true, retries: Int = 2, limits: TimeLimits = .init(), maxCost: USD? = nil,
        constraints: SelectionConstraints? = nil, origin: CallOrigin = .live, delivery: EventDelivery = .live,
        hedge: HedgePolicy? = nil, history: HistoryPolicy? = nil
    ) {
        self.fallback = fallback
        self.retries = retries
        self.limits = limits
        self.maxCost = maxCost
        self.constraints = constraints
        self.origin = origin
        self.delivery = delivery
        self.hedge = hedge
        self.history = history
    }
}

/// Who made a call.
public enum CallOrigin: String, Sendable, Hashable, Codable {
    case bench, live
}

/// Names one call; unique across processes.
public struct CallID: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    public var description: String { rawValue }
}

/// What the caller sees while a question is answered; the last is always `ended`.
public enum AnswerEvent: Sendable {
    /// The model that is being tried; tells `--verbose` users what happens.
    case attempting(ModelID, attempt: AttemptID)
    /// Nothing can be sent yet: told before the wait begins.
    case waiting(AskWait)
    case text(String)
    case thinking(String)
    case refusal(String)
    case toolCall(index: Int, id: String?, name: String?, arguments: String)
    /// An attempt failed; another follows, or `ended` does.
    case attemptFailed(AttemptReport)
    case ended(CallRecord)
}

/// The answer to one question. Throws `CancellationError` only.
///
/// Pull-based: nothing is sent before the first `next()`, and leaving the iteration closes the connection.
public struct AnswerStream: AsyncSequence, Sendable {
    public typealias Element = AnswerEvent
    public typealias Failure = any Error

    private let make: @Sendable () -> Next
    public typealias Next = @Sendable () async throws -> AnswerEvent?

    /// `make` is called once per iteration and gives the function that produces the next event, `nil` after the last.
    public init(_ make: @escaping @Sendable () -> Next) { self.make = make }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let step: Next
        public mutating func next() async throws -> AnswerEvent? { try await step() }
    }
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(step: make()) }
}

/// One call as it is stored: the question's frame, its attempts, its answer and its cost.
public struct CallRecord: Sendable {
    public var id: CallID
    public var origin: CallOrigin
    public var task: TaskType
    /// What was asked for: `auto` or `provider/model`.
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
    /// What went wrong in words, with what would help; `nil` on success.
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

    /// What the question cost with the summary of its conversation, which is a call of its own; `nil` unknown.
    public var totalCost: USD? { decision.totalCost(with: cost) }

    /// The most the question can have cost: known costs, and the worst case of each attempt whose cost is unknown; `nil` as soon as one of
    /// those has none. The cost itself where that is known.
    public var costAtMost: USD? { USD.sum(attempts.lazy.map(\.costAtMost)) }

    /// ``costAtMost`` with the summary of its conversation; `nil` unknown.
    public var totalCostAtMost: USD? { decision.totalCost(with: costAtMost) }

    /// Sum over attempts; `nil` as soon as one attempt's cost is unknown.
    public var cost: USD? { USD.sum(attempts.lazy.map(\.cost.settled)) }
}

/// What a model answered, joined.
public struct Answer: Sendable, Hashable, Codable {
    public var text: String
    public var thinking: String
    public var refusal: String?
    public var toolCalls: [ToolCall]
    public init(text: String = "", thinking: String = "", refusal: String? = nil, toolCalls: [ToolCall] = []) {
        self.text = text
        self.thinking = thinking
        self.refusal = refusal
        self.toolCalls = toolCalls
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

    /// What it cost, or where that is unknown the most it can have; `nil` when neither is known.
    public var costAtMost: USD? { cost.settled ?? worstCase }
}

/// What an attempt cost, as far as it is known.
public struct CostReading: Sendable, Hashable, Codable {
    /// From usage and our price table; `nil` when usage or price is unknown.
    public var computed: USD?
    /// What the provider says it billed.
    public var billed: USD?
    /// Date and source of the price.
    public var priceAsOf: String?
    public var priceSource: String?
    /// Why `computed` is `nil`.
    public var unknownBecause: String?

    public init(
        computed: USD? = nil, billed: USD? = nil, priceAsOf: String? = nil, priceSource: String? = nil,
        unknownBecause: String? = nil
    ) {
        self.computed = computed
        self.billed = billed
        self.priceAsOf = priceAsOf
        self.priceSource = priceSource
        self.unknownBecause = unknownBecause
    }
    /// What budgets settle on: billed when present, else computed.
    public var settled: USD? { billed ?? computed }
}

/// Gives leave to spend, and keeps what was spent. Durable before visible.
public protocol CallRecorder: Sendable {
    /// Called before an attempt is sent. Throws `BudgetExhausted` when its worst case no longer fits.
    func reserve(_ intent: AttemptIntent) async throws
    /// Called once per call, with all its attempts settled.
    func record(_ call: CallRecord) async throws
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
    /// What the call is about, so that one whose process dies is known for what it was.
    public var task: TaskType?
    public var requested: ModelChoice?
    public init(
        attempt: AttemptID, call: CallID, model: ModelID, endpoint: String, simulated: Bool, key: KeyFingerprint?,
        worstCase: USD?,
        origin: CallOrigin, task: TaskType? = nil, requested: ModelChoice? = nil
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
    }
}

/// The money set aside for a run or a call cannot hold the worst case of the next attempt.
public struct BudgetExhausted: Error, Sendable, Hashable {
    public var limit: USD
    public var spent: USD
    public var needed: USD?
    /// Whose attempt it was; `nil` where it does not matter.
    public var model: ModelID?
    public init(limit: USD, spent: USD, needed: USD?, model: ModelID? = nil) {
        self.limit = limit
        self.spent = spent
        self.needed = needed
        self.model = model
    }
}
