import LLMCore
import Testing

@testable import LLMWire

@Suite("Usage in one form", .timeLimit(.minutes(2)))
struct UsageTests {
    @Test("unknown stays unknown: a count that is not given is nil, never zero")
    func unknown() throws {
        let tokens = try #require(try Samples.usage(#"{"prompt_tokens":5}"#, .openai, .openai)).tokens
        #expect(tokens == TokenUsage(promptTokens: 5))
        let anthropic = try #require(try Samples.usage(#"{"output_tokens":5}"#, .anthropic, .anthropic)).tokens
        #expect(anthropic == TokenUsage(outputTokens: 5))
    }

    @Test("what holds no counts is no usage", arguments: ["null", "{}", "[]", "7", #"{"cost":1}"#, #"{"created":1}"#])
    func noUsage(text: String) throws {
        for dialect in WireDialect.allCases { #expect(try Samples.usage(text, dialect, .generic) == nil) }
    }

    @Test(
        "a usage that contradicts itself keeps its raw form and says nothing",
        arguments: [
            #"{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":11}}"#,
            #"{"prompt_tokens":-1,"completion_tokens":5}"#, #"{"prompt_tokens":1.5,"completion_tokens":5}"#,
            #"{"prompt_tokens":99999999999999999999,"completion_tokens":5}"#,
            #"{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807}"#,
        ])
    func contradiction(text: String) throws {
        let reading = try #require(try Samples.usage(text, .openai, .openai))
        #expect(reading.tokens == TokenUsage())
        #expect(reading.raw == (try JSONValue.parse(text)))
    }

    @Test("more reasoning than output leaves the reasoning unknown and the output as it is billed")
    func reasoningAboveOutput() throws {
        let text =
            #"{"prompt_tokens":43,"completion_tokens":10,"total_tokens":53,"completion_tokens_details":{"reasoning_tokens":11}}"#
        let tokens = try #require(try Samples.usage(text, .openai, .generic)).tokens
        #expect(tokens.outputTokens == 10)
        #expect(tokens.reasoningTokens == nil)
    }

    @Test("Anthropic's cache writes are split by how long they are kept")
    func cacheWrites() throws {
        let text =
            #"{"input_tokens":1,"cache_creation_input_tokens":900,"cache_creation":{"ephemeral_5m_input_tokens":700,"ephemeral_1h_input_tokens":200},"output_tokens":2}"#
        let tokens = try #require(try Samples.usage(text, .anthropic, .anthropic)).tokens
        #expect(tokens.cacheWriteTokens == 700)
        #expect(tokens.cacheWrite1hTokens == 200)
        #expect(tokens.promptTokens == 901)
    }

    @Test("OpenAI's cache writes, DeepSeek's and gateways' cache fields are read from a chat usage")
    func chatCaches() throws {
        let openai = try Samples.usage(
            #"{"prompt_tokens":4000,"completion_tokens":5,"prompt_tokens_details":{"cache_write_tokens":3900}}"#,
            .openai, .openai)
        #expect(openai?.tokens.cacheWriteTokens == 3_900)
        let deepseek = try Samples.usage(
            #"{"prompt_tokens":40,"completion_tokens":5,"prompt_cache_hit_tokens":30}"#, .openai, .generic)
        #expect(deepseek?.tokens.cacheReadTokens == 30)
        let gateway = try Samples.usage(
            #"{"prompt_tokens":40,"completion_tokens":5,"cache_read_input_tokens":20,"cache_creation_input_tokens":10}"#,
            .openai, .generic)
        #expect(gateway?.tokens.cacheReadTokens == 20)
        #expect(gateway?.tokens.cacheWriteTokens == 10)
    }

    @Test(
        "Gemini's thoughts are counted once: the total tells whether the candidates hold them",
        arguments: [
            // Beside them, and a total that holds all.
            (
                #"{"promptTokenCount":100,"candidatesTokenCount":900,"thoughtsTokenCount":785,"totalTokenCount":1785}"#,
                1_685
            ),
            // Among them.
            (
                #"{"promptTokenCount":100,"candidatesTokenCount":900,"thoughtsTokenCount":785,"totalTokenCount":1000}"#,
                900
            ),
            (
                #"{"promptTokenCount":70,"toolUsePromptTokenCount":30,"candidatesTokenCount":900,"thoughtsTokenCount":785,"totalTokenCount":1000}"#,
                900
            ),
            // More thoughts than candidates were never among them.
            (
                #"{"promptTokenCount":100,"candidatesTokenCount":10,"thoughtsTokenCount":785,"totalTokenCount":110}"#,
                795
            ),
            // Without a total, or without candidates, as Google documents it.
            (#"{"promptTokenCount":100,"candidatesTokenCount":900,"thoughtsTokenCount":785}"#, 1_685),
            (#"{"promptTokenCount":100,"thoughtsTokenCount":785,"totalTokenCount":885}"#, 785),
        ])
    func thoughts(text: String, output: Int) throws {
        let tokens = try #require(try Samples.usage(text, .gemini, .gemini)).tokens
        #expect(tokens.outputTokens == output)
        #expect(tokens.reasoningTokens == 785)
        #expect(tokens.promptTokens == 100)
    }

    @Test("xAI's ticks are the billed amount, exactly")
    func ticks() throws {
        let text = #"{"prompt_tokens":1000,"completion_tokens":90,"cost_in_usd_ticks":3400000}"#
        #expect(try Samples.usage(text, .openai, .xai)?.billed == USD("0.00034"))
        #expect(try Samples.usage(text, .openai, .openai)?.billed == nil)
    }

    @Test("a whole body gives tier, speed, region and searches beside its usage")
    func bodies() throws {
        func read(_ text: String, _ dialect: WireDialect) throws -> UsageReading? {
            UsageNormalizer.readBody(try JSONValue.parse(text), dialect: dialect, quirks: .groq)
        }
        let chat = try read(#"{"service_tier":"flex","usage":{"prompt_tokens":1,"completion_tokens":2}}"#, .openai)
        #expect(chat?.priceContext == ["service_tier": "flex"])
        let messages = try read(
            #"{"usage":{"input_tokens":1,"output_tokens":2,"service_tier":"standard","inference_geo":"us","speed":"fast","server_tool_use":{"web_search_requests":3}}}"#,
            .anthropic)
        #expect(messages?.priceContext == ["service_tier": "standard", "inference_geo": "us", "speed": "fast"])
        #expect(messages?.tokens.webSearches == 3)
        let responses = try read(
            #"{"output":[{"type":"web_search_call"},{"type":"message"},{"type":"web_search_call"}],"usage":{"input_tokens":1,"output_tokens":2}}"#,
            .openaiResponses)
        #expect(responses?.tokens.webSearches == 2)
        let event = try read(
            #"{"type":"response.completed","response":{"service_tier":"default","usage":{"input_tokens":1,"output_tokens":2}}}"#,
            .openaiResponses)
        #expect(event?.priceContext == ["service_tier": "default"])
        let gemini = try read(
            #"{"candidates":[{"groundingMetadata":{"webSearchQueries":["a","b"]}}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"serviceTier":"standard"}}"#,
            .gemini)
        #expect(gemini?.tokens.webSearches == 2)
        #expect(gemini?.priceContext == ["service_tier": "standard"])
        let hidden = try read(#"{"x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":2}}}"#, .openai)
        #expect(hidden?.tokens.outputTokens == 2)
        #expect(try read(#"{"prompt_tokens":1,"completion_tokens":2}"#, .openai)?.tokens.outputTokens == 2)
        #expect(try read(#"{"id":"x"}"#, .openai) == nil)
    }

    @Test(
        "every recorded usage is read without contradiction, and its total agrees with the wire's",
        .enabled(if: Corpus.isPresent, Corpus.absence))
    func recorded() throws {
        let exchanges = try Corpus.recorded
        var agreed = 0
        for exchange in exchanges where exchange.expect["total_tokens"]?.int != nil {
            let tokens = Decoded(exchange).answer.usage?.tokens
            // A server that counted nothing where it had read something.
            let isUncounted = exchange.expect["input_tokens"]?.int == 0
            #expect((tokens?.promptTokens == nil) == isUncounted && tokens?.outputTokens != nil, "\(exchange.id)")
            let sum = (tokens?.promptTokens ?? 0) + (tokens?.outputTokens ?? 0)
            #expect(sum == exchange.expect["total_tokens"]?.int, "\(exchange.id)")
            agreed += 1
        }
        #expect(agreed > 0)
    }

    @Test("a stream's usage carries the tier it was served with, the last word winning")
    func streamTier() {
        let body = Samples.sse([
            Samples.chunk(#"{"content":"Hi"}"#, rest: #","service_tier":"auto""#), Samples.chunk("{}", finish: "stop"),
            #"{"id":"c1","choices":[],"service_tier":"default","usage":{"prompt_tokens":1,"completion_tokens":2}}"#,
            "[DONE]",
        ])
        #expect(
            Decoded(body, dialect: .openai, quirks: .openai).answer.usage?.priceContext == ["service_tier": "default"])
    }

    @Test("zeros beside a text are unknown, not free", arguments: [(0, nil as Int?), (4, 4)])
    func zeros(tokens: Int, expected: Int?) {
        let usage = #"{"promptTokenCount":\#(tokens),"candidatesTokenCount":0,"totalTokenCount":\#(tokens)}"#
        let chunk =
            #"{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"usageMetadata":\#(usage)}"#
        let answer = Decoded(Samples.sse([chunk]), dialect: .gemini, quirks: .gemini).answer
        #expect(answer.outcome == .ok)
        #expect(answer.usage?.tokens.promptTokens == expected)
        #expect(answer.usage?.tokens.outputTokens == nil)
        #expect(answer.usage?.raw["totalTokenCount"]?.int == tokens)
    }

    @Test(
        "a total below its parts leaves all counts unknown",
        arguments: [
            (WireDialect.openai, #"{"prompt_tokens":30,"completion_tokens":9,"total_tokens":30}"#),
            (.openaiResponses, #"{"input_tokens":30,"output_tokens":9,"total_tokens":31}"#),
            (.gemini, #"{"promptTokenCount":30,"candidatesTokenCount":9,"totalTokenCount":12}"#),
        ])
    func totalBelowParts(dialect: WireDialect, text: String) throws {
        #expect(try Samples.usage(text, dialect, .generic)?.tokens == TokenUsage())
    }

    @Test("a count that comes before the last piece of text is a count so far")
    func placeholder() {
        let early = #"{"id":"c1","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}"#
        let text = Samples.chunk(#"{"content":"Hi"}"#)
        let body = Samples.sse([early, text, Samples.chunk("{}", finish: "stop"), "[DONE]"])
        let tokens = Decoded(body, dialect: .openai, quirks: .generic).answer.usage?.tokens
        #expect(tokens?.promptTokens == 9 && tokens?.outputTokens == nil)
        // One that says nothing does not undo it.
        let empty = #"{"id":"c1","choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"#
        let late = Samples.sse([text, Samples.chunk("{}", finish: "stop"), Samples.chatUsage, empty, "[DONE]"])
        #expect(Decoded(late, dialect: .openai, quirks: .generic).answer.usage?.tokens.outputTokens == 5)
    }

    @Test("usage inside the first choice is read, streamed and whole", arguments: [true, false])
    func usageInsideAChoice(streaming: Bool) throws {
        let usage = #""usage":{"prompt_tokens":8,"completion_tokens":3,"total_tokens":11}"#
        let member = streaming ? "delta" : "message"
        let body =
            #"{"id":"c","model":"m","choices":[{"index":0,"\#(member)":{"content":"Hi"},"finish_reason":"stop",\#(usage)}]}"#
        let decoded = Decoded(
            streaming ? Samples.sse([body]) : body, dialect: .openai, quirks: .generic, streaming: streaming)
        #expect(decoded.answer.usage?.tokens.outputTokens == 3)
    }

    @Test(
        "a cost in dollars that the server reports is what it billed",
        arguments: [
            (#""cost":0.00014"#, USD("0.00014")), (#""cost":1.4e-4"#, USD("0.00014")), (#""cost":0"#, nil),
            (#""cost":null"#, nil), (#""cost":"0.1""#, USD("0.1")), (#""cost":-1"#, nil),
            (#""cost":{"input_tokens_cost":0.1,"total_cost":0.25}"#, USD("0.25")),
            (#""cost":0.001,"is_byok":true,"cost_details":{"upstream_inference_cost":0.02}"#, USD("0.021")),
            (#""cost":0.02,"is_byok":false,"cost_details":{"upstream_inference_cost":0.02}"#, USD("0.02")),
        ])
    func cost(members: String, billed: USD?) throws {
        let text = #"{"prompt_tokens":10,"completion_tokens":2,\#(members)}"#
        #expect(try Samples.usage(text, .openai, .generic)?.billed == billed)
    }

    @Test("an Anthropic stream that ends with no output token has none, whatever its first event held in the place")
    func placeholderOfTheFirstEvent() {
        let body = Samples.sse([
            #"{"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":12,"output_tokens":1}}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"refusal"},"usage":{"input_tokens":0,"output_tokens":0}}"#,
            #"{"type":"message_stop"}"#,
        ])
        let tokens = Decoded(body, dialect: .anthropic, quirks: .anthropic).answer.usage?.tokens
        #expect(tokens?.outputTokens == 0)
        #expect(tokens?.promptTokens == 12)
    }
}
