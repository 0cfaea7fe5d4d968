import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("The rules of the providers' prompt caches", .timeLimit(.minutes(1)))
struct PromptCacheRulesTests {
    private static let wall: Int64 = 1_796_000_000_000_000

    private func rules(_ model: String) throws -> PromptCacheRules {
        let id = try #require(ModelID(model))
        return try #require(PromptCacheRules(of: id, in: .builtIn, at: Self.wall))
    }

    @Test(
        "each provider caches from its own number of tokens on, for its own time",
        arguments: [
            ("openai/gpt-5", 1_024, 300, false), ("openai/gpt-5.6-sol", 1_024, 1_800, false),
            ("anthropic/claude-sonnet-4-6", 1_024, 300, true), ("anthropic/claude-haiku-5-5", 512, 300, true),
            ("anthropic/claude-haiku-4-5", 4_096, 300, true), ("gemini/gemini-2.5-pro", 2_048, 180, false),
            ("groq/openai/gpt-oss-120b", 1_024, 7_200, false), ("xai/grok-4.3", 1_024, 300, false),
        ])
    func minimum(_ model: String, _ tokens: Int, _ seconds: Int, _ isOnRequest: Bool) throws {
        let rules = try rules(model)
        #expect(rules.minimumTokens == tokens)
        #expect(rules.ttl == .seconds(seconds))
        #expect(rules.isOnRequest == isOnRequest)
        func cached(_ prompt: Int) -> CachedPrompt? {
            let usage =
                isOnRequest
                ? TokenUsage(promptTokens: prompt, cacheWriteTokens: prompt) : TokenUsage(promptTokens: prompt)
            return rules.cached(by: usage, asked: .minutes)
        }
        #expect(cached(tokens - 1) == nil)
        let least = try #require(cached(tokens))
        #expect(least.cachedTokens == tokens)
        #expect(least.isEstimate == !isOnRequest, "only a cache that is asked reports what it keeps")
        #expect(least.ttl == .seconds(seconds))
    }

    @Test("a cached token that costs no less, a free model and an unknown one are worth no memory")
    func worthless() {
        for model in ["local/ai/smollm3", "openai/gpt-4o-2099", "nobody/nothing"] {
            #expect(ModelID(model).flatMap { PromptCacheRules(of: $0, in: .builtIn, at: Self.wall) } == nil, "\(model)")
        }
    }

    @Test("what is asked to be kept for an hour is; without a cache point nothing is known to be kept")
    func asked() throws {
        let rules = try rules("anthropic/claude-sonnet-4-6")
        let hourly = TokenUsage(promptTokens: 9_000, cacheReadTokens: 0, cacheWrite1hTokens: 8_000)
        #expect(rules.cached(by: hourly, asked: .hour)?.ttl == .seconds(3_600))
        let read = TokenUsage(promptTokens: 9_000, cacheReadTokens: 8_000, cacheWriteTokens: 500)
        #expect(
            rules.cached(by: read, asked: .minutes)
                == CachedPrompt(promptTokens: 9_000, cachedTokens: 8_500, isEstimate: false, ttl: .seconds(300)))
        #expect(rules.cached(by: TokenUsage(promptTokens: 9_000), asked: nil) == nil)
    }

    @Test("OpenAI's tokens come in blocks of 128, and are exact where it reports what it wrote")
    func blocks() throws {
        let rules = try rules("openai/gpt-5")
        #expect(rules.cached(by: TokenUsage(promptTokens: 2_000), asked: nil)?.cachedTokens == 1_920)
        let sol = try self.rules("openai/gpt-5.6-sol")
        let usage = TokenUsage(promptTokens: 4_000, cacheReadTokens: 1_000, cacheWriteTokens: 2_900)
        #expect(
            sol.cached(by: usage, asked: nil)
                == CachedPrompt(promptTokens: 4_000, cachedTokens: 3_900, isEstimate: false, ttl: .seconds(1_800)))
    }
}
