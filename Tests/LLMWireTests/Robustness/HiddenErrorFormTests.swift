import LLMCore
import Testing

@testable import LLMWire

@Suite("Forms of errors in the place of an answer", .timeLimit(.minutes(1)))
struct HiddenErrorFormTests {
    /// Every one says "boom".
    private static let bodies = [
        #"{"success":"false","message":"boom"}"#, #"{"success":0,"msg":"boom"}"#,
        #"{"Success":false,"Message":"boom"}"#, #"{"ok":0,"description":"boom"}"#,
        #"{"status":false,"message":"boom"}"#, #"{"is_error":true,"message":"boom"}"#, #"{"code":-1,"msg":"boom"}"#,
        #"{"code":1001,"message":"boom"}"#, #"{"code":"10013","message":"boom"}"#, #"{"ret":-5,"msg":"boom"}"#,
        #"{"error_code":110,"error_msg":"boom"}"#, #"{"errorCode":"X","errorMessage":"boom"}"#, #"{"err":"boom"}"#,
        #"{"Error":{"message":"boom"}}"#, #"{"ERROR":"boom"}"#, #"{"exception":"boom"}"#,
        #"{"event":"error","message":"boom","status":500}"#, #"{"type":"stream_error","message":"boom"}"#,
        #"{"object":"error","message":"boom"}"#, #"{"type":"error","message":{"text":"x"},"detail":"boom"}"#,
        #"{"data":{"error":{"message":"boom"}}}"#, #"{"result":{"error":"boom"}}"#,
        #"{"status":"fail","message":"boom"}"#, #"{"title":"boom","status":500}"#,
        #"{"message":"boom: an internal error"}"#, #"{"msg":"boom, too many requests"}"#,
    ]
    private static let starts: [(WireDialect, String)] = [
        (.openai, Samples.sse([Samples.chunk(#"{"content":"Half"}"#)])),
        (.openaiResponses, Samples.named([#"{"type":"response.output_text.delta","delta":"Half"}"#])),
        (.anthropic, Samples.named([Samples.anthropicText("Half")])),
        (.gemini, Samples.sse([Samples.gemini(#"[{"text":"Half"}]"#)])),
    ]
    private static let passable: Set<AttemptClass> = [.ok, .streamTruncated, .malformedJSON, .emptyOutput]

    private static func expectBoom(_ decoded: Decoded, _ label: String) {
        #expect(!passable.contains(decoded.answer.outcome), "\(label): \(decoded.answer.outcome)")
        #expect(decoded.answer.failure?.message.contains("boom") == true, "\(label)")
    }

    @Test("in a stream that had begun, in every dialect", arguments: starts.indices)
    func streamed(start: Int) {
        let (dialect, head) = Self.starts[start]
        for body in Self.bodies {
            let decoded = Decoded("\(head)data: \(body)\n\n", dialect: dialect, quirks: .generic)
            Self.expectBoom(decoded, body)
            #expect(decoded.text == "Half")
        }
    }

    @Test("as the whole body of a success")
    func whole() {
        for body in Self.bodies {
            for streaming in [true, false] {
                Self.expectBoom(Decoded(body, dialect: .openai, quirks: .generic, streaming: streaming), body)
            }
        }
    }

    @Test(
        "as a line of its own, a comment, a plain text or an event by another name",
        arguments: starts.indices,
        [
            #": {"error":{"message":"boom"}}"#, ": error: boom", ": ERROR: boom",
            "event: stream_error\ndata: boom", "event: response.error\ndata: {\"message\":\"boom\"}",
            "event: ApiError\ndata: {\"message\":\"boom\"}", "data: Internal server error: boom",
            "data: boom: upstream timeout", "data: Boom! boom: the request was rejected",
        ])
    func lines(start: Int, line: String) {
        let (dialect, head) = Self.starts[start]
        Self.expectBoom(Decoded("\(head)\(line)\n\n", dialect: dialect, quirks: .generic), line)
    }

    @Test(
        "as a sentence without any event around it",
        arguments: [
            "Internal Server Error: boom", "boom: upstream connect error or disconnect/reset before headers",
            "boom, too many requests", "error code: 1015 boom", "boom: service unavailable\n",
        ], [true, false])
    func sentence(text: String, streaming: Bool) {
        for dialect in WireDialect.allCases {
            Self.expectBoom(
                Decoded(text, dialect: dialect, quirks: .generic, streaming: streaming), "\(dialect) \(text)")
        }
    }

    @Test(
        "signs of life and codes of success are no errors",
        arguments: [
            ": OPENROUTER PROCESSING", ": keep-alive", ": {}", #": {"a":1}"#, ": errors: 0", ":",
            "event: ping\ndata: {}",
            #"data: {"code":0,"message":"ok"}"#, #"data: {"code":200,"msg":"processing"}"#,
            #"data: {"success":true,"message":"started"}"#, #"data: {"status":"ok","message":"queued"}"#,
            #"data: {"error_code":0,"error_msg":"Success"}"#, #"data: {"is_error":false}"#,
        ])
    func innocent(line: String) {
        let body = Samples.sse([Samples.chunk(#"{"content":"Hi"}"#)]) + line + "\n\n" + Samples.chat(" you")
        let decoded = Decoded(body, dialect: .openai, quirks: .generic)
        #expect(decoded.answer.outcome == .ok, "\(String(describing: decoded.answer.failure))")
        #expect(decoded.text == "Hi you")
    }

    @Test(
        "an error inside an answer gets the class that its words name, without a status",
        arguments: [
            ("Rate limit exceeded", AttemptClass.rateLimited), ("Too many requests", .rateLimited),
            ("The model is overloaded", .overloaded), ("Insufficient balance", .quotaExhausted),
            ("The account has been suspended", .account), ("Prompt exceeds the context window", .contextOverflow),
            ("Invalid API key", .auth), ("boom", .serverError),
        ])
    func classes(message: String, outcome: AttemptClass) {
        let body = (["error": ["message": .string(message)]] as JSONValue).text
        for streaming in [true, false] {
            let text = streaming ? Samples.sse([body]) : body
            let answer = Decoded(text, dialect: .openai, quirks: .generic, streaming: streaming).answer
            #expect(answer.outcome == outcome)
        }
    }
}
