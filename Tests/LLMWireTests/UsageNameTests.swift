import LLMCore
import Testing

@testable import LLMWire

@Suite("Usage under other names and in other places", .timeLimit(.minutes(1)))
struct UsageNameTests {
    private static let cacheReads = [
        "prompt_tokens_details.cached_tokens", "prompt_tokens_details.cache_read_input_tokens",
        "prompt_tokens_details.cache_read_tokens", "input_tokens_details.cached_tokens",
        "input_token_details.cache_read",
        "prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens", "cached_input_tokens",
        "num_cached_tokens", "cached_content_token_count", "cachedContentTokenCount", "cacheReadInputTokens",
    ]

    /// `12` at the end of a path of member names.
    private static func member(_ path: String, _ value: String) -> String {
        path.split(separator: ".").reversed().reduce(value) { inner, name in
            inner == value ? #""\#(name)":\#(inner)"# : #""\#(name)":{\#(inner)}"#
        }
    }

    @Test("cached tokens are found under any of their names", arguments: cacheReads)
    func cacheRead(path: String) throws {
        for zero in ["", #","prompt_cache_hit_tokens":0"#] where path != "prompt_cache_hit_tokens" || zero.isEmpty {
            let text = #"{"prompt_tokens":40,"completion_tokens":5,\#(Self.member(path, "30"))\#(zero)}"#
            let tokens = try Samples.usage(text, .openai, .generic)?.tokens
            #expect(tokens == TokenUsage(promptTokens: 40, cacheReadTokens: 30, outputTokens: 5), "\(text)")
        }
    }

    @Test(
        "reasoning is found under any of its names, inside or outside the output as the total tells",
        arguments: [
            "completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens",
            "output_token_details.reasoning", "reasoning_tokens", "thinking_tokens", "reasoningTokens",
        ])
    func reasoning(path: String) throws {
        for (total, output) in [(50, 10), (57, 17)] {
            let text =
                #"{"prompt_tokens":40,"completion_tokens":10,"total_tokens":\#(total),\#(Self.member(path, "7"))}"#
            let tokens = try Samples.usage(text, .openai, .generic)?.tokens
            #expect(tokens?.outputTokens == output && tokens?.reasoningTokens == 7, "\(text)")
        }
    }

    @Test("a cache counted beside the prompt is added to it where the total says so")
    func cacheBeside() throws {
        let counts = #""prompt_tokens":10,"completion_tokens":5,"cache_read_input_tokens":3000"#
        let beside = try Samples.usage("{\(counts),\"total_tokens\":3015}", .openai, .generic)?.tokens
        #expect(beside == TokenUsage(promptTokens: 3_010, cacheReadTokens: 3_000, outputTokens: 5))
        #expect(try Samples.usage("{\(counts),\"total_tokens\":15}", .openai, .generic)?.tokens == TokenUsage())
    }

    @Test(
        "counts are read as whole numbers in any spelling",
        arguments: ["12", "12.0", "1.2e1"])
    func spellings(value: String) throws {
        let text = #"{"prompt_tokens":\#(value),"completion_tokens":\#(value),"total_tokens":24}"#
        let tokens = try Samples.usage(text, .openai, .generic)?.tokens
        #expect(tokens == TokenUsage(promptTokens: 12, outputTokens: 12))
        let gemini = #"{"promptTokenCount":\#(value),"candidatesTokenCount":\#(value)}"#
        #expect(try Samples.usage(gemini, .gemini, .gemini)?.tokens.promptTokens == 12)
    }

    @Test(
        "absurd counts leave all of them unknown",
        arguments: ["-5", "1.5", "1e30", "99999999999999999999"])
    func absurd(value: String) throws {
        let text = #"{"prompt_tokens":\#(value),"completion_tokens":5}"#
        #expect(try Samples.usage(text, .openai, .generic)?.tokens == TokenUsage())
    }

