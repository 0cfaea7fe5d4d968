import LLMCore
import Testing

@testable import LLMProviders

@Suite("Usage documents and what they cost", .timeLimit(.minutes(2)))
struct UsageDocumentTests {
    private static let now: Int64 = 1_795_305_600_000_000  // 2026-11-22

    /// Provider, model, document, cost.
    static let documents: [(String, ProviderID, String, String, String)] = [
        (
            "OpenAI chat", "openai", "gpt-5",
            #"{"prompt_tokens":2000,"completion_tokens":700,"total_tokens":2700,"prompt_tokens_details":{"cached_tokens":1500},"completion_tokens_details":{"reasoning_tokens":600}}"#,
            "0.0078125"
        ),
        (
            "OpenAI responses, body", "openai", "gpt-5.6-sol",
            #"{"service_tier":"default","usage":{"input_tokens":4000,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":3900},"output_tokens":50,"total_tokens":4050}}"#,
            "0.0209"
        ),
        (
            "Anthropic", "anthropic", "claude-sonnet-4-5",
            #"{"input_tokens":20,"cache_read_input_tokens":6000,"cache_creation_input_tokens":800,"output_tokens":250}"#,
            "0.00861"
        ),
        (
            "Anthropic in OpenAI's shape", "anthropic", "claude-sonnet-4-5",
            #"{"prompt_tokens":6820,"completion_tokens":250,"total_tokens":7070,"cache_read_input_tokens":6000,"cache_creation_input_tokens":800}"#,
            "0.00861"
        ),
        (
            "Anthropic at one token over", "anthropic", "claude-haiku-5-5",
            #"{"input_tokens":20001,"cache_read_input_tokens":80000,"output_tokens":2000}"#, "0.0190005"
        ),
        (
            "Anthropic, US and fast, body", "anthropic", "claude-opus-5",
            #"{"usage":{"input_tokens":1000,"output_tokens":1000,"inference_geo":"us","speed":"fast","service_tier":"standard"}}"#,
            "0.066"
        ),
        (
            "Anthropic, search", "anthropic", "claude-haiku-4-5",
            #"{"input_tokens":1000,"output_tokens":0,"server_tool_use":{"web_search_requests":2}}"#, "0.021"
        ),
        (
            "Anthropic, an hour's cache", "anthropic", "claude-opus-5",
            #"{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":2000,"cache_creation":{"ephemeral_5m_input_tokens":1000,"ephemeral_1h_input_tokens":1000}}"#,
            "0.01625"
        ),
        (
            "Anthropic, turns with an advisor", "anthropic", "claude-haiku-5-5",
            #"{"input_tokens":150000,"output_tokens":1000,"server_tool_use":{"web_search_requests":1},"iterations":[{"type":"message","input_tokens":70000,"output_tokens":500},{"type":"message","input_tokens":80000,"output_tokens":500},{"type":"advisor_message","model":"claude-opus-5","input_tokens":1000,"output_tokens":100}]}"#,
            "0.033"
        ),
        (
            "Gemini, body", "gemini", "gemini-2.5-pro",
            #"{"candidates":[],"usageMetadata":{"promptTokenCount":400,"toolUsePromptTokenCount":100,"candidatesTokenCount":300,"thoughtsTokenCount":900,"totalTokenCount":1700}}"#,
            "0.012625"
        ),
        (
            "Gemini, OpenAI's face", "gemini", "gemini-2.5-pro",
            #"{"prompt_tokens":500,"completion_tokens":1200,"total_tokens":1700}"#, "0.012625"
        ),
        (
            "Groq", "groq", "openai/gpt-oss-120b",
            #"{"queue_time":0.1,"prompt_tokens":1512,"completion_tokens":300,"total_tokens":1812,"prompt_tokens_details":{"cached_tokens":512},"completion_tokens_details":{"reasoning_tokens":200}}"#,
            "0.0003684"
        ),
        (
            "xAI chat", "xai", "grok-4-fast",
            #"{"prompt_tokens":1000,"completion_tokens":90,"total_tokens":1400,"prompt_tokens_details":{"cached_tokens":400,"text_tokens":1000},"completion_tokens_details":{"reasoning_tokens":310},"cost_in_usd_ticks":3400000}"#,
            "0.00034"
        ),
        (
            "xAI responses with searches", "xai", "grok-4.3",
            #"{"input_tokens":4000,"output_tokens":500,"total_tokens":4500,"input_tokens_details":{"cached_tokens":3000},"output_tokens_details":{"reasoning_tokens":100},"server_side_tool_usage_details":{"web_search_calls":3}}"#,
            "0.0181"
        ),
        ("llama.cpp", "local", "ai/smollm3", #"{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}"#, "0"),
        (
            "flex, in the body", "openai", "gpt-5.5",
            #"{"service_tier":"flex","usage":{"prompt_tokens":1000,"completion_tokens":1000,"total_tokens":2000}}"#,
            "0.0175"
        ),
    ]

    @Test("a provider's own usage costs what it costs by hand", arguments: documents)
    func cost(name: String, provider: ProviderID, model: String, text: String, usd: String) throws {
        let row = try #require(ProviderCatalogue.builtIn.row(provider))
        let usage = try #require(UsageDocument.read(try JSONValue.parse(text), row: row))
        let quote = PriceBook.builtIn.quote(model: ModelID(provider: provider, name: model), usage: usage, at: Self.now)
        #expect(quote.usd?.description == usd, "\(quote)")
        if name == "xAI chat" { #expect(quote.billed == quote.usd) }
    }

    @Test("a contradictory usage is unknown, not cheap")
    func contradictory() throws {
        let row = try #require(ProviderCatalogue.builtIn.row("openai"))
        let text = #"{"prompt_tokens":100,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":200}}"#
        let usage = try #require(UsageDocument.read(try JSONValue.parse(text), row: row))
        let quote = PriceBook.builtIn.quote(
            model: ModelID(provider: "openai", name: "gpt-5"), usage: usage, at: Self.now)
        #expect(!quote.known)
    }

    @Test("what is no usage is nil", arguments: ["{}", "[]", "1", #"{"usage": null}"#, #"{"choices": []}"#])
    func noUsage(text: String) throws {
        let row = try #require(ProviderCatalogue.builtIn.row("openai"))
        #expect(UsageDocument.read(try JSONValue.parse(text), row: row) == nil)
    }
}
