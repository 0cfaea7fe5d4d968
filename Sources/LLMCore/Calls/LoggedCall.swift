/// Reads calls back.
public protocol CallLog: Sendable {
    /// The call with this identifier, or with one that begins so; `latest` is the newest live one.
    func call(matching text: String) async throws -> LoggedCall?
    /// Live calls in the order they began: the newest `limit`, or the first `limit` after `sequence`. Some may be under way.
    func liveCalls(after sequence: Int64?, limit: Int) async throws -> [(sequence: Int64, call: LoggedCall)]
}

/// A call as it is read back from where it was kept. Holds no prompt; the answer only where answers are kept.
public struct LoggedCall: Sendable, Hashable {
    public var id: CallID
    public var origin: CallOrigin
    /// `false` while it is under way, or when its process died.
    public var isClosed: Bool
    /// Of one that is not closed, whether its process has ended; `nil` where that is unknown, as on another machine.
    public var isInterrupted: Bool?
    public var simulated: Bool
    /// Microseconds since 1970.
    public var startedAt: Int64
    public var duration: Duration?
    public var task: TaskType?
    public var requested: ModelChoice?
    /// Whose answer it is.
    public var model: ModelID?
    public var outcome: AttemptClass?
    /// `nil` unknown.
    public var cost: USD?
    public var decision: DecisionRecord
    public var error: String?
    public var attempts: [Attempt]
    public var attribution = CallAttribution()

    /// With the summary of its conversation, which is a call of its own; `nil` unknown.
    public var totalCost: USD? { decision.totalCost(with: cost) }

    /// The most it can have cost: known costs, and the worst case of each attempt whose cost is unknown. The cost itself where that is
    /// known. `nil` when a worst case is unknown too, and while the call may still spend.
    public var costAtMost: USD? {
        if let cost { return cost }
        guard isClosed || isInterrupted == true else { return nil }
        return USD.sum(attempts.lazy.map(\.costAtMost))
    }

    /// One attempt at one model with one key.
    public struct Attempt: Sendable, Hashable {
        public var id: AttemptID
        public var model: ModelID
        public var endpoint: String
        public var key: KeyFingerprint?
        /// `nil`: reserved and never settled.
        public var outcome: AttemptClass?
        public var status: Int?
        public var message: String?
        /// From the start of the call.
        public var sent: Duration?
        public var firstToken: Duration?
        public var end: Duration?
        public var cost: USD?
        public var costUnknownBecause: String?
        /// Most it could cost, as set aside before it was sent; `nil` unknown.
        public var worstCase: USD?
        /// Its process was killed, and ``cost`` is its worst case.
        public var isAssumed: Bool

        /// The cost, or the worst case where the cost is unknown; `nil` when neither is known.
        public var costAtMost: USD? { cost ?? worstCase }

        public init(
            id: AttemptID, model: ModelID, endpoint: String, key: KeyFingerprint? = nil, outcome: AttemptClass? = nil,
            status: Int? = nil, message: String? = nil, sent: Duration? = nil, firstToken: Duration? = nil,
            end: Duration? = nil, cost: USD? = nil, costUnknownBecause: String? = nil, worstCase: USD? = nil,
            isAssumed: Bool = false
        ) {
            self.id = id
            self.model = model
            self.endpoint = endpoint
            self.key = key
            self.outcome = outcome
            self.status = status
            self.message = message
            self.sent = sent
            self.firstToken = firstToken
            self.end = end
            self.cost = cost
            self.costUnknownBecause = costUnknownBecause
            self.worstCase = worstCase
            self.isAssumed = isAssumed
        }
    }

    public init(
        id: CallID, origin: CallOrigin, isClosed: Bool, simulated: Bool, startedAt: Int64, duration: Duration? = nil,
        task: TaskType? = nil, requested: ModelChoice? = nil, model: ModelID? = nil, outcome: AttemptClass? = nil,
        cost: USD? = nil, decision: DecisionRecord = .init(reason: ""), error: String? = nil, attempts: [Attempt] = []
    ) {
        self.id = id
        self.origin = origin
        self.isClosed = isClosed
        self.simulated = simulated
        self.startedAt = startedAt
        self.duration = duration
        self.task = task
        self.requested = requested
        self.model = model
        self.outcome = outcome
        self.cost = cost
        self.decision = decision
        self.error = error
        self.attempts = attempts
    }
}
