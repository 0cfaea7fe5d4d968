/// One call to one provider with one key. Implemented by LLMProviders over HTTP and by fakes in tests.
public protocol ModelClient: Sendable {
    var provider: ProviderID { get }
    /// The address that calls go to, without credentials: part of every cache key, health key and evidence query.
    var endpoint: String { get }
    var simulated: Bool { get }
    /// Starts the call. Never fails by itself: whatever goes wrong is in the `.ended` report that closes the stream.
    func open(_ call: ModelCall) -> ChatStream
}

/// The input of one attempt.
public struct ModelCall: Sendable {
    public var model: ModelID
    public var request: ChatRequest
    public var credential: APIKey?
    public var deadline: Deadline
    public var attemptID: AttemptID
    public var delivery: EventDelivery
    /// Header fields that pass the caller's trace on; empty without one.
    public var traceHeaders: [(name: String, value: String)] = []

    public init(
        model: ModelID, request: ChatRequest, credential: APIKey?, deadline: Deadline, attemptID: AttemptID,
        delivery: EventDelivery = .live
    ) {
        self.delivery = delivery
        self.model = model
        self.request = request
        self.credential = credential
        self.deadline = deadline
        self.attemptID = attemptID
    }
}

/// When the events of an answer reach their reader. Instants are stamped as the bytes arrive, either way.
public enum EventDelivery: String, Sendable, Hashable, Codable {
    /// As they arrive.
    case live
    /// All at once when the answer has ended: one wake-up of the reader instead of one per token.
    case atEnd = "at_end"
}

/// The events of one attempt. Throws `CancellationError` only; its last element is always `.ended`.
///
/// For one reader. Leaving the iteration early closes the connection.
public struct ChatStream: AsyncSequence, Sendable {
    public typealias Element = ChatEvent
    public typealias Failure = any Error
    /// Waits for the events that arrived since the last batch; `nil` after the last.
    public typealias NextBatch = @Sendable () async throws -> [ChatEvent]?

    private let make: @Sendable () -> NextBatch

    /// - Parameter make: Called when iteration begins. What its result holds is released when iteration ends.
    public init(batches make: @escaping @Sendable () -> NextBatch) { self.make = make }

    /// For fakes and adapters; a source that ends without `.ended` because its reader was cancelled counts as cancelled.
    public init(_ stream: AsyncThrowingStream<ChatEvent, any Error>) {
        make = {
            {
                var iterator = stream.makeAsyncIterator()
                return try await iterator.next().map { [$0] }
            }
        }
    }

    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        private let source: NextBatch
        private var batch: [ChatEvent] = []
        private var index = 0
        private var hasEnded = false

        init(source: @escaping NextBatch) { self.source = source }

        public mutating func next() async throws -> ChatEvent? {
            guard try await fill() else { return nil }
            defer { index += 1 }
            if case .ended = batch[index] { hasEnded = true }
            return batch[index]
        }

        /// All events that are there, at least one; `nil` after the last.
        public mutating func nextBatch() async throws -> ArraySlice<ChatEvent>? {
            guard try await fill() else { return nil }
            defer { index = batch.count }
            if case .ended? = batch.last { hasEnded = true }
            return batch[index...]
        }

        /// Waits for an event, unless one is there; `false` after the last.
        private mutating func fill() async throws -> Bool {
            while index == batch.count {
                guard !hasEnded else { return false }
                guard let more = try await source() else {
                    try Task.checkCancellation()
                    return false
                }
                batch = more
                index = 0
            }
            return true
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: make()) }
}
