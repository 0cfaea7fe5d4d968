import LLMCore
import Testing

@testable import LLMWire

@Suite("Errors inside answers", .timeLimit(.minutes(1)))
struct HiddenErrorTests {
    private static let starts: [(WireDialect, String)] = [
        (.openai, Samples.sse([Samples.chunk(#"{"content":"Half"}"#)])),
        (.openaiResponses, Samples.named([#"{"type":"response.output_text.delta","delta":"Half"}"#])),
        (.anthropic, Samples.named([Samples.anthropicText("Half")])),
        (.gemini, Samples.sse([Samples.gemini(#"[{"text":"Half"}]"#)])),
    ]
    /// Every one says "boom".
    private static let errors = [
        #"data: {"error":{"message":"boom","type":"server_error"}}"#, #"data: {"error":"boom"}"#,
        #"data: {"errors":[{"message":"boom"}]}"#, #"data: {"detail":"boom"}"#,
        #"data: {"type":"error","error":{"type":"api_error","message":"boom"}}"#,
        #"error: {"code":500,"message":"boom","type":"server_error"}"#, "error: boom", "ERROR: \"boom\"",
        #"exception: {"message":"boom"}"#, #"status: {"error":{"message":"boom"}}"#, #"{"error":{"message":"boom"}}"#,
        "event: error\ndata: boom", "event: Error\ndata: {\"message\":\"boom\"}",
        "event: exception\ndata: {\"error\":{\"message\":\"boom\"}}", "data: error: boom",
        #"data: {"error_code":17,"error_msg":"boom"}"#, #"data: {"success":false,"message":"boom"}"#,
        #"data: {"code":"InternalError.Algo","message":"boom","request_id":"r"}"#,
        #"data: {"base_resp":{"status_code":1013,"status_msg":"boom"}}"#,
    ]

    @Test("no failure passes for a success, wherever the stream says it", arguments: starts.indices, errors)
    func streamed(start: Int, error: String) {
        let (dialect, head) = Self.starts[start]
        for tail in ["", "data: [DONE]\n\n"] {
            let decoded = Decoded("\(head)\(error)\n\n\(tail)", dialect: dialect, quirks: .generic)
            #expect(
                ![.ok, .streamTruncated, .malformedJSON].contains(decoded.answer.outcome), "\(decoded.answer.outcome)")
            #expect(
                decoded.answer.failure?.message.contains("boom") == true,
                "\(String(describing: decoded.answer.failure))")
            #expect(decoded.text == "Half")
        }
    }

    @Test(
        "an error inside a choice is one",
        arguments: [
            #"{"index":0,"delta":{"content":""},"finish_reason":"stop","error":{"code":502,"message":"boom"}}"#,
            #"{"index":0,"delta":{"error":{"message":"boom"}},"finish_reason":null}"#,
            #"{"index":0,"message":{"content":"","error":"boom"},"finish_reason":"stop"}"#,
        ])
    func insideAChoice(choice: String) {
        let body = #"{"id":"c","model":"m","choices":[\#(choice)]}"#
        for streaming in [true, false] {
            let text = streaming ? Samples.sse([body, "[DONE]"]) : body
            let answer = Decoded(text, dialect: .openai, quirks: .generic, streaming: streaming).answer
            #expect(answer.outcome == .serverError)
            #expect(answer.failure?.message.contains("boom") == true)
        }
    }

    private static let void = [
        "null", "\"\"", "{}", "false", "[]", "0", "\" \"", "\"null\"", #"{"code":0,"message":""}"#,
        #"{"message":null}"#,
    ]

    @Test("an error that says nothing is none, in every dialect", arguments: void, ["error", "errors"])
    func saysNothing(value: String, name: String) {
        let bodies: [(WireDialect, String)] = [
            (
                .openai,
                #"{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}],"\#(name)":\#(value)}"#
            ),
            (
                .anthropic,
                #"{"id":"m","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","\#(name)":\#(value)}"#
            ),
            (
                .gemini,
                #"{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}],"\#(name)":\#(value)}"#
            ),
            (
                .openaiResponses,
                #"{"id":"r","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}],"\#(name)":\#(value)}"#
            ),
        ]
        for (dialect, body) in bodies {
            let decoded = Decoded(body, dialect: dialect, quirks: .generic, streaming: false)
            #expect(decoded.answer.outcome == .ok && decoded.text == "Hi", "\(dialect)")
        }
        let chunk = Samples.chunk(#"{"content":"Hi"}"#, finish: "stop", rest: #","\#(name)":\#(value)"#)
        #expect(Decoded(Samples.sse([chunk, "[DONE]"]), dialect: .openai, quirks: .generic).answer.outcome == .ok)
    }

    @Test(
        "lines of unknown fields that say nothing of an error are skipped",
        arguments: [
            "foo: bar", "error:", "error: null", "error: {}", "keep-alive", "status: ok", #"meta: {"a":1}"#,
            "errors_seen: 0",
        ])
    func otherFields(line: String) {
        let body = Samples.sse([Samples.chunk(#"{"content":"Hi"}"#)]) + line + "\n\n" + Samples.chat(" you")
        let decoded = Decoded(body, dialect: .openai, quirks: .generic)
        #expect(decoded.answer.outcome == .ok)
        #expect(decoded.text == "Hi you")
    }
}
