import LLMCore
import Testing

@testable import LLMWire

@Suite("Traps 15 to 28", .timeLimit(.minutes(2)))
struct LaterTrapTests {
    @Test("trap 15: a success can have no text: tool calls are an answer, nothing at all is empty_output")
    func emptyText() {
        let spent = Samples.sse([Samples.chunk(#"{"content":""}"#), Samples.chunk("{}", finish: "length"), "[DONE]"])
        #expect(Decoded(spent, dialect: .openai, quirks: .openai).answer.outcome == .lengthTruncated)
        let calls =
            #"{"content":null,"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]}"#
        let called = Samples.sse([Samples.chunk(calls), Samples.chunk("{}", finish: "tool_calls"), "[DONE]"])
        #expect(Decoded(called, dialect: .openai, quirks: .openai).answer.outcome == .ok)
        let silent =
            #"{"id":"m","model":"c","content":[],"stop_reason":"stop_sequence","stop_sequence":"alpha","usage":{"input_tokens":1,"output_tokens":1}}"#
        #expect(
            Decoded(silent, dialect: .anthropic, quirks: .anthropic, streaming: false).answer.outcome == .emptyOutput)
        let blocked = #"{"candidates":[{"content":{},"finishReason":"SAFETY","index":0}],"modelVersion":"g"}"#
        #expect(Decoded(blocked, dialect: .gemini, quirks: .gemini, streaming: false).answer.outcome == .contentFilter)
        let malformed =
            #"{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"Malformed function call: print(","index":0}]}"#
        let answer = Decoded(malformed, dialect: .gemini, quirks: .gemini, streaming: false).answer
        #expect(answer.outcome == .toolCallInvalid)
        #expect(answer.failure?.message == "Malformed function call: print(")
    }

    @Test("trap 16: Gemini leaves out a zero count and repeats its usage on every chunk: the last one wins")
    func geminiUsage() {
        let body = Samples.sse([
            Samples.gemini(#"[{"text":"a"}]"#, usage: #"{"promptTokenCount":9,"totalTokenCount":9}"#),
            Samples.gemini(
                #"[{"text":"b"}]"#, finish: "STOP",
                usage: #"{"promptTokenCount":9,"thoughtsTokenCount":33,"totalTokenCount":42}"#),
        ])
        let tokens = Decoded(body, dialect: .gemini, quirks: .gemini).answer.usage?.tokens
        #expect(tokens?.promptTokens == 9)
        #expect(tokens?.outputTokens == 33)
    }

    @Test("trap 17: Gemini's thoughts are parts with a mark and never reach the answer")
    func thoughts() {
        let body = Samples.gemini(
            #"[{"text":"hm","thought":true},{"text":"8","thoughtSignature":"c2ln"}]"#, finish: "STOP")
        let decoded = Decoded(body, dialect: .gemini, quirks: .gemini, streaming: false)
        #expect(decoded.text == "8")
        #expect(decoded.thinking == "hm")
        #expect(decoded.signatures == ["c2ln"])
    }

    @Test("trap 18: OpenAI is sent max_completion_tokens, never max_tokens, and no temperature that nobody asked for")
    func outputLimitField() throws {
        let request = ChatRequest(messages: [.user("x")], parameters: .init(maxOutputTokens: 5))
        let body = try Samples.body(RequestEncoder.encode(request, model: "m", dialect: .openai, quirks: .openai))
        #expect(body["max_completion_tokens"] == 5)
        #expect(body["max_tokens"] == nil)
        #expect(body["temperature"] == nil)
    }

    @Test("trap 19: Anthropic gets max_tokens, its version, the system at the top and a temperature of at most one")
    func anthropicRequest() throws {
        let request = ChatRequest(messages: [.system("S"), .user("x")], parameters: .init(temperature: 1.7))
        let wire = try RequestEncoder.encode(request, model: "m", dialect: .anthropic, quirks: .anthropic)
        let body = try Samples.body(wire)
        #expect(wire.headers.contains { $0 == ("anthropic-version", "2023-06-01") })
        #expect(body["max_tokens"] == 4_096)
        #expect(body["system"] == "S")
        #expect(body["messages"]?.array?.count == 1)
        #expect(body["temperature"] == 1)
    }

    @Test("trap 20: Groq is never sent what it refuses")
    func groqRequest() throws {
        let request = ChatRequest(
            messages: [.system("S"), .user("x")],
            parameters: .init(temperature: 0, topP: 1, maxOutputTokens: 5, seed: 1))
        let body = try Samples.body(RequestEncoder.encode(request, model: "m", dialect: .openai, quirks: .groq))
        for field in ["logprobs", "logit_bias", "top_logprobs", "n"] { #expect(body[field] == nil) }
        #expect(body["messages"]?.array?.allSatisfy { $0["name"] == nil } == true)
        #expect(body["temperature"] == 0)
    }

    @Test(
        "trap 21: a 429 over money is quota_exhausted, not a limit that time clears",
        arguments: [
            (
                429,
                #"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
                WireDialect.openai
            ),
            (429, #"{"error":{"message":"x","type":"x","code":"credit_balance_exhausted"}}"#, .openai),
            (
                429,
                #"{"code":"Some resource has been exhausted","error":"Your team has either used all available credits or reached its monthly spending limit."}"#,
                .openai
            ),
            (
                429,
                #"{"type":"error","error":{"type":"rate_limit_error","message":"cap","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
                .anthropic
            ),
            (
                400,
                #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
                .anthropic
            ),
            (
                402,
                #"{"error":{"code":402,"message":"Your prepayment credits are depleted.","status":"RESOURCE_EXHAUSTED"}}"#,
                .gemini
            ),
            (
                402,
                #"{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}"#,
                .openai
            ),
        ])
    func moneyIsGone(status: Int, body: String, dialect: WireDialect) {
        #expect(Samples.classify(status, body, dialect, .generic).outcome == .quotaExhausted)
    }

    @Test("trap 21: Google says 'exceeded your current quota' of limits that a wait clears")
    func googleQuota() {
        let body =
            #"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details. Please retry in 48.9s.","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"48s"}]}}"#
        let verdict = Samples.classify(429, body, .gemini, .gemini)
        #expect(verdict.outcome == .rateLimited)
        #expect(verdict.limits?.window == .day)
    }

    @Test("trap 22: Docker Model Runner fails in plain text, the llama.cpp behind it with an integer code")
    func localErrors() {
        let text = Samples.classify(500, "unable to load runner: no space left\n", .openai, .local)
        #expect(text.outcome == .serverError)
        #expect(text.words.message == "unable to load runner: no space left")
        let llama = Samples.classify(
            400,
            #"{"error":{"code":400,"message":"request (2009 tokens) exceeds the available context size (512 tokens)","type":"exceed_context_size_error","n_ctx":512}}"#,
            .openai, .local)
        #expect(llama.outcome == .contextOverflow)
        #expect(llama.words.code == "400")
        let died = Samples.classify(
            500, #"{"type":"error","code":null,"message":"engine died","param":null,"sequence_number":1}"#, .openai,
            .local)
        #expect(died.outcome == .serverError)
        #expect(died.words.message == "engine died")
        #expect(Samples.classify(502, "", .openai, .local).words.message == "status 502 without a message")
        #expect(Samples.classify(400, "request too large\n", .openai, .local).outcome == .payloadTooLarge)
    }

    @Test("trap 23: progress of a pull may come HTML-escaped")
    func escapedProgress() {
        var decoder = PullProgressDecoder()
        let line =
            "{&#34;type&#34;:&#34;progress&#34;,&#34;total&#34;:100,&#34;layer&#34;:{&#34;id&#34;:&#34;a&#34;,&#34;size&#34;:100,&#34;current&#34;:40}}\n"
        #expect(decoder.feed(line.utf8) == [.progress(bytes: 40, total: 100)])
    }

    @Test("trap 24: a pull that fails half-way still has status 200: only its last lines tell")
    func failedPull() {
        var decoder = PullProgressDecoder()
        _ = decoder.feed(#"{"type":"progress","total":100,"layer":{"id":"a","size":100,"current":40}}"#.utf8)
        _ = decoder.feed("\n{\"type\":\"error\",\"message\":\"connection reset\"}\n".utf8)
        #expect(decoder.finish() == .failed("connection reset"))
        var bare = PullProgressDecoder()
        _ = bare.feed("{\"type\":\"success\",\"message\":\"ok\"}\nwrite: no space left on device".utf8)
        #expect(bare.finish() == .failed("write: no space left on device"))
        var silent = PullProgressDecoder()
        _ = silent.feed("".utf8)
        #expect(silent.finish() == .failed("the pull ended without saying that it succeeded"))
    }

    @Test("trap 25: llama.cpp starts with a null content, reasons in reasoning_content and ends with timings")
    func llamaStream() {
        let body = Samples.sse([
            Samples.chunk(#"{"role":"assistant","content":null}"#), Samples.chunk(#"{"reasoning_content":"hm"}"#),
            Samples.chunk(#"{"content":"Hi"}"#), Samples.chunk("{}", finish: "stop"),
            #"{"id":"c1","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15},"timings":{"prompt_ms":12.5}}"#,
            "[DONE]",
        ])
        let decoded = Decoded(body, dialect: .openai, quirks: .local)
        #expect(decoded.thinking == "hm")
        #expect(decoded.text == "Hi")
        #expect(decoded.answer.usage?.tokens.outputTokens == 5)
        #expect(decoded.answer.usage?.tokens.reasoningTokens == nil)
    }

    @Test("trap 26: the reasoning field has two names, and a server that sends both is not read twice")
    func reasoningFields() {
        for delta in [
            #"{"reasoning":"hm"}"#, #"{"reasoning_content":"hm"}"#, #"{"reasoning":"hm","reasoning_content":"hm"}"#,
        ] {
            for quirks in [DialectQuirks.groq, .xai, .local, .generic] {
                let body = Samples.sse([
                    Samples.chunk(#"{"content":"a"}"#), Samples.chunk(delta), Samples.chunk("{}", finish: "stop"),
                    "[DONE]",
                ])
                #expect(Decoded(body, dialect: .openai, quirks: quirks).thinking == "hm")
            }
        }
    }

    @Test("trap 27: comments come before data, text and finish share a chunk, and UTF-8 is cut anywhere")
    func comments() {
        let body =
            ": OPENROUTER PROCESSING\n\n: keep-alive\n"
            + Samples.sse([Samples.chunk(#"{"content":"Olá 🇪🇸"}"#, finish: "stop"), "[DONE]"])
        for cut in 0...body.utf8.count {
            let decoded = Decoded(body.utf8, dialect: .openai, quirks: .generic, cuts: [cut])
            #expect(decoded.text == "Olá 🇪🇸")
            #expect(decoded.answer.outcome == .ok)
        }
    }

    @Test("trap 28: padding against traffic analysis is no output")
    func obfuscation() {
        let body = Samples.sse([
            Samples.chunk(#"{"content":"a"}"#, rest: #","obfuscation":"xxxxxxxxxxxx""#),
            Samples.chunk(#"{"content":"b"}"#, rest: #","obfuscation":"yy""#), Samples.chunk("{}", finish: "stop"),
            "[DONE]",
        ])
        let decoded = Decoded(body, dialect: .openai, quirks: .openai)
        #expect(decoded.answer.answerCharacters == 2)
        #expect(decoded.textCount == 2)
        #expect(decoded.answer.usage == nil)
    }
}
