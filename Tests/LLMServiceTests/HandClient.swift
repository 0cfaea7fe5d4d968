import LLMCore
import Synchronization

/// A provider whose answers a test writes by hand, while they are read.
final class HandClient: ModelClient {
    typealias Pen = AsyncThrowingStream<ChatEvent, any Error>.Continuation

    let provider: ProviderID
    let simulated = false
    var endpoint: String { "https://\(provider).test" }
    private let opened: @Sendable (ModelCall, Pen) -> Void
    private let seen = Mutex<[ModelCall]>([])
    private let ended = Mutex(0)

    /// - Parameter opened: Told of each call when it is opened.
    init(_ provider: ProviderID, opened: @escaping @Sendable (ModelCall, Pen) -> Void = { _, _ in }) {
        self.provider = provider
        self.opened = opened
    }

    var calls: [ModelCall] { seen.withLock { $0 } }
    /// Streams that were read to their end or left.
    var closed: Int { ended.withLock { $0 } }

    func open(_ call: ModelCall) -> ChatStream {
        seen.withLock { $0.append(call) }
        let (stream, pen) = AsyncThrowingStream.makeStream(of: ChatEvent.self)
        pen.onTermination = { [self] _ in ended.withLock { $0 += 1 } }
        opened(call, pen)
        return ChatStream(stream)
    }

    /// The end of an attempt, as a real client reports it.
    static func end(
        _ call: ModelCall, _ outcome: AttemptClass = .ok, characters: Int = 0, timings: AttemptTimings? = nil
    ) -> ChatEvent {
        var report = AttemptReport(
            id: call.attemptID, model: call.model, endpoint: "https://\(call.model.provider).test", simulated: false,
            key: call.credential?.fingerprint, timings: timings ?? AttemptTimings(sentAt: .now, end: .milliseconds(10)),
            outcome: outcome, answerCharacters: characters)
        if outcome == .ok {
            report.finish = FinishReason(kind: .stop, raw: "stop")
            report.usage = UsageReading(
                raw: [:], tokens: TokenUsage(promptTokens: 100, outputTokens: 20))
        }
        return .ended(report)
    }
}

extension HandClient.Pen {
    /// A whole answer.
    func answer(_ text: String, to call: ModelCall) {
        yield(.text(text))
        yield(HandClient.end(call, characters: text.count))
        finish()
    }

    func fail(_ outcome: AttemptClass, _ call: ModelCall) {
        yield(HandClient.end(call, outcome))
        finish()
    }
}
