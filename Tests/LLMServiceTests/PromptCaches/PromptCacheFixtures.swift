import LLMCore
import Synchronization
import TestSupport

@testable import LLMService

/// A conversation of so many turns over a long system prompt; each text is told apart by `topic`.
func conversation(
    turns: Int, topic: String = "queues", system: Int = 40_000, point: CachePoint.TTL? = nil
) -> ChatRequest {
    let rules = String(repeating: "Rules of the house, line by line. ", count: system / 34)
    var messages = [Message.system(rules)]
    for turn in 0..<turns {
        if turn > 0 {
            messages.append(.assistant("Answer \(turn) on \(topic). " + String(repeating: "word ", count: 80)))
        }
        messages.append(.user("Question \(turn) on \(topic)? " + String(repeating: "more ", count: 40)))
    }
    if let point { messages[messages.count - 1].cachePoints = [CachePoint(part: 0, ttl: point)] }
    return ChatRequest(messages: messages, parameters: GenerationParameters(maxOutputTokens: 200))
}

extension ModelID {
    static let gpt5 = ModelID(provider: "openai", name: "gpt-5")
    static let sonnet = ModelID(provider: "anthropic", name: "claude-sonnet-4-6")
    static let geminiPro = ModelID(provider: "gemini", name: "gemini-2.5-pro")
    static let oss = ModelID(provider: "groq", name: "openai/gpt-oss-120b")
}

/// A provider with an automatic prompt cache for each key: reads the longest beginning it was sent before, while that is young enough.
final class CachingProvider: Sendable {
    private struct State {
        var known: [KeyFingerprint?: [[Message]: ContinuousClock.Instant]] = [:]
        var isDown = false
    }
    private let state = Mutex(State())
    let ttl: Duration
    let clock: ManualClock
    let provider: ProviderID

    init(_ provider: ProviderID, ttl: Duration, clock: ManualClock) {
        self.provider = provider
        self.ttl = ttl
        self.clock = clock
    }

    func setDown(_ down: Bool) { state.withLock { $0.isDown = down } }

    var client: ScriptedClient {
        ScriptedClient(provider, clock: clock) { [self] call, _ in answer(call) }
    }

    static func tokens(_ messages: [Message]) -> Int {
        messages.reduce(0) { $0 + $1.text.utf8.count } / 4
    }

    private func answer(_ call: ModelCall) -> ScriptedAnswer {
        let messages = call.request.messages
        let key = call.credential?.fingerprint
        return state.withLock { state in
            guard !state.isDown else { return .failure(.serverError, status: 503) }
            let now = clock.now
            let beginning = (1...messages.count).reversed().map { Array(messages.prefix($0)) }
            let cached = beginning.first { prefix in
                state.known[key]?[prefix].map { now - $0 <= ttl } ?? false
            }
            for prefix in beginning { state.known[key, default: [:]][prefix] = now }
            let prompt = Self.tokens(messages)
            let read = cached.map(Self.tokens) ?? 0
            let usage = UsageReading(
                raw: .null,
                tokens: TokenUsage(
                    promptTokens: prompt, cacheReadTokens: read < 1_024 ? 0 : read / 128 * 128, outputTokens: 100))
            return ScriptedAnswer(events: [.text("fine")], usage: usage)
        }
    }
}
