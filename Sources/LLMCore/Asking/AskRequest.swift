/// A request with everything that decides how it is answered. The service changes none of it.
public struct AskRequest: Sendable {
    public var id: CallID
    public var model: ModelChoice
    public var chat: ChatRequest
    public var task: TaskType
    /// `nil`: the task's default (on for `verification` and `simple_generation`).
    public var useCache: Bool?
    public var profile: AgentProfile?
    public var policy: AskPolicy
    /// The recorder that admits and records this request's spending; `nil` is the service's own.
    public var recorder: (any CallRecorder)?
    /// The tenant: answers are cached and shared within one tenant only. `nil` is everyone who names none.
    public var tenant: String?
    /// The parties whom its cost is shown under; it decides nothing.
    public var attribution = CallAttribution()

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

/// The permissions of the service for one request: fallback, cache, retries, hedging.
public struct AskPolicy: Sendable, Hashable {
    /// Try other models when the first fails.
    public var fallback: Bool
    /// Further attempts at the same model after a retryable failure.
    public var retries: Int
    public var limits: TimeLimits
    /// Most that all attempts together may cost; the worst case of each is reserved before it is sent.
    public var maxCost: USD?
    public var constraints: SelectionConstraints?
    /// The models that may answer, whoever chooses them; `nil`: all.
    public var permitted: PermittedModels?
    public var delivery: EventDelivery
    /// `nil`: a slow model is waited for.
    public var hedge: HedgePolicy?
    /// `nil`: a conversation goes as it is, however long.
    public var history: HistoryPolicy?

    public init(
        fallback: Bool = true, retries: Int = 2, limits: TimeLimits = .init(), maxCost: USD? = nil,
        constraints: SelectionConstraints? = nil, delivery: EventDelivery = .live,
        hedge: HedgePolicy? = nil, history: HistoryPolicy? = nil
    ) {
        self.fallback = fallback
        self.retries = retries
        self.limits = limits
        self.maxCost = maxCost
        self.constraints = constraints
        self.delivery = delivery
        self.hedge = hedge
        self.history = history
    }
}

/// The policy for hedged requests: the delay before a second model starts, and the budget for such attempts.
public struct HedgePolicy: Sendable, Hashable, Codable {
    /// Most that second attempts may cost, as a share of what requests under such a policy cost: 0.05 is a twentieth.
    public var maxShare: Double
    /// The delay before the second model starts; `nil`: the p95 of the first model's time to first token, once that is
    /// known.
    public var after: Duration?

    public init(maxShare: Double = 0.05, after: Duration? = nil) {
        self.maxShare = maxShare
        self.after = after
    }
}

/// When the older turns of a conversation are put into a summary, and how much stays as it is.
///
/// Tokens are estimated as ``ChatRequest/estimatedInputTokens`` does.
public struct HistoryPolicy: Sendable, Hashable, Codable {
    /// Tokens of turns, the summarised ones left out, above which older turns are summarised.
    public var above: Int
    /// Most tokens of the newest turns that then stay as they are; the newest turn always does.
    public var keep: Int
    /// Most tokens of the summary.
    public var summary: Int

    public init(above: Int = 16_000, keep: Int = 4_000, summary: Int = 1_000) {
        self.above = above
        self.keep = keep
        self.summary = summary
    }
}
