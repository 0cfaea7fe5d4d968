import LLMCore
import Testing

/// A call with its price, worked out by hand.
struct PricedCall: Sendable, CustomTestStringConvertible {
    let name: String
    let model: String
    let tokens: TokenUsage
    var stated: [String: String] = [:]
    var given: [String: String] = [:]
    var at = "2026-11-22"
    let usd: String

    var testDescription: String { name }

    init(
        _ name: String, _ model: String, prompt: Int, read: Int = 0, write: Int = 0, write1h: Int = 0, output: Int,
        reasoning: Int? = nil, searches: Int? = nil, stated: [String: String] = [:], given: [String: String] = [:],
        at: String = "2026-11-22", usd: String
    ) {
        self.name = name
        self.model = model
        tokens = TokenUsage(
            promptTokens: prompt, cacheReadTokens: read, cacheWriteTokens: write, cacheWrite1hTokens: write1h,
            outputTokens: output, reasoningTokens: reasoning, webSearches: searches)
        self.stated = stated
        self.given = given
        self.at = at
        self.usd = usd
    }

    func quote(in book: PriceBook = .builtIn) throws -> CostQuote {
        let model = try #require(ModelID(model))
        let day = try #require(CalendarDay(at))
        return book.quote(
            model: model, usage: UsageReading(raw: .null, tokens: tokens, priceContext: stated), at: day.microseconds,
            context: given)
    }
}

@Suite("What calls cost", .timeLimit(.minutes(2)))
struct PriceExamplesTests {
    static let workedExamples = [
        PricedCall(
            "OpenAI, cached input inside the prompt", "openai/gpt-5", prompt: 2000, read: 1500, output: 700,
            usd: "0.0078125"),
        PricedCall(
            "OpenAI, cache write", "openai/gpt-5.6-sol", prompt: 4000, write: 3900, output: 50, usd: "0.0209"),
        PricedCall(
            "OpenAI, cache write before the price cut", "openai/gpt-5.6-sol", prompt: 4000, write: 3900, output: 50,
            at: "2026-08-20", usd: "0.026375"),
        PricedCall(
            "Anthropic, cache read and write", "anthropic/claude-sonnet-4-5", prompt: 6820, read: 6000, write: 800,
            output: 250, usd: "0.00861"),
        PricedCall(
            "Anthropic, one token over the cliff", "anthropic/claude-haiku-5-5", prompt: 100_001, read: 80_000,
            output: 2000, usd: "0.0190005"),
        PricedCall(
            "Anthropic, at the cliff", "anthropic/claude-haiku-5-5", prompt: 100_000, read: 80_000, output: 2000,
            usd: "0.0038"),
        PricedCall(
            "Gemini, tool prompt and thoughts", "gemini/gemini-2.5-pro", prompt: 500, output: 1200, reasoning: 900,
            usd: "0.012625"),
        PricedCall(
            "Groq, cached input", "groq/openai/gpt-oss-120b", prompt: 1512, read: 512, output: 300, usd: "0.0003684"),
        PricedCall(
            "xAI chat, reasoning added", "xai/grok-4-fast", prompt: 1000, read: 400, output: 400, reasoning: 310,
            usd: "0.00034"),
        PricedCall(
            "xAI responses, three searches", "xai/grok-4.3", prompt: 4000, read: 3000, output: 500, searches: 3,
            usd: "0.0181"),
    ]

    static let tiers = [
        PricedCall(
            "OpenAI at 272,000", "openai/gpt-5.4", prompt: 272_000, output: 1000, usd: "0.695"),
        PricedCall(
            "OpenAI beyond 272,000: all input twice, output 1.5 times", "openai/gpt-5.4", prompt: 272_001, read: 1,
            output: 1000, usd: "1.3825005"),
        PricedCall("Gemini Pro at 200,000", "gemini/gemini-2.5-pro", prompt: 200_000, output: 1000, usd: "0.26"),
        PricedCall(
            "Gemini Pro beyond 200,000", "gemini/gemini-2.5-pro", prompt: 200_001, output: 1000, usd: "0.5150025"),
        PricedCall("xAI below 200,000", "xai/grok-4.3", prompt: 199_999, output: 1000, usd: "0.25249875"),
        PricedCall("xAI at 200,000: the threshold counts", "xai/grok-4.3", prompt: 200_000, output: 1000, usd: "0.505"),
        PricedCall(
            "Claude Sonnet 4.6 is flat up to a million", "anthropic/claude-sonnet-4-6", prompt: 900_000, output: 1000,
            usd: "2.715"),
        PricedCall(
            "Sonnet 4.5 has no tier left", "anthropic/claude-sonnet-4-5", prompt: 200_001, output: 0, usd: "0.600003"),
    ]

