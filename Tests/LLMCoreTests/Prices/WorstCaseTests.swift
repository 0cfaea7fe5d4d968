import LLMCore
import Testing

@Suite("The most a call can cost", .timeLimit(.minutes(2)))
struct WorstCaseTests {
    private let now: Int64 = 1_795_305_600_000_000  // 2026-11-22

    private func worst(
        _ model: String, _ input: Int, _ output: Int, context: [String: String] = [:]
    ) throws -> String? {
        let bound = CostBound(inputTokens: input, outputTokens: output, context: context)
        return PriceBook.builtIn.worstCase(for: bound, to: try #require(ModelID(model)), at: now)?.description
    }

    @Test("a plain model: list price")
    func plain() throws { #expect(try worst("openai/gpt-5", 1000, 1000) == "0.01125") }

    @Test("cache writes count where they are dearer than input")
    func cacheWrite() throws { #expect(try worst("anthropic/claude-sonnet-4-5", 1000, 1000) == "0.01875") }

    @Test("the dearest place an account can be set to counts")
    func place() throws {
        #expect(try worst("openai/gpt-5.4-mini", 1000, 1000) == "0.005775")
        #expect(try worst("openai/gpt-5.4-mini", 1000, 1000, context: ["region": "none"]) == "0.00525")
    }

    @Test("speed and service tier count when asked for")
    func asked() throws {
        #expect(try worst("openai/gpt-5", 1000, 1000, context: ["service_tier": "priority"]) == "0.0225")
        let fast = try worst("anthropic/claude-opus-5-5", 1000, 1000, context: ["speed": "fast"])
        #expect(fast == "0.055")
    }

    @Test("the tier that the prompt's bound reaches counts")
    func tier() throws {
        #expect(try worst("gemini/gemini-2.5-pro", 200_000, 0) == "0.25")
        #expect(try worst("gemini/gemini-2.5-pro", 200_001, 0) == "0.5000025")
        #expect(try worst("xai/grok-4.3", 200_000, 0) == "0.5")
    }

    @Test("an unknown model or tier has no worst case")
    func unknown() throws {
        #expect(try worst("openai/gpt-99", 1, 1) == nil)
        #expect(try worst("openai/gpt-5", 1, 1, context: ["service_tier": "ultrafast"]) == nil)
    }

    @Test("no quote exceeds the worst case of the same counts", arguments: PriceBook.builtIn.models)
    func bound(price: ModelPrice) throws {
        for prompt in [1000, 150_000, 300_000] {
            let tokens = TokenUsage(
                promptTokens: prompt, cacheReadTokens: 300, cacheWriteTokens: 300, outputTokens: 700)
            let usage = UsageReading(raw: .null, tokens: tokens, priceContext: ["inference_geo": "us"])
            let quote = PriceBook.builtIn.quote(model: price.model, usage: usage, at: now, context: ["region": "eu"])
            let worst = PriceBook.builtIn.worstCase(
                for: CostBound(inputTokens: prompt, outputTokens: 700), to: price.model, at: now)
            let isUnread = price.periods.contains { $0.rates.contains { !$0.tokens.unread.isEmpty } }
            guard !isUnread || quote.usd != nil else { continue }
            #expect(try #require(quote.usd) <= #require(worst))
        }
    }
}
