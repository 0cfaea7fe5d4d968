import LLMCore
import Testing

@testable import LLMWire

/// The traps of the providers' wire formats, one test each. Traps 15 to 28 are in `TrapTests+Later.swift`.
@Suite("Traps 1 to 14", .timeLimit(.minutes(2)))
struct TrapTests {
    @Test("trap 1: reasoning is outside the output count on xAI chat and Gemini, inside everywhere else")
    func reasoningPlace() throws {
        let outside =
            #"{"prompt_tokens":1000,"completion_tokens":90,"total_tokens":1400,"completion_tokens_details":{"reasoning_tokens":310}}"#
        let inside =
            #"{"prompt_tokens":1000,"completion_tokens":400,"total_tokens":1400,"completion_tokens_details":{"reasoning_tokens":310}}"#
        let silent =
            #"{"prompt_tokens":1000,"completion_tokens":90,"completion_tokens_details":{"reasoning_tokens":310}}"#
        #expect(try Samples.usage(outside, .openai, .xai)?.tokens.outputTokens == 400)
        #expect(try Samples.usage(inside, .openai, .xai)?.tokens.outputTokens == 400)
        #expect(try Samples.usage(inside, .openai, .openai)?.tokens.outputTokens == 400)
        #expect(try Samples.usage(silent, .openai, .xai)?.tokens.outputTokens == 400)
        let silentInside = inside.replacing(#","total_tokens":1400"#, with: "")
        #expect(try Samples.usage(silentInside, .openai, .groq)?.tokens.outputTokens == 400)
        // 310 of 90 is a contradiction: nobody knows what was written.
        #expect(try Samples.usage(silent, .openai, .groq)?.tokens.outputTokens == nil)
        let responses =
            #"{"input_tokens":100,"output_tokens":50,"total_tokens":150,"output_tokens_details":{"reasoning_tokens":40}}"#
        #expect(try Samples.usage(responses, .openaiResponses, .xai)?.tokens.outputTokens == 50)
        let anthropic = #"{"input_tokens":10,"output_tokens":145,"output_tokens_details":{"thinking_tokens":47}}"#
        #expect(try Samples.usage(anthropic, .anthropic, .anthropic)?.tokens.outputTokens == 145)
        let gemini =
            #"{"promptTokenCount":400,"toolUsePromptTokenCount":100,"candidatesTokenCount":300,"thoughtsTokenCount":900,"totalTokenCount":1700}"#
        let tokens = try #require(try Samples.usage(gemini, .gemini, .gemini)).tokens
        #expect(tokens.outputTokens == 1_200)
        #expect(tokens.reasoningTokens == 900)
        #expect(tokens.promptTokens == 500)
    }

    @Test("trap 2: cached tokens are inside the input count, at Anthropic outside")
    func cachePlace() throws {
        let openai = #"{"prompt_tokens":2000,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":1500}}"#
        let chat = try #require(try Samples.usage(openai, .openai, .openai)).tokens
        #expect(chat.promptTokens == 2_000)
        #expect(chat.cacheReadTokens == 1_500)
        let anthropic =
            #"{"input_tokens":20,"cache_read_input_tokens":6000,"cache_creation_input_tokens":800,"output_tokens":250}"#
        let messages = try #require(try Samples.usage(anthropic, .anthropic, .anthropic)).tokens
        #expect(messages.promptTokens == 6_820)
        #expect(messages.cacheReadTokens == 6_000)
        #expect(messages.cacheWriteTokens == 800)
        let gemini = #"{"promptTokenCount":2000,"cachedContentTokenCount":1500,"candidatesTokenCount":7}"#
        #expect(try Samples.usage(gemini, .gemini, .gemini)?.tokens.promptTokens == 2_000)
    }

    @Test("trap 3: a Gemini stream has CRLF and no [DONE], or is a JSON array whose errors come in it too")
    func geminiFraming() {
        let chunks = [
            Samples.gemini(#"[{"text":"Hel"}]"#), Samples.gemini(#"[{"text":"lo ] } \" ["}]"#, finish: "STOP"),
        ]
        let stream = Decoded(Samples.sse(chunks, end: "\r\n"), dialect: .gemini, quirks: .gemini)
        #expect(stream.text == "Hello ] } \" [")
        #expect(stream.answer.outcome == .ok)
        let array = Decoded("[\(chunks.joined(separator: "\n,\r\n"))\n]", dialect: .gemini, quirks: .gemini)
        #expect(array.framing == .array)
        #expect(array.trace == stream.trace)
        let error = #"[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]"#
        #expect(Decoded(error, dialect: .gemini, quirks: .gemini).answer.outcome == .overloaded)
        #expect(
            Samples.classify(
                429, #"[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]"#, .gemini, .gemini
            ).outcome == .rateLimited)
    }

    @Test("trap 4: the usage chunk has no choices, and the others carry a null usage")
    func emptyChoices() {
        let body = Samples.sse([
            Samples.chunk(#"{"content":"Hi"}"#, rest: #","usage":null"#),
            Samples.chunk("{}", finish: "stop", rest: #","usage":null"#), Samples.chatUsage, "[DONE]",
        ])
        let decoded = Decoded(body, dialect: .openai, quirks: .openai)
        #expect(decoded.answer.outcome == .ok)
        #expect(decoded.answer.usage?.tokens.promptTokens == 10)
        #expect(decoded.answer.usage?.tokens.outputTokens == 5)
    }

    @Test("trap 5: a chat stream is asked for its usage; without any it is unknown, and Groq's last one counts once")
    func streamUsage() throws {
        let asked = try RequestEncoder.encode(
            ChatRequest(messages: [.user("x")]), model: "m", dialect: .openai, quirks: .openai)
        #expect(try Samples.body(asked)["stream_options"]?["include_usage"] == true)
        #expect(Decoded(Samples.chat(), dialect: .openai, quirks: .openai).answer.usage == nil)
        let usage = #"{"prompt_tokens":18,"completion_tokens":73,"total_tokens":91,"queue_time":0.2}"#
        let onlyInside = Samples.sse([
            Samples.chunk(#"{"content":"Hi"}"#),
            Samples.chunk("{}", finish: "stop", rest: #","x_groq":{"id":"r","usage":\#(usage)}"#), "[DONE]",
        ])
        #expect(Decoded(onlyInside, dialect: .openai, quirks: .groq).answer.usage?.tokens.outputTokens == 73)
        // Behind a gateway's address too.
        #expect(Decoded(onlyInside, dialect: .openai, quirks: .openai).answer.usage?.tokens.outputTokens == 73)
        let thrice = Samples.sse([
            Samples.chunk(#"{"content":"Hi"}"#),
            Samples.chunk("{}", finish: "stop", rest: #","usage":\#(usage),"x_groq":{"id":"r","usage":\#(usage)}"#),
            #"{"id":"c1","choices":[],"usage":\#(usage)}"#, "[DONE]",
        ])
        #expect(Decoded(thrice, dialect: .openai, quirks: .groq).answer.usage?.tokens.outputTokens == 73)
    }

    @Test("trap 6: an error event inside Groq's 200 stream is that error, never a success")
    func errorInStream() throws {
        let error =
            #"{"error":{"message":"Tool call validation failed","type":"invalid_request_error","code":"tool_use_failed","status_code":400}}"#
        let body = Samples.sse([Samples.chunk(#"{"content":"maybe"}"#)]) + "event: error\ndata: \(error)\n\n"
        let decoded = Decoded(body, dialect: .openai, quirks: .groq)
        #expect(decoded.answer.outcome == .toolCallInvalid)
        #expect(decoded.answer.failure?.code == "tool_use_failed")
        #expect(decoded.answer.failure?.status == 400)
        let inside = Samples.sse([
            Samples.chunk(#"{"content":"maybe"}"#, rest: #","x_groq":{"error":"over capacity"}"#), "[DONE]",
        ])
        #expect(Decoded(inside, dialect: .openai, quirks: .groq).answer.outcome == .serverError)
    }

    @Test("trap 7: xAI's error is a string, and its wrong key a 400")
    func xaiErrors() {
        let body =
            #"{"code":"invalid-argument","error":"Incorrect API key provided. You can obtain an API key from https://console.x.ai."}"#
        let verdict = Samples.classify(400, body, .openai, .xai)
        #expect(verdict.outcome == .auth)
        #expect(verdict.words.code == "invalid-argument")
        #expect(verdict.words.message.hasPrefix("Incorrect API key provided."))
    }

    @Test("trap 8: Gemini answers a bad key with 400")
    func geminiKey() {
        let body =
            #"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}"#
        #expect(Samples.classify(400, body, .gemini, .gemini).outcome == .auth)
        let other = #"{"error":{"code":400,"message":"Invalid value at 'contents'","status":"INVALID_ARGUMENT"}}"#
        #expect(Samples.classify(400, other, .gemini, .gemini).outcome == .badRequest)
    }

    @Test(
        "trap 9: a missing model is found by the body, 400 or 404",
        arguments: [
            (
                404,
                #"{"error":{"message":"The model `x` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
                WireDialect.openai
            ),
            (
                400,
                #"{"error":{"message":"The requested model 'x' does not exist.","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#,
                .openaiResponses
            ),
            (404, #"{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}"#, .anthropic),
            (
                404,
                #"{"error":{"code":404,"message":"models/x is not found for API version v1beta, or is not supported for generateContent.","status":"NOT_FOUND"}}"#,
                .gemini
            ),
            (400, #"{"code":"Client specified an invalid argument","error":"Model not found: grok-9"}"#, .openai),
            (404, "Model not found\n", .openai),
            (400, #"{"code":"1500","message":"Invalid model: x","object":"error","type":"invalid_model"}"#, .openai),
        ])
    func missingModel(status: Int, body: String, dialect: WireDialect) {
        #expect(Samples.classify(status, body, dialect, .generic).outcome == .modelNotFound)
    }

    @Test("trap 9: a 404 that says nothing of a model is a bad request: the address is wrong")
    func wrongAddress() {
        #expect(Samples.classify(404, "404 page not found").outcome == .badRequest)
    }

    @Test("trap 10: retry-after beside a 200 is no advice, beside a failure it is")
    func retryAfterOnSuccess() {
        let headers = [(name: "Retry-After", value: "53"), (name: "anthropic-ratelimit-requests-limit", value: "50")]
        let body = Samples.anthropic([Samples.anthropicText("Hi")])
        let success = Decoded(body.utf8, dialect: .anthropic, quirks: .anthropic, headers: headers)
        #expect(success.answer.rateLimit?.retryAfter == nil)
        #expect(success.answer.rateLimit?.buckets.first?.limit == 50)
        let overloaded = Samples.named([#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#]
        )
        let failedLater = Decoded(overloaded.utf8, dialect: .anthropic, quirks: .anthropic, headers: headers)
        #expect(failedLater.answer.outcome == .overloaded)
        #expect(failedLater.answer.rateLimit?.retryAfter == nil)
        let failed = Samples.classify(
            429, #"{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}"#, .anthropic, .anthropic,
            headers: headers)
        #expect(failed.outcome == .rateLimited)
        #expect(failed.limits?.retryAfter == .seconds(53))
    }

    @Test("trap 11: resets are Go durations, dates, body fields, or absent")
    func resetFormats() {
        func reset(_ headers: [(name: String, value: String)], _ quirks: DialectQuirks) -> Duration? {
            RateLimitReader.read(headers: headers, quirks: quirks, failed: false)?.buckets.first?.resetAfter
        }
        #expect(reset([("x-ratelimit-reset-tokens", "6m0s")], .openai) == .seconds(360))
        #expect(reset([("x-ratelimit-reset-requests", "2ms")], .openai) == .milliseconds(2))
        let dates = [
            (name: "Date", value: "Wed, 19 Aug 2026 14:34:11 GMT"),
            (name: "anthropic-ratelimit-tokens-reset", value: "2026-08-19T14:34:57Z"),
        ]
        #expect(reset(dates, .anthropic) == .seconds(46))
        let xai = [(name: "x-ratelimit-limit-tokens", value: "10000000")]
        #expect(reset(xai, .xai) == nil)
        #expect(RateLimitReader.read(headers: xai, quirks: .xai, failed: false)?.buckets.first?.limit == 10_000_000)
        let gemini =
            #"{"error":{"code":429,"message":"Quota exceeded. Please retry in 48.939935699s.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"48s"}]}}"#
        let delay = Samples.classify(429, gemini, .gemini, .gemini).limits?.retryAfter
        #expect(delay == Duration(secondsComponent: 48, attosecondsComponent: 939_935_699_000_000_000))
    }

    @Test("trap 12: Groq counts requests per day and tokens per minute, OpenAI both per minute")
    func limitWindows() {
        let headers = [
            (name: "x-ratelimit-limit-requests", value: "14400"), (name: "x-ratelimit-limit-tokens", value: "6000"),
        ]
        let groq = RateLimitReader.read(headers: headers, quirks: .groq, failed: false)?.buckets.map(\.window)
        #expect(groq == [.day, .minute])
        let openai = RateLimitReader.read(headers: headers, quirks: .openai, failed: false)?.buckets.map(\.window)
        #expect(openai == [.minute, .minute])
    }

    @Test("trap 13: Anthropic's usage is cumulative: later counts overwrite, the first output count is a placeholder")
    func cumulativeUsage() {
        let stop =
            #"{"type":"message_delta","delta":{"stop_reason":null},"usage":{"input_tokens":20,"output_tokens":3}}"#
        let decoded = Decoded(
            Samples.anthropic([Samples.anthropicText("Hi"), stop]), dialect: .anthropic, quirks: .anthropic)
        #expect(decoded.answer.usage?.tokens.outputTokens == 7)
        #expect(decoded.answer.usage?.tokens.promptTokens == 6_820)
        let cut = String(Samples.anthropic([]).split(separator: "event: message_delta")[0])
        let truncated = Decoded(cut, dialect: .anthropic, quirks: .anthropic)
        #expect(truncated.answer.outcome == .streamTruncated)
        #expect(truncated.answer.usage?.tokens.outputTokens == nil)
        #expect(truncated.answer.usage?.tokens.promptTokens == 6_820)
    }

    @Test("trap 14: Anthropic pads its JSON, pings, and may send events that nobody knows yet")
    func padding() {
        let body = Samples.anthropic([
            #"{"type": "ping"}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}  }"#,
            Samples.anthropicText("Hi") + "         ", #"{"type":"from_the_future","delta":{"text":"no"}}"#,
        ]).replacing("\"message_stop\"}", with: "\"message_stop\"              }")
        let decoded = Decoded(body, dialect: .anthropic, quirks: .anthropic)
        #expect(decoded.text == "Hi")
        #expect(decoded.answer.outcome == .ok)
    }
}