    static let caches = [
        PricedCall(
            "Opus 5.5 reads at 0.05", "anthropic/claude-opus-5-5", prompt: 1_000_000, read: 1_000_000, output: 0,
            usd: "0.2"),
        PricedCall(
            "Fable 5.1 reads at 0.025", "anthropic/claude-fable-5-1", prompt: 1_000_000, read: 1_000_000, output: 0,
            usd: "0.25"),
        PricedCall(
            "gpt-6.1-sol reads at 0.05", "openai/gpt-6.1-sol", prompt: 100_000, read: 100_000, output: 0, usd: "0.01"),
        PricedCall("gpt-4.1 reads at 0.25", "openai/gpt-4.1", prompt: 100_000, read: 100_000, output: 0, usd: "0.05"),
        PricedCall("gpt-4o reads at 0.5", "openai/gpt-4o", prompt: 100_000, read: 100_000, output: 0, usd: "0.125"),
        PricedCall(
            "an hour's cache write is twice the input", "anthropic/claude-opus-5", prompt: 2000, write: 1000,
            write1h: 1000, output: 0, usd: "0.01625"),
        PricedCall(
            "a twelve hour cache write is 2.5 times the input", "openai/gpt-5.6-sol", prompt: 1000, write: 1000,
            output: 0, given: ["cache_ttl": "12h"], usd: "0.01"),
        PricedCall(
            "before GPT-5.6 a cache write is plain input", "openai/gpt-5", prompt: 1000, write: 1000, output: 0,
            usd: "0.00125"),
        PricedCall(
            "no cached price means the input price", "groq/qwen/qwen3-32b", prompt: 1000, read: 400, output: 0,
            usd: "0.00029"),
    ]

