import LLMCore
import Testing

@testable import LLMWire

@Suite("Where finish words stand, and what providers call them", .timeLimit(.minutes(1)))
struct FinishPlaceTests {
    private static let words: [(AttemptClass, [String])] = [
        (
            .contentFilter,
            [
                "SAFETY", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "RECITATION", "IMAGE_RECITATION", "LANGUAGE",
                "SPII", "MODEL_ARMOR", "ERROR_TOXIC", "guardrail_intervened", "protected_material", "sexual",
                "violence",
            ]
        ),
        (
            .lengthTruncated,
            [
                "MAX_TOKENS", "model_length", "ERROR_LIMIT", "model_context_window_exceeded", "max_output_tokens",
                "context_length_error", "max_tool_calls", "degenerate",
            ]
        ),
        (
            .toolCallInvalid,
            [
                "MALFORMED_FUNCTION_CALL", "TOO_MANY_TOOL_CALLS", "UNEXPECTED_TOOL_CALL", "MISSING_THOUGHT_SIGNATURE",
                "malformed_model_output", "malformed_tool_use", "MALFORMED_RESPONSE", "invalid_json",
            ]
        ),
        (
            .serverError,
            ["USER_CANCEL", "ERROR", "load", "unload", "upstream_closed", "terminated", "worker_died", "retry_later"]
        ),
        (.timeoutTotal, ["TIMEOUT", "expired", "stalled"]), (.refusal, ["refusal"]),
    ]

    private static func chat(_ members: String, streaming: Bool) -> DecodedAnswer {
        let name = streaming ? "delta" : "message"
        let body = #"{"id":"c","model":"m","choices":[{"index":0,"\#(name)":{"content":"Hi"},\#(members)}]}"#
        return Decoded(
            streaming ? Samples.sse([body, "[DONE]"]) : body, dialect: .openai, quirks: .generic, streaming: streaming
        ).answer
    }

    @Test("every provider's word has its class", arguments: words.map(\.0))
    func meanings(outcome: AttemptClass) {
        for word in Self.words.filter({ $0.0 == outcome }).flatMap(\.1) {
            for streaming in [true, false] {
                let answer = Self.chat(#""finish_reason":"\#(word)""#, streaming: streaming)
                #expect(answer.outcome == outcome, "\(word)")
            }
        }
    }

    @Test("a gateway's good word beside its upstream's bad one is not believed", arguments: words.map(\.0))
    func native(outcome: AttemptClass) {
        for word in Self.words.filter({ $0.0 == outcome }).flatMap(\.1) {
            for good in ["stop", "end_turn", "zork"] {
                for streaming in [true, false] {
                    let members = #""finish_reason":"\#(good)","native_finish_reason":"\#(word)""#
                    #expect(Self.chat(members, streaming: streaming).outcome == outcome, "\(good) \(word)")
                }
            }
        }
    }

    @Test(
        "a harmless native word changes nothing",
        arguments: ["STOP", "end_turn", "completed", "zork", "tool_use", "eos", "null", ""])
    func harmless(word: String) {
        let members = #""finish_reason":"stop","native_finish_reason":"\#(word)""#
        for streaming in [true, false] {
            let answer = Self.chat(members, streaming: streaming)
            #expect(answer.outcome == .ok && answer.finish == FinishReason(kind: .stop, raw: "stop"))
        }
    }

    @Test(
        "the word is found in whatever member holds it",
        arguments: ["finish_reason", "finishReason", "stop_reason", "done_reason", "native_finish_reason"])
    func places(member: String) {
        for streaming in [true, false] {
            for (word, outcome) in [("length", AttemptClass.lengthTruncated), ("stop", .ok), ("error", .serverError)] {
                let others = member == "finish_reason" ? "" : #""finish_reason":null,"#
                let answer = Self.chat(#"\#(others)"\#(member)":"\#(word)""#, streaming: streaming)
                #expect(answer.outcome == outcome && answer.finish?.raw == word, "\(member) \(word)")
            }
            #expect(Self.chat(#""\#(member)":{"type":"length"}"#, streaming: streaming).outcome == .lengthTruncated)
        }
    }

    @Test(
        "beside a finish word vLLM's stop_reason is the text that stopped it",
        arguments: [#""error""#, "128009", "null"])
    func stopText(value: String) {
        let members = #""finish_reason":"stop","stop_reason":\#(value)"#
        for streaming in [true, false] { #expect(Self.chat(members, streaming: streaming).outcome == .ok) }
    }

    @Test("Anthropic's details refine a harmless stop reason")
    func details() {
        let delta =
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_details":{"type":"refusal","explanation":"no"}},"usage":{"output_tokens":2}}"#
        let body = Samples.named([Samples.anthropicText("Hi"), delta, #"{"type":"message_stop"}"#])
        let answer = Decoded(body, dialect: .anthropic, quirks: .anthropic).answer
        #expect(answer.outcome == .refusal && answer.failure?.message == "no")
    }

    @Test("an unspecified block reason blocks a prompt only where no candidate came", arguments: [true, false])
    func unspecifiedBlock(streaming: Bool) {
        let feedback = #""promptFeedback":{"blockReason":"BLOCKED_REASON_UNSPECIFIED"}"#
        let candidate = #""candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}]"#
        for (body, outcome) in [
            ("{\(feedback),\(candidate)}", AttemptClass.ok), ("{\(feedback)}", .contentFilter),
            (#"{"promptFeedback":{"blockReason":"SAFETY"},"candidates":[]}"#, .contentFilter),
        ] {
            let text = streaming ? Samples.sse([body]) : body
            #expect(Decoded(text, dialect: .gemini, quirks: .gemini, streaming: streaming).answer.outcome == outcome)
        }
    }
}
