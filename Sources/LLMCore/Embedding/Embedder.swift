/// The port for embeddings: texts in, a vector for each out. Keys and addresses are the implementation's.
public protocol Embedder: Sendable {
    /// Makes one call. Whatever fails is in the report of the result.
    func embed(_ call: EmbeddingCall) async -> EmbeddingResult
}

/// The input of one call to a model of embeddings.
public struct EmbeddingCall: Sendable {
    public var model: ModelID
    /// At least one, unless there is an original.
    public var texts: [String]
    /// A client's own request, which goes on as it came but for the model.
    public var original: OriginalRequest?
    public var attemptID: AttemptID
    /// The most that the call may take.
    public var limit: Duration

    public init(
        model: ModelID, texts: [String], original: OriginalRequest? = nil, attemptID: AttemptID, limit: Duration
    ) {
        self.model = model
        self.texts = texts
        self.original = original
        self.attemptID = attemptID
        self.limit = limit
    }
}

/// The result of one call to a model of embeddings.
public struct EmbeddingResult: Sendable {
    /// The report of the attempt, with what the provider counted.
    public var report: AttemptReport
    /// One for each text, in order; empty unless the outcome is `ok`.
    public var vectors: [[Double]]
    /// The provider's own answer to an original; `nil` unless the outcome is `ok`.
    public var body: [UInt8]?

    public init(report: AttemptReport, vectors: [[Double]], body: [UInt8]? = nil) {
        self.report = report
        self.vectors = vectors
        self.body = body
    }
}

extension CostBound {
    /// The bound of a call for embeddings: as of a chat, UTF-8 bytes, and sixteen for each text.
    public init(embeddingsOf texts: [String]) {
        self.init(
            inputTokens: texts.reduce(0) { $0 + $1.utf8.count + 16 }, outputTokens: 0, asksForCache: false)
    }
}

extension CallRecord {
    /// The record of a call for embeddings, which is one attempt without an answer.
    ///
    /// - Parameters:
    ///   - result: What came of it.
    ///   - intent: The attempt, as it was written down before it was sent.
    ///   - reason: Why its model was asked, in words.
    ///   - startedAt: Microseconds since 1970.
    public init(
        _ result: EmbeddingResult, of intent: AttemptIntent, cost: CostReading, reason: String,
        openedAt: ContinuousClock.Instant, endedAt: ContinuousClock.Instant, startedAt: Int64
    ) {
        let report = result.report
        self.init(
            id: intent.call, origin: intent.origin, task: intent.task ?? .general,
            requested: intent.requested ?? .model(intent.model), model: intent.model, endpoint: report.endpoint,
            simulated: report.simulated, outcome: report.outcome,
            attempts: [AttemptRecord(report: report, cost: cost, worstCase: intent.worstCase)], answer: Answer(),
            decision: DecisionRecord(reason: reason), openedAt: openedAt, endedAt: endedAt, startedAt: startedAt,
            error: report.failure?.message)
        attribution = intent.attribution
    }
}
