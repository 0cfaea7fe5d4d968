/// One call to one provider with one key. Implemented by LLMProviders over HTTP and by fakes in tests.
public protocol ModelClient: Sendable {
    var provider: ProviderID { get }
    /// Where calls go, without credentials: part of every cache key, health key and evidence query.
    var endpoint: String { get }
    var simulated: Bool { get }
    /// Starts the call. Never fails by itself: whatever goes wrong is in the `.ended` report that closes the stream.
    func open(_ call: ModelCall) -> ChatStream
}

/// What one attempt needs.
public struct ModelCall: Sendable {
    public var model: ModelID
    public var request: ChatRequest
    public var credential: APIKey?
    public var deadline: Deadline
    public var attemptID: AttemptID

    public init(model: ModelID, request: ChatRequest, credential: APIKey?, deadline: Deadline, attemptID: AttemptID) {
        self.model = model
        self.request = request
        self.credential = credential
        self.deadline = deadline
        self.attemptID = attemptID
    }
}

/// The events of one attempt. Throws `CancellationError` only; its last element is always `.ended`.
///
/// Leaving the iteration early closes the connection.
public struct ChatStream: AsyncSequence, Sendable {
    public typealias Element = ChatEvent
    public typealias Failure = any Error

    private let make: @Sendable () -> AsyncThrowingStream<ChatEvent, any Error>.Iterator

    public init(_ stream: AsyncThrowingStream<ChatEvent, any Error>) { make = { stream.makeAsyncIterator() } }

    public func makeAsyncIterator() -> AsyncThrowingStream<ChatEvent, any Error>.Iterator { make() }
}
