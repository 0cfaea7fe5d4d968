import LLMCore
import Testing

@testable import LLMWire

@Suite("What a usage does not hold is unknown", .timeLimit(.minutes(1)))
struct UsageUnknownTests {
    /// The same counts as each dialect writes them.
    private static func counts(_ dialect: WireDialect, prompt: Int, output: Int, total: Int) -> String {
        switch dialect {
        case .openai: #"{"prompt_tokens":\#(prompt),"completion_tokens":\#(output),"total_tokens":\#(total)}"#
        case .gemini:
            #"{"promptTokenCount":\#(prompt),"candidatesTokenCount":\#(output),"totalTokenCount":\#(total)}"#
        case .openaiResponses, .anthropic:
            #"{"input_tokens":\#(prompt),"output_tokens":\#(output),"total_tokens":\#(total)}"#
        }
    }

    @Test("a total above all parts leaves them unknown, by however much", arguments: WireDialect.allCases)
    func totalAboveParts(dialect: WireDialect) throws {
        for prompt in [1, 11, 4_000] {
            for rest in [1, 7, 300] {
                let text = Self.counts(dialect, prompt: prompt, output: 7, total: prompt + 7 + rest)
                #expect(try Samples.usage(text, dialect, .generic)?.tokens == TokenUsage(), "\(text)")
            }
            let sum = Self.counts(dialect, prompt: prompt, output: 7, total: prompt + 7)
            #expect(
                try Samples.usage(sum, dialect, .generic)?.tokens == TokenUsage(promptTokens: prompt, outputTokens: 7))
        }
    }

    @Test(
        "parts that explain the total are added to what they are parts of",
        arguments: [WireDialect.openai, .openaiResponses])
    func explained(dialect: WireDialect) throws {
        let (input, output) = dialect == .openai ? ("prompt", "completion") : ("input", "output")
        for (rest, prompt, written) in [
            (0, 100, 20), (30, 130, 20), (7, 100, 27), (37, 130, 27), (50, 150, 20), (57, 150, 27), (20, 120, 20),
        ] {
            let text =
                #"{"\#(input)_tokens":100,"\#(output)_tokens":20,"total_tokens":\#(120 + rest),"\#(input)_tokens_details":{"cached_tokens":30,"cache_write_tokens":20},"\#(output)_tokens_details":{"reasoning_tokens":7}}"#
            let tokens = try Samples.usage(text, dialect, .generic)?.tokens
            #expect(tokens?.promptTokens == prompt && tokens?.outputTokens == written, "\(rest)")
        }
    }

    @Test("far more reasoning than output was counted beside it: the output is unknown", arguments: [3, 10, 7_163])
    func reasoningFarAbove(output: Int) throws {
        for reasoning in [output * 2, output * 10] {
            let text =
                #"{"prompt_tokens":33,"completion_tokens":\#(output),"total_tokens":\#(33 + output),"reasoning_tokens":\#(reasoning)}"#
            let tokens = try Samples.usage(text, .openai, .generic)?.tokens
            #expect(tokens == TokenUsage(promptTokens: 33))
        }
    }

    @Test(
        "a prompt of nothing beside an output is unknown, unless all of it was in the cache",
        arguments: WireDialect.allCases)
    func promptOfNothing(dialect: WireDialect) throws {
        let text = Self.counts(dialect, prompt: 0, output: 7, total: 7)
        #expect(try Samples.usage(text, dialect, .generic)?.tokens == TokenUsage(outputTokens: 7))
        guard dialect == .anthropic else { return }
        let cached = #"{"input_tokens":0,"cache_read_input_tokens":900,"output_tokens":7}"#
        let tokens = try Samples.usage(cached, dialect, .generic)?.tokens
        #expect(tokens == TokenUsage(promptTokens: 900, cacheReadTokens: 900, outputTokens: 7))
    }

    @Test("an Anthropic stream that counts no input to its end has an unknown prompt")
    func streamedPromptOfNothing() {
        let body = Samples.sse([
            #"{"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":0,"output_tokens":0}}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":0,"output_tokens":7}}"#,
            #"{"type":"message_stop"}"#,
        ])
        let tokens = Decoded(body, dialect: .anthropic, quirks: .anthropic).answer.usage?.tokens
        #expect(tokens == TokenUsage(outputTokens: 7))
    }

    @Test("a kind of token that is no text has a price of its own, under any name and on either side")
    func otherKinds() throws {
        let sides = [("prompt", "input"), ("completion", "output"), ("input", "input"), ("output", "output")]
        for kind in ["audio", "video", "image", "file", "document", "citation", "hologram"] {
            for (name, side) in sides {
                let detail = #""\#(name)_tokens_details":{"\#(kind)_tokens":900,"text_tokens":90}"#
                let text = #"{"prompt_tokens":1000,"completion_tokens":1000,\#(detail)}"#
                #expect(try Samples.usage(text, .openai, .generic)?.unpricedParts == ["\(kind) \(side)"], "\(text)")
                let none = text.replacing("900", with: "0")
                #expect(try Samples.usage(none, .openai, .generic)?.unpricedParts == [])
            }
            let top = #"{"prompt_tokens":10,"completion_tokens":10,"\#(kind)_tokens":5}"#
            #expect(try Samples.usage(top, .openai, .generic)?.unpricedParts == [kind])
        }
        let seconds = #"{"prompt_tokens":10,"completion_tokens":10,"prompt_audio_seconds":120}"#
        #expect(try Samples.usage(seconds, .openai, .generic)?.unpricedParts == ["audio input"])
    }

    @Test(
        "kinds that cost as text does, speeds, times and money are no parts",
        arguments: [
            #""cached_tokens":3"#, #""reasoning_tokens":3"#, #""accepted_prediction_tokens":3"#,
            #""prompt_cache_miss_tokens":3"#, #""total_tokens_per_sec":250.5"#, #""completion_time":0.2"#,
            #""cache_creation":{"ephemeral_5m_input_tokens":3}"#, #""cost_details":{"audio_cost":1}"#,
            #""max_image_tokens":9"#, #""context_details":{"input_tokens":3,"output_tokens":2}"#,
            #""prompt_audio_seconds":null"#, #""prompt_audio_seconds":{}"#, #""is_byok":true"#,
        ])
    func textKinds(member: String) throws {
        let text = #"{"prompt_tokens":10,"completion_tokens":10,\#(member)}"#
        #expect(try Samples.usage(text, .openai, .generic)?.unpricedParts == [])
    }

    @Test("counts too large to add up leave all unknown", arguments: WireDialect.allCases)
    func overflow(dialect: WireDialect) throws {
        let most = 9_000_000_000_000_000_000
        let text = Self.counts(dialect, prompt: most, output: most, total: most)
        let caches = #","cache_read_input_tokens":\#(most),"cache_creation_input_tokens":\#(most)}"#
        #expect(try Samples.usage("\(text.dropLast())\(caches)", dialect, .generic)?.tokens == TokenUsage())
    }

    @Test(
        "a cost in the head of a response is what the server charged, below one in its body",
        arguments: [
            ("x-litellm-response-cost", "0.5", "", USD("0.5")), ("X-LiteLLM-Response-Cost", "5e-1", "", USD("0.5")),
            ("x-litellm-response-cost", "0.5", #","cost":0.25"#, USD("0.25")),
            ("x-litellm-response-cost", "0.0", "", nil), ("x-litellm-response-cost", "None", "", nil),
            ("x-litellm-key-spend", "0.5", "", nil),
        ])
    func costInHead(name: String, value: String, member: String, billed: USD?) {
        for usage in [#"{"prompt_tokens":11,"completion_tokens":7\#(member)}"#, member.isEmpty ? "null" : nil] {
            guard let usage else { continue }
            let body =
                #"{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":\#(usage)}"#
            var decoder = ResponseDecoder(
                dialect: .openai, quirks: .generic, streaming: false, status: 200, headers: [(name, value)])
            var events: [ChatEvent] = []
            _ = Array(body.utf8).withUnsafeBytes { decoder.feed($0, into: &events) }
            let answer = decoder.finish(into: &events)
            #expect(answer.usage?.billed == billed, "\(name) \(usage)")
        }
    }
}