    static let multipliers = [
        PricedCall(
            "OpenAI batch is half", "openai/gpt-5", prompt: 1000, output: 1000, given: ["processing": "batch"],
            usd: "0.005625"),
        PricedCall(
            "Anthropic batch halves cache prices too", "anthropic/claude-sonnet-4-5", prompt: 3000, read: 1000,
            write: 1000, output: 0, given: ["processing": "batch"], usd: "0.003525"),
        PricedCall(
            "Anthropic says batch in the answer", "anthropic/claude-sonnet-4-5", prompt: 1000, output: 0,
            stated: ["service_tier": "batch"], usd: "0.0015"),
        PricedCall(
            "Gemini 2.5 batch keeps the cached price", "gemini/gemini-2.5-pro", prompt: 2000, read: 1000, output: 0,
            given: ["processing": "batch"], usd: "0.00075"),
        PricedCall(
            "xAI batch is a fifth off", "xai/grok-4.3", prompt: 1000, read: 500, output: 100,
            given: ["processing": "batch"], usd: "0.00078"),
        PricedCall(
            "Groq batch does not stack with caching", "groq/openai/gpt-oss-120b", prompt: 1000, read: 500, output: 0,
            given: ["processing": "batch"], usd: "0.000075"),
        PricedCall(
            "flex is half", "openai/gpt-5.5", prompt: 1000, output: 1000, stated: ["service_tier": "flex"],
            usd: "0.0175"),
        PricedCall(
            "priority at gpt-5.5 is 2.5 times", "openai/gpt-5.5", prompt: 1000, output: 1000,
            stated: ["service_tier": "priority"], usd: "0.0875"),
        PricedCall(
            "priority at gpt-4o is 1.7 times", "openai/gpt-4o", prompt: 1000, output: 1000,
            stated: ["service_tier": "priority"], usd: "0.02125"),
        PricedCall(
            "fast is priority by another name", "openai/gpt-5.1", prompt: 1000, output: 1000,
            stated: ["service_tier": "fast"], usd: "0.0225"),
        PricedCall(
            "ultrafast at astra is six times", "openai/gpt-6-astra", prompt: 1000, output: 1000,
            stated: ["service_tier": "ultrafast"], usd: "0.36"),
        PricedCall(
            "auto served as default is the list price", "openai/gpt-5", prompt: 1000, output: 1000,
            stated: ["service_tier": "default"], given: ["service_tier": "priority"], usd: "0.01125"),
        PricedCall(
            "Groq's flex costs what on demand does", "groq/openai/gpt-oss-120b", prompt: 1000, output: 0,
            stated: ["service_tier": "flex"], usd: "0.00015"),
        PricedCall(
            "Anthropic inference in the US is 1.1 times", "anthropic/claude-opus-5", prompt: 1000, output: 1000,
            stated: ["inference_geo": "us"], usd: "0.033"),
        PricedCall(
            "global inference is not", "anthropic/claude-opus-5", prompt: 1000, output: 1000,
            stated: ["inference_geo": "global"], usd: "0.03"),
        PricedCall(
            "fast mode is twice", "anthropic/claude-opus-5-5", prompt: 1000, output: 1000, stated: ["speed": "fast"],
            usd: "0.048"),
        PricedCall(
            "fast and US multiply", "anthropic/claude-fable-5-2", prompt: 1000, output: 1000,
            stated: ["speed": "fast", "inference_geo": "us"], usd: "0.1056"),
        PricedCall(
            "an OpenAI residency endpoint is 1.1 times", "openai/gpt-5.4-mini", prompt: 1000, output: 1000,
            given: ["region": "eu"], usd: "0.005775"),
        PricedCall(
            "before GPT-5.4 residency costs nothing", "openai/gpt-5.2", prompt: 1000, output: 1000,
            given: ["region": "eu"], usd: "0.01575"),
        PricedCall(
            "Google flex is half", "gemini/gemini-3.8-flash", prompt: 1000, output: 1000,
            stated: ["service_tier": "flex"], usd: "0.00225"),
        PricedCall(
            "Google priority is 1.8 times", "gemini/gemini-2.5-pro", prompt: 1000, output: 1000,
            stated: ["service_tier": "priority"], usd: "0.02025"),
        PricedCall(
            "a tier and a service tier meet", "gemini/gemini-3.1-pro-preview", prompt: 300_000, output: 1000,
            stated: ["service_tier": "priority"], usd: "2.1924"),
    ]

    static let dates = [
        PricedCall(
            "argon until November", "gemini/gemini-4-argon", prompt: 1000, output: 1000, at: "2026-11-30", usd: "0.012"),
        PricedCall(
            "argon doubles in December", "gemini/gemini-4-argon", prompt: 1000, output: 1000, at: "2026-12-01",
            usd: "0.024"),
        PricedCall(
            "3.6 flash until 2026", "gemini/gemini-3.6-flash", prompt: 1000, output: 1000, at: "2026-12-31",
            usd: "0.0045"),
        PricedCall(
            "3.6 flash from 2027", "gemini/gemini-3.6-flash", prompt: 1000, output: 1000, at: "2027-01-01", usd: "0.009"
        ),
        PricedCall(
            "3.7 flash batch from 2027", "gemini/gemini-3.7-flash", prompt: 1000, output: 1000,
            given: ["processing": "batch"], at: "2027-01-01", usd: "0.0045"),
        PricedCall(
            "terra in July", "openai/gpt-5.6-terra", prompt: 1000, output: 1000, at: "2026-07-29", usd: "0.0175"),
        PricedCall(
            "terra after the cut", "openai/gpt-5.6-terra", prompt: 1000, output: 1000, at: "2026-07-30", usd: "0.014"),
        PricedCall("luna in July", "openai/gpt-5.6-luna", prompt: 1000, output: 1000, at: "2026-07-29", usd: "0.007"),
        PricedCall(
            "o3 before the cut, nothing off for cached", "openai/o3", prompt: 1000, read: 500, output: 1000,
            at: "2025-06-09", usd: "0.05"),
        PricedCall(
            "o3 after the cut", "openai/o3", prompt: 1000, read: 500, output: 1000, at: "2025-06-10", usd: "0.00925"),
        PricedCall(
            "grok-code-fast-1 as billed in 2025", "xai/grok-code-fast-1", prompt: 1000, read: 500, output: 1000,
            at: "2025-12-01", usd: "0.00161"),
        PricedCall(
            "grok-code-fast-1 as an alias", "xai/grok-code-fast-1", prompt: 1000, read: 500, output: 1000, usd: "0.0026"
        ),
    ]

