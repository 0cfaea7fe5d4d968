import LLMCore
import Testing

@testable import LLMWire

@Suite("Finish words", .timeLimit(.minutes(1)))
struct FinishWordTests {
    private static let groups: [(AttemptClass, [String])] = [
        (.ok, ["stop", "end turn", "eos", "stop sequence", "eot token", "completed", "done", "finished", "success"]),
        (
            .lengthTruncated,
            [
                "length", "max tokens", "max output tokens", "token limit", "incomplete", "repetition",
                "repetition detected", "model length", "max length", "context window exceeded", "truncated",
                "output budget exceeded", "max new tokens",
            ]
        ),
        (
            .contentFilter,
            [
                "content filter", "content filtered", "sensitive", "guardrail intervened", "safety", "blocked",
                "prohibited content", "moderation", "policy violation", "unsafe", "flagged", "censored",
            ]
        ),
        (
            .serverError,
            [
                "error", "network error", "cancelled", "canceled", "aborted", "engine failure", "internal error",
                "interrupted", "upstream disconnected", "request failed", "error finish",
            ]
        ),
        (.timeoutTotal, ["timeout", "timed out", "deadline exceeded", "time limit"]),
        (.overloaded, ["overloaded", "insufficient system resource", "engine busy"]),
        (.refusal, ["refusal", "refused"]),
        (.toolCallInvalid, ["malformed function call", "unexpected tool call", "tool call error", "invalid tool use"]),
    ]

    private static let spellings: [@Sendable (String) -> String] = [
        { $0.split(separator: " ").joined(separator: "_") },
        { $0.uppercased().split(separator: " ").joined(separator: "_") },
        { $0.split(separator: " ").joined(separator: "-") }, { capitalized($0) },
        { "FINISH_REASON_" + $0.uppercased().split(separator: " ").joined(separator: "_") },
        { "FinishReason." + $0.uppercased().split(separator: " ").joined(separator: "_") },
        {
            let words = $0.split(separator: " ")
            return ([String(words[0])] + words.dropFirst().map { capitalized(String($0)) }).joined()
        },
    ]

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private static func body(_ word: String, _ dialect: WireDialect, streaming: Bool) -> String {
        switch (dialect, streaming) {
        case (.openai, true): Samples.chat(finish: word)
        case (.openai, false):
            #"{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"\#(word)"}]}"#
        case (.anthropic, true): Samples.anthropic([Samples.anthropicText("Hi")], stop: word)
        case (.anthropic, false):
            #"{"id":"m","model":"c","content":[{"type":"text","text":"Hi"}],"stop_reason":"\#(word)"}"#
        case (.gemini, true): Samples.sse([Samples.gemini(#"[{"text":"Hi"}]"#, finish: word)])
        case (.gemini, false): Samples.gemini(#"[{"text":"Hi"}]"#, finish: word)
        case (.openaiResponses, _): ""
        }
    }

    @Test(
        "a word means the same in every dialect, streamed and whole, however it is spelled",
        arguments: groups.map(\.0), [WireDialect.openai, .anthropic, .gemini])
    func meanings(outcome: AttemptClass, dialect: WireDialect) {
        for word in Self.groups.filter({ $0.0 == outcome }).flatMap(\.1) {
            for spelling in Self.spellings {
                for streaming in [true, false] {
                    let spelled = spelling(word)
                    let body = Self.body(spelled, dialect, streaming: streaming)
                    let answer = Decoded(body, dialect: dialect, quirks: .generic, streaming: streaming).answer
                    #expect(answer.outcome == outcome, "\(spelled) \(streaming)")
                    #expect(answer.finish?.raw == spelled)
                    #expect(outcome != .ok || answer.finish?.kind == .stop, "\(spelled)")
                }
            }
        }
    }

    @Test(
        "a word nobody knows is kept as it is and is no failure", arguments: ["OTHER", "zork_3", "überraschung", "完了"])
    func unknown(word: String) {
        for dialect in [WireDialect.openai, .anthropic, .gemini] {
            let answer = Decoded(Self.body(word, dialect, streaming: true), dialect: dialect, quirks: .generic).answer
            #expect(answer.outcome == .ok)
            #expect(answer.finish == FinishReason(kind: .other, raw: word))
            #expect(answer.finish?.name == word)
        }
    }

    @Test("a word that says that there is none is none", arguments: ["", "null", "None", "undefined"])
    func none(word: String) {
        let text = Samples.chunk(#"{"content":"Hi"}"#, finish: word)
        #expect(Decoded(Samples.sse([text]), dialect: .openai, quirks: .generic).answer.outcome == .streamTruncated)
        #expect(Decoded(Samples.sse([text, "[DONE]"]), dialect: .openai, quirks: .generic).answer.finish == nil)
    }

    @Test("a word that names a failure stays, whatever follows it")
    func failureStays() {
        let body = Samples.sse([
            Samples.chunk(#"{"content":"Hi"}"#, finish: "upstream_error"), Samples.chunk("{}", finish: "stop"),
            "[DONE]",
        ])
        #expect(Decoded(body, dialect: .openai, quirks: .generic).answer.outcome == .serverError)
    }

    @Test(
        "the Responses API's reasons refine its status",
        arguments: [
            ("incomplete", #""max_output_tokens""#, AttemptClass.lengthTruncated),
            ("incomplete", #""content_filter""#, .contentFilter), ("incomplete", "null", .lengthTruncated),
            ("incomplete", #""zork""#, .lengthTruncated), ("cancelled", "null", .serverError),
        ])
    func responses(status: String, reason: String, outcome: AttemptClass) {
        let message = #"{"type":"message","content":[{"type":"output_text","text":"Hi"}]}"#
        let body =
            #"{"id":"r","model":"m","status":"\#(status)","output":[\#(message)],"incomplete_details":{"reason":\#(reason)}}"#
        let answer = Decoded(body, dialect: .openaiResponses, quirks: .openai, streaming: false).answer
        #expect(answer.outcome == outcome)
    }
}
