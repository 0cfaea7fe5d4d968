/// The port for embeddings: texts in, a vector for each out. Keys and addresses are the implementation's.
public protocol Embedder: Sendable {
    /// Makes one call. Whatever fails is in the report of the result.
    func embed(_ call: EmbeddingCall) async -> EmbeddingResult
}

/// The input of one call to a model of embeddings.
public struct EmbeddingCall: Sendable {
    public var model: ModelID
    /// At least one.
    public var texts: [String]
    public var attemptID: AttemptID
    /// The most that the call may take.
    public var limit: Duration

    public init(model: ModelID, texts: [String], attemptID: AttemptID, limit: Duration) {
        self.model = model
        self.texts = texts
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

    public init(report: AttemptReport, vectors: [[Double]]) {
        self.report = report
        self.vectors = vectors
    }
}
