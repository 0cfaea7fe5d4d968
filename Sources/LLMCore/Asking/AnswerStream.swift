/// The service as its callers see it. `LLMService` is one; tests and the bench's fakes are others.
public protocol Asker: Sendable {
    /// Starts the request. Whatever fails is in the `CallRecord` that ends the stream.
    func ask(_ request: AskRequest) -> AnswerStream
}

/// The answer to one request. Throws `CancellationError` only.
///
/// Pull-based: nothing is sent before the first `next()`, and leaving the iteration closes the connection.
public struct AnswerStream: AsyncSequence, Sendable {
    public typealias Element = AnswerEvent
    public typealias Failure = any Error

    public typealias Next = @Sendable () async throws -> AnswerEvent?
    /// Waits for at least one event, and gives all that are there by then; `nil` after the last.
    public typealias NextBatch = @Sendable () async throws -> [AnswerEvent]?

    private let make: @Sendable () -> NextBatch

    /// `make` is called once per iteration and gives the function that produces the next event, `nil` after the last.
    public init(_ make: @escaping @Sendable () -> Next) {
        self.init(batches: {
            let next = make()
            return { try await next().map { [$0] } }
        })
    }

    /// As ``init(_:)``, for a source of which several events may be there at once: they cost its reader one wait.
    public init(batches make: @escaping @Sendable () -> NextBatch) { self.make = make }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private let source: NextBatch
        private var batch: [AnswerEvent] = []
        private var index = 0

        init(source: @escaping NextBatch) { self.source = source }

        public mutating func next() async throws -> AnswerEvent? { try await next(isolation: nil) }

        /// On the reader's own actor: an event that is there already is read without a wait.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> AnswerEvent? {
            while index == batch.count {
                guard let more = try await source() else { return nil }
                batch = more
                index = 0
            }
            defer { index += 1 }
            return batch[index]
        }
    }
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: make()) }
}

/// An event of a request, as its caller sees it; the last is always `ended`.
///
/// Small, as most are pieces of a text: reports and records stand apart.
public enum AnswerEvent: Sendable {
    /// The model that is being tried; shown with verbose output.
    case attempting(ModelID, attempt: AttemptID)
    /// A wait before the first attempt can be sent; emitted before the wait begins.
    case waiting(AskWait)
    case text(String)
    case thinking(String)
    /// The signature of the reasoning before it (Anthropic), or of the part before it (Gemini).
    case thinkingSignature(String)
    /// A part in the provider's own form (redacted or encrypted reasoning), which must go back to it unchanged.
    case native(dialect: WireDialect, JSONValue)
    /// An event of the provider as it came, when the request was one of its dialect that is passed through. It belongs to the attempt that was
    /// announced last.
    case raw(dialect: WireDialect, bytes: [UInt8])
    /// The names by which the provider keeps the exchange, by header, when the request was one that is passed through.
    case responded(names: [String: String])
    case refusal(String)
    /// An image that the model made, whole.
    case image(ImagePart)
    /// A recording, or a document, that the model made: whole, or a piece of it.
    case file(FilePart)
    /// Log probabilities of tokens that were told before.
    case logprobs([TokenLogprob])
    case toolCall(index: Int, id: String?, name: String?, arguments: String)
    /// An attempt failed; another follows, or `ended` does.
    indirect case attemptFailed(AttemptReport)
    indirect case ended(CallRecord)

    /// A piece of the answer itself: after it nothing is begun anew.
    package var isPieceOfAnswer: Bool {
        switch self {
        case .text, .thinking, .thinkingSignature, .refusal, .image, .file, .logprobs, .toolCall: true
        case .attempting, .waiting, .responded, .native, .raw, .attemptFailed, .ended: false
        }
    }
}

/// A wait before a request can be sent.
public struct AskWait: Sendable, Hashable, CustomStringConvertible {
    /// The event that has to come first.
    public enum Cause: String, Sendable, Hashable {
        /// A local model is made ready.
        case loading
        /// The time comes at which the model may be asked: a limit resets, or a retry is due.
        case turn
    }

    /// The model that is waited for.
    public var model: ModelID
    public var cause: Cause
    /// The reason, as a part of a sentence: `groq/a is limited`.
    public var reason: String
    /// The expected duration; `nil` unknown.
    public var expected: Duration?

    public init(model: ModelID, cause: Cause, reason: String, expected: Duration?) {
        self.model = model
        self.cause = cause
        self.reason = reason
        self.expected = expected
    }

    /// `waiting 42 s: groq/a is limited`.
    public var description: String {
        guard let expected else { return "waiting, duration unknown: \(reason)" }
        let seconds = max(expected.milliseconds, 0) / 1_000
        let text = seconds < 10 ? NumberText.fixed((seconds * 10).rounded(.up) / 10, 1) : "\(Int(seconds.rounded(.up)))"
        return "waiting \(text) s: \(reason)"
    }
}
