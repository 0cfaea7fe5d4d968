/// The facts of one past attempt that measure its model: times, outcome and cost, no content.
public struct AttemptFact: Sendable, Hashable {
    public var id: AttemptID
    public var call: CallID
    public var model: ModelID
    public var endpoint: String
    public var task: TaskType
    public var origin: CallOrigin
    /// When it was sent; wall clock, microseconds since 1970.
    public var startedAt: Int64
    public var outcome: AttemptClass
    /// `nil`: none came, or the answer was not streamed.
    public var firstToken: Duration?
    /// From sending to the end, or to the time-out.
    public var duration: Duration
    public var promptTokens: Int?
    /// Hidden reasoning included.
    public var outputTokens: Int?
    /// Of those, the tokens that came through the stream.
    public var streamedTokens: Int?
    /// `nil` unknown.
    public var cost: USD?

    public init(
        id: AttemptID, call: CallID, model: ModelID, endpoint: String, task: TaskType, origin: CallOrigin,
        startedAt: Int64, outcome: AttemptClass, firstToken: Duration? = nil, duration: Duration,
        promptTokens: Int? = nil, outputTokens: Int? = nil, streamedTokens: Int? = nil, cost: USD? = nil
    ) {
        self.id = id
        self.call = call
        self.model = model
        self.endpoint = endpoint
        self.task = task
        self.origin = origin
        self.startedAt = startedAt
        self.outcome = outcome
        self.firstToken = firstToken
        self.duration = duration
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
        self.streamedTokens = streamedTokens
        self.cost = cost
    }

    /// Wall clock, microseconds since 1970.
    public var endedAt: Int64 { startedAt + Int64(duration.milliseconds * 1_000) }
}
