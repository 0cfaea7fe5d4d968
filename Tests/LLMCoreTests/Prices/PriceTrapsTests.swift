import Testing

@testable import LLMCore

@Suite("Prices that are not known, or not for sale", .timeLimit(.minutes(2)))
struct PriceTrapsTests {
    private let now: Int64 = 1_795_305_600_000_000  // 2026-11-22

    private func quote(
        _ model: ModelID, _ tokens: TokenUsage, stated: [String: String] = [:], given: [String: String] = [:]
    ) -> CostQuote {
        PriceBook.builtIn.quote(
            model: model, usage: UsageReading(raw: .null, tokens: tokens, priceContext: stated), at: now,
            context: given)
    }

    static let unknown: [(String, ModelID, TokenUsage, [String: String])] = [
        (
            "an unknown model", ModelID(provider: "openai", name: "gpt-99"),
            TokenUsage(promptTokens: 1, outputTokens: 1), [:]
        ),
        ("no prompt tokens", ModelID(provider: "openai", name: "gpt-5"), TokenUsage(outputTokens: 1), [:]),
        ("no output tokens", ModelID(provider: "openai", name: "gpt-5"), TokenUsage(promptTokens: 1), [:]),
        (
            "more cached than read", ModelID(provider: "openai", name: "gpt-5"),
            TokenUsage(promptTokens: 100, cacheReadTokens: 60, cacheWriteTokens: 41, outputTokens: 1), [:]
        ),
        (
            "negative tokens", ModelID(provider: "openai", name: "gpt-5"),
            TokenUsage(promptTokens: 100, outputTokens: -1), [:]
        ),
        (
            "a service tier without a price", ModelID(provider: "anthropic", name: "claude-opus-5"),
            TokenUsage(promptTokens: 1, outputTokens: 1), ["service_tier": "priority"]
        ),
        (
            "a speed without a price", ModelID(provider: "anthropic", name: "claude-haiku-4-5"),
            TokenUsage(promptTokens: 1, outputTokens: 1), ["speed": "fast"]
        ),
        (
            "a batch price that nobody publishes", ModelID(provider: "xai", name: "grok-4.5"),
            TokenUsage(promptTokens: 1, outputTokens: 1), ["processing": "batch"]
        ),
        (
            "a search without a fee", ModelID(provider: "groq", name: "qwen/qwen3-32b"),
            TokenUsage(promptTokens: 1, outputTokens: 1, webSearches: 1), [:]
        ),
    ]

    @Test("what cannot be priced is unknown and says why, never zero", arguments: unknown)
    func unknownCosts(name: String, model: ModelID, tokens: TokenUsage, given: [String: String]) {
        let quote = quote(model, tokens, given: given)
        #expect(quote.usd == nil)
        #expect(!quote.known)
        #expect(quote.unknownBecause?.isEmpty == false)
        #expect(quote.reading.computed == nil)
    }

