import LLMCore
import Testing

@testable import LLMWire

@Suite("How an answer ended", .timeLimit(.minutes(2)))
struct OutcomeTests {
    private static let textChunk = Samples.chunk(#"{"content":"Hi"}"#)

    @Test("a stream without its terminal marker is stream_truncated, whatever came before")
    func truncated() {
        let bodies: [(WireDialect, String)] = [
            (.openai, Samples.sse([Self.textChunk])),
            (.openai, Samples.sse([Self.textChunk]) + "data: [DON"),
            (.openai, Samples.sse([Self.textChunk]) + #"data: {"id":"c1","choi"#), (.openai, ""),
            (.openai, "\n\n: hi\n\n"),
            (
                .anthropic,
                String(Samples.anthropic([Samples.anthropicText("Hi")]).split(separator: "event: message_delta")[0])
            ),
            (.gemini, Samples.sse([Samples.gemini(#"[{"text":"Hi"}]"#)])),
            (.gemini, "[" + Samples.gemini(#"[{"text":"Hi"}]"#)),
            (.openaiResponses, Samples.named([#"{"type":"response.output_text.delta","delta":"Hi"}"#])),
        ]
        for (dialect, body) in bodies {
            let answer = Decoded(body, dialect: dialect, quirks: .generic).answer
            #expect(answer.outcome == .streamTruncated, "\(dialect) \(body)")
            #expect(answer.failure?.message == "the stream ended without its terminal marker")
        }
    }

    @Test("what follows a broken event or an error is read for its usage, and given to nobody")
    func afterFailure() {
        let good = [Samples.chunk(#"{"content":"Hi"}"#), Samples.chunk(#"{"content":" there"}"#)]
        let last = [Samples.chunk("{}", finish: "stop"), "[DONE]"]
        for bad in [#"{"id":"c1","choices":["#, #"{"error":{"message":"no","type":"server_error"}}"#] {
            let first = Decoded(Samples.sse([bad] + good + last), dialect: .openai, quirks: .openai)
            #expect(first.text.isEmpty)
            #expect(first.answer.answerCharacters == 0)
            let middle = Decoded(Samples.sse([good[0], bad, good[1]] + last), dialect: .openai, quirks: .openai)
            #expect(middle.text == "Hi")
            #expect([.malformedJSON, .serverError].contains(middle.answer.outcome))
        }
    }

    @Test("a terminal marker without a blank line after it still counts")
    func markerAtTheEnd() {
        let body = Samples.sse([Self.textChunk, Samples.chunk("{}", finish: "stop")]) + "data: [DONE]"
        #expect(Decoded(body, dialect: .openai, quirks: .openai).answer.outcome == .ok)
    }

    @Test("a row may say that its server ends streams with the finish reason alone")
    func doneMarkerOptional() {
        let body = Samples.sse([Self.textChunk, Samples.chunk("{}", finish: "stop")])
        #expect(Decoded(body, dialect: .openai, quirks: DialectQuirks(doneMarkerOptional: true)).answer.outcome == .ok)
    }

    @Test("nothing after [DONE] counts")
    func afterDone() {
        let body = Samples.chat() + Samples.sse([Self.textChunk, #"{"error":{"message":"late"}}"#])
        let decoded = Decoded(body, dialect: .openai, quirks: .openai)
        #expect(decoded.text == "Hi")
        #expect(decoded.answer.outcome == .ok)
    }

    @Test(
        "finish reasons become outcomes",
        arguments: [
            (WireDialect.openai, "stop", AttemptClass.ok), (.openai, "length", .lengthTruncated),
            (.openai, "content_filter", .contentFilter), (.openai, "tool_calls", .ok), (.openai, "eos", .ok),
            (.openai, "error", .serverError), (.openai, "insufficient_system_resource", .overloaded),
            (.anthropic, "end_turn", .ok), (.anthropic, "max_tokens", .lengthTruncated),
            (.anthropic, "refusal", .refusal),
            (.anthropic, "stop_sequence", .ok), (.anthropic, "pause_turn", .ok),
            (.anthropic, "model_context_window_exceeded", .lengthTruncated), (.gemini, "STOP", .ok),
            (.gemini, "MAX_TOKENS", .lengthTruncated), (.gemini, "SAFETY", .contentFilter),
            (.gemini, "RECITATION", .contentFilter),
            (.gemini, "BLOCKLIST", .contentFilter), (.gemini, "PROHIBITED_CONTENT", .contentFilter),
            (.gemini, "SPII", .contentFilter),
            (.gemini, "MALFORMED_FUNCTION_CALL", .toolCallInvalid), (.gemini, "UNEXPECTED_TOOL_CALL", .toolCallInvalid),
            (.gemini, "OTHER", .ok),
        ])
    func finishReasons(dialect: WireDialect, word: String, outcome: AttemptClass) {
        let body =
            switch dialect {
            case .anthropic: Samples.anthropic([Samples.anthropicText("Hi")], stop: word)
            case .gemini: Samples.sse([Samples.gemini(#"[{"text":"Hi"}]"#, finish: word)])
            default: Samples.chat(finish: word)
            }
        let answer = Decoded(body, dialect: dialect, quirks: .generic).answer
        #expect(answer.outcome == outcome)
        #expect(answer.finish?.raw == word)
    }

    @Test("no text that can be seen, call or refusal after a normal finish is empty_output")
    func empty() {
        #expect(
            Decoded(Samples.chat("", finish: "stop"), dialect: .openai, quirks: .openai).answer.outcome == .emptyOutput)
        for blank in [" ", #"\n\n"#, "\u{200B}", "\u{A0}", "\u{FEFF}"] {
            let answer = Decoded(Samples.chat(blank, finish: "stop"), dialect: .openai, quirks: .openai).answer
            #expect(answer.outcome == .emptyOutput && answer.answerCharacters == 0)
            #expect(answer.failure?.message == "the answer is white space only")
            let cut = Decoded(Samples.chat(blank, finish: "length"), dialect: .openai, quirks: .openai).answer
            #expect(cut.outcome == .lengthTruncated && cut.failure?.message == "the answer is white space only")
        }
        #expect(Decoded(Samples.chat(" x", finish: "stop"), dialect: .openai, quirks: .openai).answer.outcome == .ok)
        let thoughtOnly = Samples.sse([
            Samples.chunk(#"{"reasoning":"hm"}"#), Samples.chunk("{}", finish: "stop"), "[DONE]",
        ])
        let answer = Decoded(thoughtOnly, dialect: .openai, quirks: .groq).answer
        #expect(answer.outcome == .emptyOutput)
        #expect(answer.thinkingCharacters == 2)
    }

    @Test("a refusal's text is a refusal, though its finish is a normal one")
    func refusal() {
        let body = Samples.sse([
            Samples.chunk(#"{"content":"","refusal":"I can't."}"#), Samples.chunk("{}", finish: "stop"), "[DONE]",
        ])
        let decoded = Decoded(body, dialect: .openai, quirks: .openai)
        #expect(decoded.refusal == "I can't.")
        #expect(decoded.answer.outcome == .refusal)
    }

    @Test("arguments that are not JSON make the call invalid; none at all are a call without arguments")
    func toolArguments() {
        func body(_ arguments: String, finish: String = "tool_calls") -> String {
            let call = #"{"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"\#(arguments)"}}]}"#
            return Samples.sse([Samples.chunk(call), Samples.chunk("{}", finish: finish), "[DONE]"])
        }
        #expect(Decoded(body("{oops"), dialect: .openai, quirks: .openai).answer.outcome == .toolCallInvalid)
        #expect(Decoded(body(""), dialect: .openai, quirks: .openai).answer.outcome == .ok)
        #expect(
            Decoded(body("{oops", finish: "length"), dialect: .openai, quirks: .openai).answer.outcome
                == .lengthTruncated)
    }

    @Test("a chunk that is not JSON is malformed_json, and the message tells the place but not the text")
    func malformedChunk() {
        let body = Samples.sse([Self.textChunk, #"{"choices":[secret"#, Self.textChunk, "[DONE]"])
        let decoded = Decoded(body, dialect: .openai, quirks: .openai)
        #expect(decoded.answer.outcome == .malformedJSON)
        #expect(decoded.text == "Hi")
        #expect(decoded.answer.failure?.message.contains("secret") == false)
        #expect(decoded.answer.failure?.message.contains("byte 12") == true)
    }

    @Test(
        "a whole body that is no answer is malformed_json",
        arguments: [
            (WireDialect.openai, "{}"), (.openai, "[]"), (.openai, "{\"choices\":"), (.openai, ""), (.openai, "OK"),
            (.anthropic, "{}"),
            (.gemini, "{}"), (.gemini, #"{"kind":"empty"}"#), (.openaiResponses, "{}"), (.openai, "\u{0}"),
        ])
    func malformedBody(dialect: WireDialect, body: String) {
        #expect(Decoded(body, dialect: dialect, quirks: .generic, streaming: false).answer.outcome == .malformedJSON)
    }

    @Test("an HTML page where an answer was expected is named as such", arguments: [true, false])
    func html(streaming: Bool) {
        let page = "\n<!DOCTYPE html><html><head><title>Welcome to <b>nginx</b></title></head></html>"
        let answer = Decoded(page, dialect: .openai, quirks: .generic, streaming: streaming).answer
        #expect(answer.outcome == .malformedJSON)
        #expect(answer.failure?.message.contains("HTML page (Welcome to <b>nginx</b>)") == true)
    }

    @Test("a stream asked for and answered whole is read whole, and the other way round")
    func otherFraming() {
        let whole = #"{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]}"#
        #expect(Decoded(whole, dialect: .openai, quirks: .openai, streaming: true).text == "Hi")
        #expect(Decoded(Samples.chat(), dialect: .openai, quirks: .openai, streaming: false).answer.outcome == .ok)
    }

    @Test("an error object in a 200 body that is not a stream is that error")
    func errorInWholeBody() {
        let body = #"{"error":{"message":"Rate limit reached, try again in 2s","code":429}}"#
        let answer = Decoded(body, dialect: .openai, quirks: .openai, streaming: false).answer
        #expect(answer.outcome == .rateLimited)
        #expect(answer.rateLimit?.retryAfter == .seconds(2))
    }

    @Test("a prompt that Gemini blocked is content_filter with its reason")
    func blockedPrompt() {
        let body =
            #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}}"#
        for streaming in [true, false] {
            let text = streaming ? Samples.sse([body]) : body
            let answer = Decoded(text, dialect: .gemini, quirks: .gemini, streaming: streaming).answer
            #expect(answer.outcome == .contentFilter)
            #expect(answer.failure?.code == "PROHIBITED_CONTENT")
            #expect(answer.usage?.tokens.promptTokens == 4)
        }
    }

    @Test("an answer that fails at the end of the Responses API is its error")
    func responsesFailed() {
        let failed =
            #"{"type":"response.failed","response":{"id":"r","model":"m","status":"failed","error":{"code":"server_error","message":"boom"}}}"#
        let answer = Decoded(Samples.named([failed]), dialect: .openaiResponses, quirks: .openai).answer
        #expect(answer.outcome == .serverError)
        #expect(answer.failure?.message == "boom")
        let flat = Samples.named([#"{"type":"error","code":"rate_limit_exceeded","message":"slow","param":null}"#])
        #expect(Decoded(flat, dialect: .openaiResponses, quirks: .openai).answer.outcome == .rateLimited)
        let queued = #"{"id":"r","status":"queued","output":[]}"#
        #expect(
            Decoded(queued, dialect: .openaiResponses, quirks: .openai, streaming: false).answer.outcome
                == .streamTruncated)
    }

    @Test("a dead connection leaves what was read, and a complete answer stays complete")
    func abort() {
        var events: [ChatEvent] = []
        var cut = ResponseDecoder(dialect: .openai, quirks: .openai, streaming: true, status: 200, headers: [])
        let begun = Array(Samples.sse([Self.textChunk]).utf8).withUnsafeBytes { cut.feed($0, into: &events) }
        let early = cut.abort()
        #expect(early.outcome == .streamTruncated)
        #expect(early.answerCharacters == 2)
        #expect(early.servedModel == "m")
        #expect(!begun.sawTerminal)
        var whole = ResponseDecoder(dialect: .openai, quirks: .openai, streaming: true, status: 200, headers: [])
        let ended = Array(Samples.chat().utf8).withUnsafeBytes { whole.feed($0, into: &events) }
        #expect(ended.sawTerminal)
        #expect(whole.abort().outcome == .ok)
        var failed = ResponseDecoder(dialect: .openai, quirks: .openai, streaming: true, status: 503, headers: [])
        #expect(failed.abort().outcome == .overloaded)
    }

    @Test("an answer is announced once, with the first id and model that are not empty")
    func started() {
        let azure = #"{"id":"","model":"","choices":[],"prompt_filter_results":[]}"#
        let decoded = Decoded(Samples.sse([azure]) + Samples.chat(), dialect: .openai, quirks: .openai)
        #expect(decoded.startCount == 1)
        #expect(decoded.answer.responseID == "c1")
        #expect(decoded.answer.servedModel == "m")
    }

    @Test("parallel calls keep their indices, and a server's own tools are not calls")
    func parallelCalls() {
        let body = Samples.anthropic(
            [
                #"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"q\":1}"}}"#,
                #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"x\":"}}"#,
                #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"b","name":"g","input":{}}}"#,
                #"{"type":"content_block_stop","index":2}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"2}"}}"#,
            ], stop: "tool_use")
        let decoded = Decoded(body, dialect: .anthropic, quirks: .anthropic)
        #expect(
            decoded.toolCalls == [
                ToolCall(id: "a", name: "f", arguments: #"{"x":2}"#), ToolCall(id: "b", name: "g", arguments: "{}"),
            ])
        #expect(decoded.answer.outcome == .ok)
    }
}
