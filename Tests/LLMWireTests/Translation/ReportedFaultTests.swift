import LLMCore
import Testing

@testable import LLMWire

/// Faults that users of other gateways reported, made again.
@Suite("Faults reported of other gateways", .timeLimit(.minutes(1)))
struct ReportedFaultTests {
    private static func encode(
        _ body: String, _ flavour: ServerFlavour, to dialect: WireDialect
    ) throws -> JSONValue {
        let client = try RequestDecoder.decode(Array(body.utf8), flavour: flavour, pathModel: "m")
        return try Samples.body(
            RequestEncoder.encode(client.request, model: "m", dialect: dialect, quirks: .generic))
    }

    // MARK: A system message in the middle: BerriAI/litellm#34290, HKUDS/Vibe-Trading#1109

    private static let corrected =
        #"{"model":"m","max_tokens":9,"system":"Be kind.","messages":[{"role":"user","content":"Run it, then a haiku."},{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"w","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"done"}]},{"role":"system","content":"No haiku."}]}"#

    @Test("a system message in the middle stays in its place")
    func systemInTheMiddle() throws {
        let responses = try Self.encode(Self.corrected, .gatewayAnthropic, to: .openaiResponses)
        #expect(responses["instructions"] == "Be kind.")
        #expect(
            responses["input"]?.array?.last == [
                "role": "system", "content": [["type": "input_text", "text": "No haiku."]],
            ])
        let chat = try Self.encode(Self.corrected, .gatewayAnthropic, to: .openai)
        #expect(chat["messages"]?.array?.last == ["role": "system", "content": "No haiku."])
        let gemini = try Self.encode(Self.corrected, .gatewayAnthropic, to: .gemini)
        #expect(gemini["systemInstruction"] == ["parts": [["text": "Be kind."]]])
        let last = gemini["contents"]?.array?.last
        #expect(last?["role"] == "user" && last?["parts"]?[0]?["functionResponse"] != nil)
        #expect(last?["parts"]?[1] == ["text": "<system>\nNo haiku.\n</system>"])
    }

    @Test("also one of a chat's, at Anthropic, behind the results of the turn")
    func systemInAChat() throws {
        let body =
            #"{"model":"m","messages":[{"role":"developer","content":"Be kind."},{"role":"user","content":"Hi"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"w","arguments":"{}"}}]},{"role":"system","content":"No haiku."},{"role":"tool","tool_call_id":"c1","content":"done"}]}"#
        let anthropic = try Self.encode(body, .gatewayChat, to: .anthropic)
        #expect(anthropic["system"] == "Be kind.")
        let last = anthropic["messages"]?.array?.last
        #expect(last?["content"]?.array?.compactMap { $0["type"]?.string } == ["tool_result", "text"])
        #expect(last?["content"]?[1]?["text"] == "<system>\nNo haiku.\n</system>")
        #expect(anthropic["messages"]?.array?.count == 3)
    }

    // MARK: A system message alone: BerriAI/litellm#13769

    @Test("a system message alone is what the model is asked")
    func systemAlone() throws {
        let body =
            #"{"model":"m","messages":[{"role":"system","content":"Be kind."},{"role":"system","content":"Hi?"}]}"#
        let gemini = try Self.encode(body, .gatewayChat, to: .gemini)
        #expect(gemini["systemInstruction"] == ["parts": [["text": "Be kind."]]])
        #expect(gemini["contents"] == [["role": "user", "parts": [["text": "Hi?"]]]])
        let anthropic = try Self.encode(body, .gatewayChat, to: .anthropic)
        #expect(anthropic["system"] == "Be kind." && anthropic["messages"] == [["role": "user", "content": "Hi?"]])
        let responses = try Self.encode(body, .gatewayChat, to: .openaiResponses)
        #expect(responses["input"] == [["role": "user", "content": [["type": "input_text", "text": "Hi?"]]]])
    }

    // MARK: Parallel calls as items of their own: BerriAI/litellm#21154, Effect-TS/effect#6719

    @Test("parallel calls of the Responses API are one message of a chat, and their results follow it")
    func parallelItems() throws {
        let body =
            #"{"model":"m","input":[{"role":"user","content":"q"},{"type":"reasoning","id":"r1","summary":[],"encrypted_content":"x"},{"type":"function_call","call_id":"c1","name":"w","arguments":"{\"a\":1}"},{"type":"reasoning","id":"r2","summary":[],"encrypted_content":"y"},{"type":"function_call","call_id":"c2","name":"v","arguments":"{}"},{"role":"assistant","content":[{"type":"output_text","text":"Both."}]},{"type":"function_call_output","call_id":"c1","output":"1"},{"type":"function_call_output","call_id":"c2","output":"2"}]}"#
        let messages = try Self.encode(body, .gatewayResponses, to: .openai)["messages"]?.array ?? []
        #expect(messages.compactMap { $0["role"]?.string } == ["user", "assistant", "tool", "tool"])
        #expect(messages[1]["content"] == "Both.")
        #expect(messages[1]["tool_calls"]?.array?.compactMap { $0["id"]?.string } == ["c1", "c2"])
    }

    @Test("calls that follow one another's results stay apart, as do answers in a row")
    func sequentialItems() throws {
        let body =
            #"{"model":"m","input":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},{"role":"assistant","content":"b"},{"type":"function_call","call_id":"c1","name":"w","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"1"},{"type":"function_call","call_id":"c2","name":"v","arguments":"{}"},{"type":"function_call_output","call_id":"c2","output":"2"}]}"#
        let messages = try Self.encode(body, .gatewayResponses, to: .openai)["messages"]?.array ?? []
        #expect(
            messages.compactMap { $0["role"]?.string } == [
                "user", "assistant", "assistant", "tool", "assistant", "tool",
            ])
        #expect(messages[1]["content"] == "a" && messages[2]["content"] == "b")
    }

    // MARK: Text of white space: anomalyco/opencode#31259 and #35101

    @Test("text of white space alone is not sent to Anthropic, which refuses it")
    func blankText() throws {
        let body =
            #"{"model":"m","messages":[{"role":"system","content":" \n"},{"role":"user","content":"Hi"},{"role":"assistant","content":" "},{"role":"user","content":[{"type":"text","text":"\n"},{"type":"text","text":"On"}]}]}"#
        let sent = try Self.encode(body, .gatewayChat, to: .anthropic)
        #expect(sent["system"] == nil)
        #expect(
            sent["messages"] == [
                ["role": "user", "content": [["type": "text", "text": "Hi"], ["type": "text", "text": "On"]]]
            ])
        let blank = #"{"model":"m","messages":[{"role":"user","content":" "}]}"#
        let error = #expect(throws: WireError.self) { try Self.encode(blank, .gatewayChat, to: .anthropic) }
        #expect(error?.kind == .unsupported)
    }

    // MARK: Arguments in one event: BerriAI/litellm#25321

    private static func streamed(
        _ body: String, from dialect: WireDialect, as flavour: ServerFlavour
    ) -> String {
        let decoded = Decoded(body, dialect: dialect, quirks: .generic)
        var encoder = AnswerStreamEncoder(
            head: AnswerHead(id: "x_1", model: "m", createdAt: 1, requestID: "r"), flavour: flavour, includeUsage: true)
        var out: [UInt8] = []
        encoder.start(into: &out)
        for case .toolCall(let index, let id, let name, let arguments) in decoded.events {
            encoder.append(.toolCall(index: index, id: id, name: name, arguments: arguments), into: &out)
        }
        encoder.finish(AnswerEnd(finish: .toolCalls, usage: decoded.answer.usage?.tokens), into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    @Test("arguments that a Responses stream tells at their end alone reach Anthropic's callers")
    func argumentsAtTheEnd() {
        let body = Samples.named([
            #"{"type":"response.created","response":{"id":"r","model":"m"}}"#,
            #"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"f1","call_id":"c1","name":"w","arguments":""}}"#,
            #"{"type":"response.function_call_arguments.done","item_id":"f1","output_index":0,"arguments":"{\"a\":1}"}"#,
            #"{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"f1","call_id":"c1","name":"w","arguments":"{\"a\":1}"}}"#,
            #"{"type":"response.completed","response":{"id":"r","status":"completed","output":[{"type":"function_call","id":"f1","call_id":"c1","name":"w","arguments":"{\"a\":1}"}],"usage":{"input_tokens":2,"output_tokens":1}}}"#,
        ])
        let stream = Self.streamed(body, from: .openaiResponses, as: .gatewayAnthropic)
        #expect(stream.ranges(of: "input_json_delta").count == 1, "\(stream)")
        #expect(stream.contains(#""partial_json":"{\"a\":1}""#))
    }

    // MARK: Calls without arguments: BerriAI/litellm#5063

    @Test(
        "a call without arguments that Anthropic streams is an empty object to every caller",
        arguments: [
            (ServerFlavour.gatewayChat, #""arguments":"{}""#), (.gatewayResponses, #""arguments":"{}""#),
            (.gatewayGemini, #""args":{}"#),
        ])
    func noArguments(flavour: ServerFlavour, written: String) {
        let body = Samples.anthropic(
            [
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"now","input":{}}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}}"#,
                #"{"type":"content_block_stop","index":0}"#,
            ], stop: "tool_use")
        let stream = Self.streamed(body, from: .anthropic, as: flavour)
        #expect(stream.contains(written), "\(stream)")
        #expect(!stream.contains(#"{}{}"#))
    }

    // MARK: Parallel calls under one number: NousResearch/hermes-agent#62937, #57939

    @Test("parallel calls that a server gives one number, or none, are calls of their own to Anthropic's callers")
    func oneNumber() {
        let call = { (id: String, day: String) in
            #"{"tool_calls":[{"index":0,"id":"\#(id)","type":"function","function":{"name":"log","arguments":"{\"day\":\"\#(day)\"}"}}]}"#
        }
        let chat = Samples.sse([
            Samples.chunk(call("a", "1")), Samples.chunk(call("b", "2")), Samples.chunk(call("c", "2")),
            Samples.chunk("{}", finish: "tool_calls"), "[DONE]",
        ])
        let part = { (day: String) in #"[{"functionCall":{"name":"log","args":{"day":"\#(day)"}}}]"# }
        let gemini = Samples.sse([
            Samples.gemini(part("1")), Samples.gemini(part("2")), Samples.gemini(part("2"), finish: "STOP"),
        ])
        for (body, dialect) in [(chat, WireDialect.openai), (gemini, .gemini)] {
            let stream = Self.streamed(body, from: dialect, as: .gatewayAnthropic)
            #expect(stream.ranges(of: #""type":"tool_use""#).count == 3, "\(stream)")
            #expect(stream.ranges(of: #""partial_json":"{\"day\":\""#).count == 3, "\(stream)")
        }
    }

    // MARK: Cached tokens counted twice: envoyproxy/ai-gateway#2350

    @Test("tokens that OpenAI read from its cache stand beside Anthropic's input, and are counted once")
    func cachedTokens() {
        let body = Samples.chat(rest: [
            #"{"id":"x","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":5,"total_tokens":105,"prompt_tokens_details":{"cached_tokens":80}}}"#
        ])
        let stream = Self.streamed(body, from: .openai, as: .gatewayAnthropic)
        let last = stream[(stream.firstRange(of: "event: message_delta")?.upperBound ?? stream.endIndex)...]
        #expect(last.contains(#""input_tokens":20"#) && last.contains(#""cache_read_input_tokens":80"#), "\(stream)")
    }
}
