/// The port that reads past attempts, a page at a time, so that a reader gets each once.
///
/// Recorded calls are the only source: nothing derived from them is stored a second time.
public protocol AttemptHistory: Sendable {
    /// Attempts of calls that have ended, in the order the calls began; those of calls under way come with a later page.
    ///
    /// An attempt may come twice, never under two identifiers: what was deleted meanwhile can send a reader back to the start.
    ///
    /// - Parameters:
    ///   - cursor: Of the page before. `nil` begins with the newest `limit` calls of the bench and as many live ones: neither
    ///     crowds out the other. A store may look at no more than its newest calls for them.
    ///   - simulated: The environment, real or simulated; nothing of the other is returned.
    ///   - limit: Most calls on a page, at least 1.
    func attempts(after cursor: AttemptCursor?, simulated: Bool, limit: Int) async throws -> AttemptPage
}

/// A reader's position in the history.
public struct AttemptCursor: Sendable, Hashable {
    /// The place of the newest call that was looked at.
    public var position: Int64
    /// Places before it whose calls were under way, the newest of them.
    public var open: [Int64]
    public static let maxOpen = 512

    public init(position: Int64, open: [Int64] = []) {
        self.position = position
        self.open = Array(open.suffix(AttemptCursor.maxOpen))
    }
}

/// Part of a history.
public struct AttemptPage: Sendable, Hashable {
    public var facts: [AttemptFact]
    /// For the next page.
    public var cursor: AttemptCursor
    /// There may be more already.
    public var isFull: Bool

    public init(facts: [AttemptFact], cursor: AttemptCursor, isFull: Bool) {
        self.facts = facts
        self.cursor = cursor
        self.isFull = isFull
    }
}

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
