import LLMCore
import Testing

@Suite("Reading LiteLLM's price table", .timeLimit(.minutes(2)))
struct LiteLLMPricesTests {
    private let table = """
        {
          "sample_spec": {"litellm_provider": "one of ...", "input_cost_per_token": 0.0},
          "gpt-5.4": {"litellm_provider": "openai", "mode": "chat", "max_input_tokens": 1050000, "max_output_tokens": 128000,
            "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 2.5e-07,
            "input_cost_per_token_above_272k_tokens": 5e-06, "output_cost_per_token_above_272k_tokens": 2.25e-05,
            "input_cost_per_token_batches": 1.25e-06, "output_cost_per_token_batches": 7.5e-06,
            "input_cost_per_token_priority": 5e-06, "output_cost_per_token_priority": 3e-05,
            "regional_processing_uplift_multiplier_eu": 1.1, "supports_reasoning": true,
            "search_context_cost_per_query": {"search_context_size_medium": 0.01}},
          "xai/grok-4.3": {"litellm_provider": "xai", "mode": "chat", "input_cost_per_token": 1.25e-06,
            "output_cost_per_token": 2.5e-06, "input_cost_per_token_above_200k_tokens": 2.5e-06,
            "output_cost_per_token_above_200k_tokens": 5e-06},
          "groq/openai/gpt-oss-120b": {"litellm_provider": "groq", "mode": "chat", "input_cost_per_token": 1.5e-07,
            "output_cost_per_token": 6e-07},
          "claude-opus-5": {"litellm_provider": "anthropic", "mode": "chat", "input_cost_per_token": 5e-06,
            "output_cost_per_token": 2.5e-05, "cache_creation_input_token_cost": 6.25e-06,
            "cache_creation_input_token_cost_above_1hr": 1e-05, "provider_specific_entry": {"us": 1.1, "fast": 2.0}},
          "whisper": {"litellm_provider": "openai", "mode": "audio_transcription"},
          "free-of-price": {"litellm_provider": "openai", "mode": "chat"},
          "bedrock/x": {"litellm_provider": "bedrock", "mode": "chat", "input_cost_per_token": 1e-06,
            "output_cost_per_token": 1e-06},
          "odd": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06,
            "output_cost_per_reasoning_token": 3e-06}
        }
        """

    private func read() throws -> LiteLLMPrices.Import {
        let day = try #require(CalendarDay("2026-11-22"))
        return try LiteLLMPrices.read(table.utf8, asOf: day, source: "litellm 1.109.1")
    }

    @Test("models we can price come over, the rest is counted by reason")
    func counts() throws {
        let result = try read()
        #expect(
            result.models.map(\.model.description) == [
                "anthropic/claude-opus-5", "groq/openai/gpt-oss-120b", "openai/gpt-5.4", "xai/grok-4.3",
            ])
        #expect(
            result.skipped == [
                "not a text model": 1, "no price per token": 1, "provider not asked for": 1,
                "reasoning has a price of its own": 1,
            ])
    }

    @Test("imported prices cost what ours do")
    func sameCosts() throws {
        let result = try read()
        let book = PriceBook(PriceFile(version: "x", models: result.models))
        for call in PriceExamplesTests.tiers + PriceExamplesTests.multipliers {
            let quote = try call.quote(in: book)
            guard ["openai/gpt-5.4", "xai/grok-4.3", "anthropic/claude-opus-5"].contains(call.model),
                quote.known
            else { continue }
            // The excerpt leaves out the cached price beyond the threshold, which then is the input price.
            let expected = call.model == "openai/gpt-5.4" && call.tokens.cacheReadTokens == 1 ? "1.382505" : call.usd
            #expect(quote.usd?.description == expected, "\(call.name)")
        }
        #expect(result.models.allSatisfy { $0.asOf == "2026-11-22" && $0.sources == ["litellm 1.109.1"] })
    }

    @Test("an undated table holds from the day it was read; days before and announced changes stay")
    func undated() throws {
        let argon = ModelID(provider: "gemini", name: "gemini-4-argon")
        let sol = ModelID(provider: "openai", name: "gpt-5.6-sol")
        let rates = TokenRates(input: ExactDecimal(7), output: ExactDecimal(7))
        let prices = [argon, sol, ModelID(provider: "openai", name: "new")].map { model in
            ModelPrice(
                model: model, asOf: "2026-11-22", sources: ["x"],
                periods: [PricePeriod(rates: [PriceRate(tokens: rates)])])
        }
        let book = PriceBook.builtIn.importing(prices)
        func input(_ model: ModelID, _ day: String) throws -> String? {
            let at = try #require(CalendarDay(day)).microseconds
            return book.price(of: model)?.listRates(at: at)?.input.description
        }
        #expect(try input(argon, "2026-11-21") == "2")
        #expect(try input(argon, "2026-11-22") == "7")
        #expect(try input(argon, "2026-12-01") == "4")
        #expect(try input(sol, "2026-08-20") == "5")
        #expect(try input(sol, "2026-11-21") == "4")
        #expect(try input(sol, "2027-11-21") == "7")
        #expect(try input(ModelID(provider: "openai", name: "new"), "2020-01-01") == "7")
        #expect(book.price(of: argon)?.contextWindow == 1_048_576)
    }

    @Test("all providers can be taken, under LiteLLM's names")
    func allProviders() throws {
        let day = try #require(CalendarDay("2026-11-22"))
        let result = try LiteLLMPrices.read(table.utf8, providers: nil, asOf: day, source: "x")
        #expect(result.models.contains { $0.model.description == "bedrock/x" })
        #expect(result.skipped["provider not asked for"] == nil)
    }

    @Test("what is not the layout is refused", arguments: ["[]", "{}", #"{"a": 1}"#, "{"])
    func refused(text: String) throws {
        let day = try #require(CalendarDay("2026-11-22"))
        #expect(throws: PriceFileError.self) {
            try LiteLLMPrices.read(text.utf8, asOf: day, source: "x")
        }
    }
}