    @Test("a write to the cache for an hour costs its own price, and is unknown where only that of minutes is known")
    func longWrites() throws {
        let tokens = TokenUsage(promptTokens: 100, cacheWrite1hTokens: 40, outputTokens: 1)
        let one = ExactDecimal(1)
        func lines(_ rates: TokenRates) -> [CostLine]? {
            (try? TokenParts(tokens, cacheTTL: nil)).flatMap { try? $0.lines(at: rates, factor: .one) }
        }
        #expect(lines(TokenRates(input: one, cacheWrite: one, output: one)) == nil)
        #expect(lines(TokenRates(input: one, cacheWrite: one, cacheWrite1h: one, output: one))?.count == 3)
        // Writes that cost no more than reading.
        #expect(lines(TokenRates(input: one, output: one))?.count == 3)
        #expect(
            TokenRates(input: one, cacheWrite: one, output: one).dearestInput(cacheTTL: "1h", writesCache: true) == nil)
        #expect(
            TokenRates(input: one, cacheWrite: one, output: one).dearestInput(cacheTTL: nil, writesCache: true) == one)
    }

    @Test(
        "a local model costs zero dollars, whatever its name",
        arguments: ["ai/smollm3", "ai/smollm3:latest", "my.gguf"])
    func localIsFree(name: String) {
        let model = ModelID(provider: .local, name: name)
        let quote = quote(model, TokenUsage(promptTokens: 1000, outputTokens: 1000, webSearches: 1))
        #expect(quote.usd == .zero)
        #expect(quote.unknownBecause == nil)
        #expect(
            PriceBook.builtIn.worstCase(for: CostBound(inputTokens: 10, outputTokens: 10), to: model, at: now) == .zero)
    }

    @Test("a search that nobody counted has a fee only where it is charged once a call")
    func uncountedSearches() {
        for (name, usd) in [("gemini/gemini-2.5-flash", true), ("openai/gpt-5", false), ("local/ai/smollm3", true)] {
            let usage = UsageReading(
                raw: .null, tokens: TokenUsage(promptTokens: 10, outputTokens: 10), searchesAreUncounted: true)
            let quote = ModelID(name).map { PriceBook.builtIn.quote(model: $0, usage: usage, at: now) }
            #expect((quote?.usd != nil) == usd, "\(name)")
        }
    }

    @Test("a free model costs nothing, however little is known of its tokens")
    func freeUncounted() {
        #expect(quote(ModelID(provider: .local, name: "m"), TokenUsage(outputTokens: 7)).usd == .zero)
    }

    @Test("what was billed stands beside what we computed")
    func billed() {
        let tokens = TokenUsage(promptTokens: 1000, cacheReadTokens: 400, outputTokens: 400)
        let usage = UsageReading(raw: .null, tokens: tokens, billed: USD(pico: 340_000_000))
        let model = ModelID(provider: "xai", name: "grok-4-fast")
        let quote = PriceBook.builtIn.quote(model: model, usage: usage, at: now)
        #expect(quote.usd == quote.billed)
        #expect(quote.reading.settled == USD("0.00034"))
    }

    private let haiku = ModelID(provider: "anthropic", name: "claude-haiku-5-5")

    @Test("a sum over a tool loop's turns does not choose the tier")
    func sumOfTurns() {
        let tokens = TokenUsage(promptTokens: 150_000, outputTokens: 1000)
        let sum = UsageReading(raw: .null, tokens: tokens, promptIsSum: true)
        #expect(PriceBook.builtIn.quote(model: haiku, usage: sum, at: now).usd == nil)

        let small = UsageReading(
            raw: .null, tokens: TokenUsage(promptTokens: 90_000, outputTokens: 0), promptIsSum: true)
        #expect(PriceBook.builtIn.quote(model: haiku, usage: small, at: now).usd == USD("0.009"))
    }

    @Test("turns that are listed are priced one by one, each with its model")
    func listedTurns() {
        let usage = UsageReading(
            raw: .null, tokens: TokenUsage(promptTokens: 150_000, outputTokens: 1000, webSearches: 1),
            turns: [
                .init(model: nil, tokens: TokenUsage(promptTokens: 70_000, outputTokens: 500)),
                .init(model: nil, tokens: TokenUsage(promptTokens: 80_000, outputTokens: 500)),
                .init(model: "claude-opus-5", tokens: TokenUsage(promptTokens: 1000, outputTokens: 100)),
            ], promptIsSum: true)
        let quote = PriceBook.builtIn.quote(model: haiku, usage: usage, at: now)
        // 150,000 x 0.1 + 1,000 x 0.5, then 1,000 x 5 + 100 x 25, then a search.
        #expect(quote.usd == USD("0.033"))
        #expect(quote.lines.contains { $0.model == ModelID(provider: "anthropic", name: "claude-opus-5") })
    }

    @Test("a day without a price is unknown")
    func dayWithoutPrice() throws {
        let price = try PriceOverride.reading(
            #"{"model": "openai/new", "input": 1, "output": 2, "from": "2027-01-01"}"#
        ).price()
        let book = PriceBook.builtIn.overriding([price])
        let usage = UsageReading(raw: .null, tokens: TokenUsage(promptTokens: 1, outputTokens: 1))
        let quote = book.quote(model: ModelID(provider: "openai", name: "new"), usage: usage, at: now)
        #expect(quote.usd == nil)
        #expect(quote.unknownBecause?.contains("2026-11-22") == true)
    }
}
