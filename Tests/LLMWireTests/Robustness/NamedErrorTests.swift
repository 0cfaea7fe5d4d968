import LLMCore
import Testing

@testable import LLMWire

@Suite("Errors by the name under which they stand", .timeLimit(.minutes(1)))
struct NamedErrorTests {
    private static let starts: [(WireDialect, String)] = [
        (.openai, Samples.sse([Samples.chunk(#"{"content":"Half"}"#)])),
        (.openaiResponses, Samples.named([#"{"type":"response.output_text.delta","delta":"Half"}"#])),
        (.anthropic, Samples.named([Samples.anthropicText("Half")])),
        (.gemini, Samples.sse([Samples.gemini(#"[{"text":"Half"}]"#)])),
    ]
    private static let passable: Set<AttemptClass> = [.ok, .streamTruncated, .malformedJSON, .emptyOutput]

    /// Names of the field, with what stands before the kind.
    private static let names = ["", "internalServer", "model_stream_", "Runtime", "upstream-", "SERVER_"].flatMap {
        front in
        ["error", "exception", "failure", "fault", "errors", "failures"].map { kind in
            front.last?.isLowercase == true ? front + kind.prefix(1).uppercased() + kind.dropFirst() : front + kind
        }
    }

    private static func decode(_ start: Int, _ line: String, tail: String = "data: [DONE]\n\n") -> Decoded {
        let (dialect, head) = starts[start]
        return Decoded("\(head)\(line)\n\n\(tail)", dialect: dialect, quirks: .generic)
    }

    @Test("an event, a field or a member with the name of an error is one, in every dialect", arguments: starts.indices)
    func named(start: Int) {
        for name in Self.names {
            for line in [
                "event: \(name)\ndata: {\"message\":\"it broke\"}", "event: \(name)\ndata: it broke",
                "\(name): it broke", #"\#(name): {"message":"it broke","code":"x"}"#,
                #"data: {"\#(name)":{"message":"it broke"}}"#,
            ] {
                let decoded = Self.decode(start, line)
                #expect(!Self.passable.contains(decoded.answer.outcome), "\(line) \(decoded.answer.outcome)")
                #expect(decoded.answer.failure?.message.contains("it broke") == true, "\(line)")
                #expect(decoded.text == "Half")
            }
        }
    }

    @Test(
        "the name says the class where the text does not",
        arguments: [
            ("throttlingException", AttemptClass.rateLimited), ("throttled_error", .rateLimited),
            ("rate_limit_error", .rateLimited),
            ("tooManyRequestsException", .rateLimited), ("serviceUnavailableException", .overloaded),
            ("overloaded_error", .overloaded), ("accessDeniedException", .permission),
            ("validationException", .badRequest), ("internalServerException", .serverError),
            ("modelStreamErrorException", .serverError), ("stream_error", .serverError),
        ])
    func classes(name: String, outcome: AttemptClass) {
        for start in Self.starts.indices {
            for line in [
                "event: \(name)\ndata: {\"message\":\"it broke\"}", "\(name): it broke",
                #"data: {"\#(name)":{"message":"it broke"}}"#,
            ] { #expect(Self.decode(start, line).answer.outcome == outcome, "\(line)") }
        }
    }

    @Test(
        "an object or a text without a piece of an answer is an error", arguments: starts.indices,
        [
            #"{"message":"Worker died"}"#, #"{"msg":"it is over"}"#, #"{"message":"zork","request_id":"r"}"#,
            #"{"status":"500","message":"Worker died"}"#, #""Internal server error""#, #""upstream lost""#,
            #"{"exception":{"type":"RuntimeError","message":"CUDA"}}"#, #"{"status":"failed"}"#,
            #"{"status_code":500,"body":"x"}"#,
            #"<html><head><title>502 Bad Gateway</title></head></html>"#,
        ])
    func bare(start: Int, data: String) {
        let answer = Self.decode(start, "data: \(data)").answer
        #expect(!Self.passable.contains(answer.outcome), "\(answer.outcome)")
    }

    @Test("a status as a text has the class of its number")
    func textStatus() {
        for (status, outcome) in [("429", AttemptClass.rateLimited), ("503", .overloaded), ("500", .serverError)] {
            let line = #"data: {"status":"\#(status)","message":"zork"}"#
            #expect(Self.decode(0, line).answer.outcome == outcome)
        }
    }

    @Test(
        "names of figures, signs of life and good codes are no errors", arguments: starts.indices,
        [
            "errors: 0", "errors: 3", "error_count: 3", "error_rate: 0.1", "event: no_error\ndata: {}",
            "event: default\ndata: {}", "event: deferred\ndata: {}", #"data: {"message":"processing"}"#,
            #"data: {"message":"queued, please wait"}"#, #"data: {"status":"running","message":"zork"}"#,
            #"meta: {"message":"hello world"}"#, #"data: {"no_error":{"a":1}}"#, #"data: {"error_count":3}"#,
        ])
    func innocent(start: Int, line: String) {
        let tail =
            switch Self.starts[start].0 {
            case .openai: Samples.chat(" you")
            case .openaiResponses:
                Samples.named([
                    #"{"type":"response.output_text.delta","delta":" you"}"#,
                    #"{"type":"response.completed","response":{"id":"r","model":"m","status":"completed","output":[]}}"#,
                ])
            case .anthropic: Samples.anthropic([Samples.anthropicText(" you")])
            case .gemini: Samples.sse([Samples.gemini(#"[{"text":" you"}]"#, finish: "STOP")])
            }
        let decoded = Self.decode(start, line, tail: tail)
        #expect(decoded.answer.outcome == .ok, "\(String(describing: decoded.answer.failure))")
        #expect(decoded.text == "Half you")
    }

    @Test(
        "a completed response that holds an error is a failure, streamed and whole",
        arguments: ["completed", "incomplete"])
    func completedWithError(status: String) {
        let output = #"[{"type":"message","content":[{"type":"output_text","text":"Half"}]}]"#
        for (error, outcome) in [
            (#"{"code":"server_error","message":"it broke"}"#, AttemptClass.serverError),
            (#"{"code":"rate_limit_exceeded","message":"it broke"}"#, .rateLimited),
        ] {
            let body = #"{"id":"r","model":"m","status":"\#(status)","error":\#(error),"output":\#(output)}"#
            let stream = Samples.named([#"{"type":"response.\#(status)","response":\#(body)}"#])
            for (text, streaming) in [(stream, true), (body, true), (body, false)] {
                let answer = Decoded(text, dialect: .openaiResponses, quirks: .openai, streaming: streaming).answer
                #expect(answer.outcome == outcome && answer.failure?.message.contains("it broke") == true)
            }
        }
    }

    @Test("an error behind the finish word is a note; behind a word of failure it is the reason")
    func behindTheFinish() {
        let error = "data: {\"error\":{\"code\":429,\"message\":\"late\"}}\n\n"
        for (word, outcome) in [("stop", AttemptClass.ok), ("length", .lengthTruncated), ("error", .rateLimited)] {
            let head = Samples.sse([Samples.chunk(#"{"content":"Hi"}"#), Samples.chunk("{}", finish: word)])
            for tail in ["", "data: [DONE]\n\n"] {
                let answer = Decoded(head + error + tail, dialect: .openai, quirks: .generic).answer
                #expect(answer.outcome == outcome, "\(word)")
                #expect(answer.notes.isEmpty == (word == "error"))
            }
        }
        // Nothing was said before it: nothing is complete.
        let empty = Samples.sse([Samples.chunk("{}", finish: "stop")]) + error
        #expect(Decoded(empty, dialect: .openai, quirks: .generic).answer.outcome == .rateLimited)
    }
}
