import LLMCore
import TestSupport
import Testing

@testable import ProviderSimulator

@Suite("The simulator's prompt caches", .timeLimit(.minutes(1)))
struct PromptCacheTests {
    private let start = ContinuousClock.now
    private static let luna = ModelID(provider: "openai", name: "gpt-6-luna")
    private static let pro = ModelID(provider: "gemini", name: "gemini-2.5-pro")
    private static let haiku = ModelID(provider: "anthropic", name: "claude-haiku-5-5")

    private func chat(turns: Int, words: Int = 3_000, point: CachePoint.TTL? = nil) -> ChatRequest {
        var messages = [Message.system(String(repeating: "rule ", count: words))]
        for turn in 1...turns { messages.append(.user("Question \(turn)")) }
        if let point { messages[turns].cachePoints = [CachePoint(part: 0, ttl: point)] }
        return ChatRequest(messages: messages)
    }

    private func use(
        _ cache: inout SimulatedPromptCache, _ chat: ChatRequest, _ model: ModelID, key: String = "a",
        after seconds: Int = 0
    ) -> SimulatedPromptCache.Use {
        cache.use(chat, to: model, key: key, inputTokens: TokenPieces.count(chat), now: start + .seconds(seconds))
    }

    @Test(
        "a provider that caches unasked reads the beginning it knows, in blocks, for as long as it lives, under the same key"
    )
    func automatic() {
        var cache = SimulatedPromptCache()
        #expect(use(&cache, chat(turns: 1), Self.pro).read == 0)
        let second = use(&cache, chat(turns: 2), Self.pro, after: 200)
        #expect(second.read == TokenPieces.count(chat(turns: 1)) / 128 * 128 && second.written == nil)
        #expect(use(&cache, chat(turns: 2), Self.pro, after: 499).read > 0, "each use starts its time anew")
        #expect(use(&cache, chat(turns: 2), Self.pro, after: 800).read == 0)
        #expect(use(&cache, chat(turns: 2), Self.pro, key: "b", after: 801).read == 0)
        var other = chat(turns: 1)
        other.messages[1] = .user("Something else")
        let shared = use(&cache, other, Self.pro, after: 802)
        #expect(shared.read > 2_900 && shared.read < TokenPieces.count(other), "the system prompt is shared")
    }

    @Test("each provider's own minimum holds, and writes are reported where they cost")
    func minimum() {
        var cache = SimulatedPromptCache()
        let short = chat(turns: 1, words: 1_500)
        for _ in 0..<2 { #expect(use(&cache, short, Self.pro).read == 0, "below Gemini's 2,048") }
        let written = use(&cache, short, Self.luna)
        #expect(written.read == 0 && written.written == TokenPieces.count(short))
        let read = use(&cache, short, Self.luna)
        #expect(read.read > 1_400 && read.written == TokenPieces.count(short) - read.read)
    }

    @Test("Anthropic caches what is marked, for the time that is asked, and reads it in the next turn")
    func onRequest() {
        var cache = SimulatedPromptCache()
        #expect(use(&cache, chat(turns: 1), Self.haiku) == .init(read: 0, written: 0))
        let first = TokenPieces.count(chat(turns: 1))
        #expect(use(&cache, chat(turns: 1, point: .minutes), Self.haiku) == .init(read: 0, written: first))
        let second = TokenPieces.count(chat(turns: 2))
        #expect(
            use(&cache, chat(turns: 2, point: .minutes), Self.haiku, after: 299)
                == .init(read: first, written: second - first))
        #expect(use(&cache, chat(turns: 2, point: .minutes), Self.haiku, after: 599).read == 0)
        let hourly = use(&cache, chat(turns: 3, point: .hour), Self.haiku, key: "b")
        #expect(hourly.written == 0 && hourly.writtenForAnHour == TokenPieces.count(chat(turns: 3)))
        #expect(use(&cache, chat(turns: 3, point: .hour), Self.haiku, key: "b", after: 3_500).read > 3_000)
    }
}
