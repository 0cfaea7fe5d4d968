package import LLMCore
import Synchronization

/// A provider that follows a script instead of a network.
package final class ScriptedClient: ModelClient {
    package let provider: ProviderID
    package let endpoint: String
    package let simulated: Bool
    private let clock: ManualClock
    private let script: @Sendable (ModelCall, _ index: Int) -> ScriptedAnswer
    private let seen = Mutex<[ModelCall]>([])

    /// - Parameter script: Given a call and its index from 0 among all calls to this client.
    package init(
        _ provider: ProviderID, endpoint: String? = nil, simulated: Bool = false, clock: ManualClock,
        script: @escaping @Sendable (ModelCall, _ index: Int) -> ScriptedAnswer
    ) {
        self.provider = provider
        self.endpoint = endpoint ?? "https://\(provider).test"
        self.simulated = simulated
        self.clock = clock
        self.script = script
    }

    /// Answers in turn; the last is repeated.
    package convenience init(
        _ provider: ProviderID, endpoint: String? = nil, simulated: Bool = false, clock: ManualClock,
        _ answers: ScriptedAnswer...
    ) {
        self.init(provider, endpoint: endpoint, simulated: simulated, clock: clock) { _, index in
            answers.isEmpty ? ScriptedAnswer() : answers[min(index, answers.count - 1)]
        }
    }

    package var calls: [ModelCall] { seen.withLock { $0 } }

    package func open(_ call: ModelCall) -> ChatStream {
        let index = seen.withLock { calls in
            calls.append(call)
            return calls.count - 1
        }
        let stepper = Stepper(call: call, answer: script(call, index), client: self, clock: clock)
        return ChatStream(AsyncThrowingStream { try await stepper.next() })
    }
}

/// Plays one scripted answer, a pull at a time.
private actor Stepper {
    private let call: ModelCall
    private let answer: ScriptedAnswer
    private let client: ScriptedClient
    private let clock: ManualClock
    private var sentAt: ContinuousClock.Instant?
    private var position = 0

    init(call: ModelCall, answer: ScriptedAnswer, client: ScriptedClient, clock: ManualClock) {
        self.call = call
        self.answer = answer
        self.client = client
        self.clock = clock
    }

    func next() async throws -> ChatEvent? {
        try Task.checkCancellation()
        if sentAt == nil {
            sentAt = clock.now
            clock.advance(by: answer.takes)
        }
        defer { position += 1 }
        if position < answer.events.count { return answer.events[position] }
        if answer.hangs { try await Task.sleep(for: .seconds(3_600)) }
        return position == answer.events.count ? .ended(report()) : nil
    }

    private func report() -> AttemptReport {
        let sent = sentAt ?? clock.now
        let text = answer.events.reduce(0) { count, event in
            if case .text(let piece) = event, !piece.isBlank { count + piece.unicodeScalars.count } else { count }
        }
        var report = AttemptReport(
            id: call.attemptID, model: call.model, endpoint: client.endpoint, simulated: client.simulated,
            key: call.credential?.fingerprint, timings: AttemptTimings(sentAt: sent, end: clock.now - sent),
            outcome: answer.outcome, status: answer.status, usage: answer.usage, answerCharacters: text)
        if answer.outcome == .ok { report.finish = FinishReason(kind: .stop, raw: "stop") }
        report.failure = answer.message.map { ProviderFailure(status: answer.status, message: $0) }
        if answer.retryAfter != nil || answer.shouldRetry != nil {
            report.rateLimit = RateLimitReading(retryAfter: answer.retryAfter, shouldRetry: answer.shouldRetry)
        }
        return report
    }
}