    static let fees = [
        PricedCall("Anthropic search", "anthropic/claude-haiku-4-5", prompt: 0, output: 0, searches: 2, usd: "0.02"),
        PricedCall("OpenAI search", "openai/gpt-5", prompt: 0, output: 0, searches: 1, usd: "0.01"),
        PricedCall("gpt-4.1 search", "openai/gpt-4.1", prompt: 0, output: 0, searches: 2, usd: "0.05"),
        PricedCall("Gemini 3 per query", "gemini/gemini-3.5-flash", prompt: 0, output: 0, searches: 3, usd: "0.042"),
        PricedCall(
            "Gemini 2.5 per grounded prompt", "gemini/gemini-2.5-flash", prompt: 0, output: 0, searches: 3, usd: "0.035"
        ),
        PricedCall("xAI search", "xai/grok-4.3", prompt: 0, output: 0, searches: 1, usd: "0.005"),
        PricedCall("Groq search", "groq/openai/gpt-oss-20b", prompt: 0, output: 0, searches: 1, usd: "0.005"),
        PricedCall(
            "a fee is not multiplied", "anthropic/claude-opus-5", prompt: 1000, output: 0, searches: 1,
            stated: ["speed": "fast", "inference_geo": "us"], usd: "0.021"),
        PricedCall(
            "batch searches cost the same", "anthropic/claude-haiku-4-5", prompt: 0, output: 0, searches: 1,
            given: ["processing": "batch"], usd: "0.01"),
    ]

    static let names = [
        PricedCall("a dated snapshot", "openai/gpt-5-2025-08-07", prompt: 1000, output: 0, usd: "0.00125"),
        PricedCall("Anthropic's date", "anthropic/claude-sonnet-4-5-20250929", prompt: 1000, output: 0, usd: "0.003"),
        PricedCall("a snapshot with its own price", "openai/gpt-4o-2024-05-13", prompt: 1000, output: 0, usd: "0.005"),
        PricedCall("Gemini's resource name", "gemini/models/gemini-2.5-pro", prompt: 1000, output: 0, usd: "0.00125"),
        PricedCall("an alias", "xai/grok-4-fast-reasoning", prompt: 1000, output: 0, usd: "0.0002"),
        PricedCall("latest", "xai/grok-4.5-latest", prompt: 1000, output: 0, usd: "0.002"),
        PricedCall("a retired model", "groq/llama-3.3-70b-versatile", prompt: 1000, output: 1000, usd: "0.00138"),
    ]

    @Test(
        "a call costs what it costs by hand",
        arguments: workedExamples + tiers + caches + multipliers + dates + fees + names)
    func costs(call: PricedCall) throws {
        let quote = try call.quote()
        #expect(quote.usd?.description == call.usd, "\(quote)")
        #expect(quote.unknownBecause == nil)
        #expect(quote.asOf != nil)
        #expect(quote.source?.isEmpty == false)
    }

    @Test("lines say what was charged and add up")
    func lines() throws {
        let quote = try #require(Self.workedExamples.first).quote()
        #expect(quote.lines.map(\.what) == ["input", "cached_input", "output"])
        #expect(quote.lines.map(\.count) == [500, 1500, 700])
        #expect(quote.lines.map(\.exact.description) == ["0.000625", "0.0001875", "0.007"])
        #expect(quote.usd == USD("0.0078125") && quote.billed == nil && quote.asOf == "2026-11-22")
    }
}
