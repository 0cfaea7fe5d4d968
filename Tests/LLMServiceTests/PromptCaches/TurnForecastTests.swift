import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("What a conversation's next turns cost", .timeLimit(.minutes(1)))
struct TurnForecastTests {
    private static let wall: Int64 = 1_796_000_000_000_000

    /// - Parameter bytes: Of the prompt, at one token a byte.
    private func forecast(_ bytes: Int, turns: Int = 1, output: Int = 0, point: CachePoint.TTL? = nil) throws
        -> TurnForecast
    {
        let length = bytes / turns
        var messages = (0..<turns).map { turn in
            Message.user(String(repeating: "x", count: turn == 0 ? bytes - length * (turns - 1) : length))
        }
        if let point { messages[turns - 1].cachePoints = [CachePoint(part: 0, ttl: point)] }
        let prompt = try #require(PromptBeginnings(of: ChatRequest(messages: messages), tenant: nil))
        return TurnForecast(
            prompt: prompt, tokensPerByte: 1, parameters: GenerationParameters(maxOutputTokens: output),
            prices: .builtIn,
            now: Self.wall)
    }

    private func turn(_ model: String, _ bytes: Int, warm: Int, point: CachePoint.TTL? = nil) throws -> String? {
        let model = try #require(ModelID(model))
        return try forecast(bytes, point: point).costs(
            at: model, warmTokens: warm, rules: PromptCacheRules(of: model, in: .builtIn, at: Self.wall)
        )?.turn.description
    }

    @Test(
        "fresh tokens at the input price, warm ones at the read price, written ones at the write price, by the prompt's tier"
    )
    func turns() throws {
        // gpt-5: 1.25 fresh, 0.125 read.
        #expect(try turn("openai/gpt-5", 20_000, warm: 0) == "0.025")
        #expect(try turn("openai/gpt-5", 20_000, warm: 16_000) == "0.007")
        #expect(try turn("openai/gpt-5", 5_000, warm: 5_000) == "0.000634", "in whole blocks of 128")
        // Below its minimum a prompt is read afresh, whatever was thought warm: Haiku 4.5 caches from 4,096 tokens on.
        #expect(try turn("anthropic/claude-haiku-4-5", 4_095, warm: 4_095, point: .minutes) == "0.004095")
        #expect(try turn("anthropic/claude-haiku-4-5", 4_096, warm: 4_096, point: .minutes) == "0.0004096")
        // Sonnet 4.6: 3 fresh, 0.3 read, 3.75 written, 6 for an hour; unasked it keeps nothing.
        #expect(try turn("anthropic/claude-sonnet-4-6", 20_000, warm: 16_000) == "0.06")
        #expect(try turn("anthropic/claude-sonnet-4-6", 20_000, warm: 0, point: .minutes) == "0.075")
        #expect(try turn("anthropic/claude-sonnet-4-6", 20_000, warm: 16_000, point: .minutes) == "0.0198")
        #expect(try turn("anthropic/claude-sonnet-4-6", 20_000, warm: 16_000, point: .hour) == "0.0288")
        // Haiku 5.5 costs five times as much above 100,000 tokens, warm ones too.
        #expect(try turn("anthropic/claude-haiku-5-5", 100_000, warm: 100_000, point: .minutes) == "0.001")
        #expect(try turn("anthropic/claude-haiku-5-5", 100_001, warm: 100_000, point: .minutes) == "0.005000625")
        // Gemini 2.5 Pro doubles above 200,000; Groq halves what is warm.
        #expect(try turn("gemini/gemini-2.5-pro", 200_001, warm: 200_001) == "0.05000025")
        #expect(try turn("groq/openai/gpt-oss-120b", 20_000, warm: 10_000) == "0.00225")
        // A write price without being asked: 5.6 Sol, 4 fresh, 0.4 read, 5 written.
        #expect(try turn("openai/gpt-5.6-sol", 20_000, warm: 10_000) == "0.0540736")
        // Free, and unknown.
        #expect(try turn("local/ai/smollm3", 20_000, warm: 0) == "0")
        #expect(try turn("nobody/nothing", 20_000, warm: 0) == nil)
    }

    @Test("later turns are as many as there were, ten at most, and read what the turn before left")
    func later() throws {
        let rules = PromptCacheRules(of: .gpt5, in: .builtIn, at: Self.wall)
        let forecast = try forecast(20_480, turns: 2)
        #expect(forecast.later == 2 && forecast.growth == 10_240)
        let costs = try #require(forecast.costs(at: .gpt5, warmTokens: 0, rules: rules))
        // 20,480 fresh; 20,480 read and 10,240 fresh; 30,720 read and 10,240 fresh: at 1.25 and 0.125.
        #expect(costs.turns.pico == Int64(40_960 * 1_250_000 + 51_200 * 125_000))
        #expect(try self.forecast(40_000, turns: 40).later == 10)
    }

    @Test("all that a cache saved: reads at their discount, less the surcharge of writes")
    func saving() {
        func saving(_ model: ModelID, _ tokens: TokenUsage) -> String? {
            PriceBook.builtIn.cacheSaving(
                model: model, usage: UsageReading(raw: .null, tokens: tokens), at: Self.wall, context: [:]
            )?.description
        }
        let read = TokenUsage(promptTokens: 10_000, cacheReadTokens: 8_000, outputTokens: 100)
        #expect(saving(.gpt5, read) == "0.009")
        let write = TokenUsage(promptTokens: 10_000, cacheWriteTokens: 8_000, outputTokens: 100)
        #expect(saving(.sonnet, write) == "-0.006")
        #expect(saving(.gpt5, TokenUsage(promptTokens: 10_000, outputTokens: 1)) == "0")
        #expect(saving(ModelID(provider: "nobody", name: "x"), read) == nil)
    }
}