    @Test(
        "a count in words or in quotes is unknown alone",
        arguments: [#""many""#, #""12""#, "\"\"", "null", "true", "[]"])
    func worded(value: String) throws {
        let text = #"{"prompt_tokens":\#(value),"completion_tokens":5}"#
        #expect(try Samples.usage(text, .openai, .generic)?.tokens == TokenUsage(outputTokens: 5))
    }

    @Test("camel case is read in a chat's usage")
    func camelCase() throws {
        for (prompt, output) in [("promptTokens", "completionTokens"), ("inputTokens", "outputTokens")] {
            let tokens = try Samples.usage(#"{"\#(prompt)":4,"\#(output)":5}"#, .openai, .generic)?.tokens
            #expect(tokens == TokenUsage(promptTokens: 4, outputTokens: 5))
        }
    }

    @Test(
        "what the server billed is read from any of its names, in dollars and cents, as number and text",
        arguments: [
            (#""total_cost":0.25"#, USD("0.25")), (#""total_cost":"0.25""#, USD("0.25")),
            (#""cost_usd":0.25"#, USD("0.25")), (#""estimated_cost":2.5e-1"#, USD("0.25")),
            (#""cost":"$0.25""#, USD("0.25")), (#""cost_in_cents":25"#, USD("0.25")),
            (#""cost_cents":"25.0""#, USD("0.25")), (#""cost":{"total":0.25}"#, USD("0.25")),
            (#""cost":{"amount":"0.25","currency":"USD"}"#, USD("0.25")),
            (#""cost_details":{"total_cost":0.25}"#, USD("0.25")),
            (#""cost":null,"total_cost":0.25"#, USD("0.25")), (#""cost":0,"total_cost":0.25"#, USD("0.25")),
            (#""cost":{"amount":0.25,"currency":"EUR"}"#, nil), (#""cost":"-0.25""#, nil), (#""cost":"free""#, nil),
            (#""cost_in_cents":-1"#, nil), (#""cost":"""#, nil), (#""total_cost":{}"#, nil),
        ])
    func billed(members: String, amount: USD?) throws {
        let text = #"{"prompt_tokens":10,"completion_tokens":2,\#(members)}"#
        #expect(try Samples.usage(text, .openai, .generic)?.billed == amount)
    }

    private static let usage = #"{"prompt_tokens":8,"completion_tokens":3,"total_tokens":11}"#

    @Test(
        "usage is found wherever a chat's server puts it, streamed and whole",
        arguments: [
            ("", #","usage":U"#), ("", #","usage":null,"x_groq":{"usage":U}"#), ("", #","token_usage":U"#),
            (#","usage":U"#, ""), (#","usage":U"#, #","usage":null"#), (#","usage":U"#, #","usage":{}"#),
        ])
    func places(inChoice: String, inBody: String) {
        let choice = inChoice.replacing("U", with: Self.usage)
        let rest = inBody.replacing("U", with: Self.usage)
        for streaming in [true, false] {
            let name = streaming ? "delta" : "message"
            let body =
                #"{"id":"c","model":"m","choices":[{"index":0,"\#(name)":{"content":"Hi"},"finish_reason":"stop"\#(choice)}]\#(rest)}"#
            let text = streaming ? Samples.sse([body, "[DONE]"]) : body
            let answer = Decoded(text, dialect: .openai, quirks: .generic, streaming: streaming).answer
            #expect(answer.usage?.tokens == TokenUsage(promptTokens: 8, outputTokens: 3), "\(body)")
        }
    }

    @Test("usage inside the message or its delta is read", arguments: [true, false])
    func insideMessage(streaming: Bool) {
        let name = streaming ? "delta" : "message"
        let body =
            #"{"id":"c","model":"m","choices":[{"index":0,"\#(name)":{"content":"Hi","usage":\#(Self.usage)},"finish_reason":"stop"}]}"#
        let text = streaming ? Samples.sse([body, "[DONE]"]) : body
        let answer = Decoded(text, dialect: .openai, quirks: .generic, streaming: streaming).answer
        #expect(answer.usage?.tokens.outputTokens == 3)
    }

    @Test("of counts in every chunk the last is the sum, and a null behind it takes nothing away")
    func cumulative() {
        func chunk(_ text: String, _ output: Int) -> String {
            Samples.chunk(
                #"{"content":"\#(text)"}"#, rest: #","usage":{"prompt_tokens":8,"completion_tokens":\#(output)}"#)
        }
        let body = Samples.sse([
            chunk("Hi", 1), chunk(" you", 2), chunk(" there", 3),
            Samples.chunk("{}", finish: "stop", rest: #","usage":null"#), "[DONE]",
        ])
        let answer = Decoded(body, dialect: .openai, quirks: .generic).answer
        #expect(answer.usage?.tokens == TokenUsage(promptTokens: 8, outputTokens: 3))
    }
}
