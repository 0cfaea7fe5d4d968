import LLMCore
import Testing

@Suite("The worst case over all prices", .timeLimit(.minutes(2)))
struct WorstCasePropertyTests {
    /// A generator with a seed: a failure comes again.
    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ (state >> 33)) &* 0xff51_afd7_ed55_8ccd
        }
    }

    static let book = PriceBook.builtIn

    private static func services(of price: ModelPrice) -> [String] {
        Set(price.periods.flatMap { $0.rates.map(\.service) }).sorted() + ["auto", "default", "unheard-of"]
    }

    private static let days = ["2025-05-01", "2026-08-20", "2026-11-29", "2026-12-01", "2027-01-01"].compactMap {
        CalendarDay($0)?.microseconds
    }

    @Test(
        "no call costs more than was reserved for it, whatever its tier, place, length, cache and day",
        arguments: book.models)
    func bounded(price: ModelPrice) throws {
        var random = Seeded(state: UInt64(price.model.description.utf8.reduce(7) { ($0 &* 31) &+ Int($1) }.magnitude))
        var known = 0
        for service in Self.services(of: price) {
            for _ in 0..<120 {
                let limit = CostBound(
                    inputTokens: [1, 900, 99_999, 200_000, 272_001, 900_000].randomElement(using: &random) ?? 1,
                    outputTokens: Int.random(in: 1...64_000, using: &random),
                    context: [
                        "service_tier": service,
                        "cache_ttl": ["", "1h", "12h"].randomElement(using: &random) ?? "",
                    ])
                let prompt = Int.random(in: 0...limit.inputTokens, using: &random)
                let read = Int.random(in: 0...prompt, using: &random)
                let tokens = TokenUsage(
                    promptTokens: prompt, cacheReadTokens: read,
                    cacheWriteTokens: Int.random(in: 0...(prompt - read), using: &random),
                    outputTokens: Int.random(in: 0...(limit.outputTokens ?? 0), using: &random))
                let places = ["region": ["eu", "us", "none"], "inference_geo": ["us", "global"]].compactMapValues {
                    $0.randomElement(using: &random)
                }
                let day = try #require(Self.days.randomElement(using: &random))
                let quote = Self.book.quote(
                    model: price.model, usage: UsageReading(raw: .null, tokens: tokens, priceContext: places),
                    at: day, context: limit.context)
                let worst = Self.book.worstCase(for: limit, to: price.model, at: day)
                guard let usd = quote.usd, let worst else { continue }
                known += 1
                #expect(usd <= worst, "\(service) \(limit) \(tokens) \(places)")
            }
        }
        #expect(known > 0 || price.model.name.contains("4-6") || price.model.name.contains("6.2-astra"))
    }

    @Test("a tier is reserved at its own price: as much dearer or cheaper than the standard as its rates are")
    func ownPrice() throws {
        let chat = ChatRequest(
            messages: [.user(String(repeating: "word ", count: 400))],
            parameters: GenerationParameters(maxOutputTokens: 4_000))
        let at = try #require(CalendarDay("2026-11-29")).microseconds
        var tried = 0
        for price in Self.book.models {
            guard let period = price.period(at: at),
                let standard = Self.book.worstCase(for: chat, to: price.model, at: at)
            else { continue }
            for service in Set(period.rates.map(\.service)).subtracting([PriceRate.standard]) {
                var tiered = chat
                tiered.parameters.serviceTier = service
                let worst = try #require(Self.book.worstCase(for: tiered, to: price.model, at: at))
                let rates = period.rates.filter { $0.fromPromptTokens == nil }
                let ours = try #require(rates.first { $0.service == service }).tokens.output
                let usual = try #require(rates.first { $0.service == PriceRate.standard }).tokens.output
                if ours > usual { #expect(worst > standard, "\(price.model) \(service)") }
                if ours < usual { #expect(worst < standard, "\(price.model) \(service)") }
                tried += 1
            }
            var strange = chat
            strange.parameters.serviceTier = "unheard-of"
            #expect(price.free || Self.book.worstCase(for: strange, to: price.model, at: at) == nil)
        }
        #expect(tried > 60)
    }

    @Test("without an output limit the model's own holds, and where it has none there is no bound")
    func ownLimit() throws {
        let at = try #require(CalendarDay("2026-11-29")).microseconds
        let open = ChatRequest(messages: [.user("Hello")])
        let gpt5 = ModelID(provider: "openai", name: "gpt-5")
        var closed = open
        closed.parameters.maxOutputTokens = 128_000
        #expect(Self.book.worstCase(for: open, to: gpt5, at: at) == Self.book.worstCase(for: closed, to: gpt5, at: at))
        let neon = ModelID(provider: "gemini", name: "gemini-4-neon")
        #expect(Self.book.worstCase(for: open, to: neon, at: at) == nil)
        #expect(Self.book.worstCase(for: closed, to: neon, at: at) != nil)
    }
}

@Suite("Prices that were read on 2026-11-29", .timeLimit(.minutes(2)))
struct NewPricesTests {
    private func cost(
        _ model: String, prompt: Int = 1_000, cached: Int? = nil, written: Int? = nil, output: Int = 100,
        at day: String = "2026-11-29", tier: String? = nil
    ) throws -> String? {
        let tokens = TokenUsage(
            promptTokens: prompt, cacheReadTokens: cached, cacheWriteTokens: written, outputTokens: output)
        return PriceBook.builtIn.quote(
            model: try #require(ModelID(model)), usage: UsageReading(raw: .null, tokens: tokens),
            at: try #require(CalendarDay(day)).microseconds, context: tier.map { ["service_tier": $0] } ?? [:]
        ).usd?.description
    }

    @Test("each model costs what its row says")
    func rows() throws {
        #expect(try cost("openai/gpt-6.2-sol") == "0.003")
        #expect(try cost("openai/gpt-6.2-sol", cached: 400, written: 600) == "0.00254")
        #expect(try cost("openai/gpt-6.2-sol", prompt: 272_001, cached: 1, written: 1_000) == "1.0905002")
        #expect(try cost("openai/gpt-6.2-astra") == "0.012")
        #expect(try cost("openai/gpt-6.2-astra-2026-11-20") == "0.012")
        #expect(try cost("gemini/gemini-4-neon", cached: 1_000) == "0.00165")
        #expect(try cost("gemini/gemini-4-hydrogen") == "0.00225")
        #expect(try cost("gemini/gemini-4-carbon") == "0.003")
        #expect(try cost("gemini/gemini-4-carbon", at: "2026-12-01") == "0.006")
        #expect(try cost("anthropic/claude-opus-4-6") == "0.0075")
        #expect(try cost("anthropic/claude-opus-4.6-20260101") == "0.0075")
    }

    @Test("a rate that nobody has read makes the cost that needs it unknown, and no other")
    func unread() throws {
        for model in ["openai/gpt-6.2-astra", "anthropic/claude-opus-4-6"] {
            #expect(try cost(model, cached: 1) == nil)
            #expect(try cost(model, written: 1) == nil)
            #expect(try cost(model, cached: 0, written: 0) != nil)
            // A cache that may be written to bounds nothing.
            let bound = CostBound(inputTokens: 10, outputTokens: 10)
            let at = try #require(CalendarDay("2026-11-29")).microseconds
            #expect(PriceBook.builtIn.worstCase(for: bound, to: try #require(ModelID(model)), at: at) == nil)
        }
        #expect(try cost("gemini/gemini-4-carbon", cached: 1) == nil)
        #expect(try cost("gemini/gemini-4-hydrogen", cached: 1) == nil)
        #expect(try cost("openai/gpt-6.2-astra", prompt: 272_000) != nil)
        #expect(try cost("openai/gpt-6.2-astra", prompt: 272_001) == nil)
        for tier in ["priority", "flex", "batch"] { #expect(try cost("openai/gpt-6.2-sol", tier: tier) == nil) }
    }

    @Test("an unread rate that a request cannot incur leaves it its bound")
    func unasked() throws {
        let at = try #require(CalendarDay("2026-11-29")).microseconds
        let legacy = ModelID(provider: "anthropic", name: "claude-opus-4-6")
        var chat = ChatRequest(messages: [.user("Hello")], parameters: GenerationParameters(maxOutputTokens: 100))
        let worst = PriceBook.builtIn.worstCase(for: chat, to: legacy, at: at)
        // 21 bytes at 5 and 100 tokens at 25 dollars a million.
        #expect(worst == USD("0.002605"))
        // OpenAI writes to its cache unasked.
        let astra = ModelID(provider: "openai", name: "gpt-6.2-astra")
        #expect(PriceBook.builtIn.worstCase(for: chat, to: astra, at: at) == nil)
        #expect(
            PriceBook.builtIn.missingBound(for: chat, to: astra, at: at) == .price("tokens written to its cache"))
        let body = #"{"messages":[{"role":"user","content":[{"type":"text","text":"Hello","cache_control":{}}]}]}"#
        chat.original = OriginalRequest(dialect: .anthropic, body: Array(body.utf8))
        #expect(PriceBook.builtIn.worstCase(for: chat, to: legacy, at: at) == nil)
    }

    @Test("what is missing for a bound is told apart")
    func missing() throws {
        let at = try #require(CalendarDay("2026-11-29")).microseconds
        func missing(_ model: String, limit: Int? = 100, tier: String? = nil, bytes: Int = 5) throws -> MissingBound? {
            let chat = ChatRequest(
                messages: [.user(String(repeating: "x", count: bytes))],
                parameters: GenerationParameters(maxOutputTokens: limit, serviceTier: tier))
            return PriceBook.builtIn.missingBound(for: chat, to: try #require(ModelID(model)), at: at)
        }
        #expect(try missing("openai/gpt-5") == nil)
        #expect(try missing("openai/gpt-99") == .price())
        #expect(try missing("gemini/gemini-4-neon", limit: nil) == .outputLimit)
        #expect(try missing("openai/gpt-5", tier: "ultrafast") == .price("the service tier ultrafast"))
        #expect(try missing("openai/gpt-6.2-astra", bytes: 300_000) == .price("prompts that may be so long"))
    }

    @Test("a table that says what it has not read is written and read back, and a misspelt word in it is refused")
    func format() throws {
        let text = #"""
            {"format": "dirgen.prices/1", "version": "x", "models": [{"model": "lab/m", "as_of": "2026-11-29", "sources": [],
            "prices": [{"rates": [{"at_most": 10, "input": 1, "output": 2, "unread": ["UNREAD"]}]}]}]}
            """#
        let file = try PriceFile(parsing: text.replacing("UNREAD", with: "cache_write").utf8)
        #expect(file.models.first?.periods.first?.rates.first?.tokens.unread == [.cacheWrite])
        #expect(file.models.first?.periods.first?.rates.first?.toPromptTokens == 10)
        #expect(try PriceFile(parsing: file.json.prettyText.utf8) == file)
        #expect(throws: PriceFileError.self) { try PriceFile(parsing: text.utf8) }
    }
}
