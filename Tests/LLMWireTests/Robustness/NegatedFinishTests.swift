import LLMCore
import Testing

@testable import LLMWire

@Suite("Finish words with a negation", .timeLimit(.minutes(1)))
struct NegatedFinishTests {
    private static let ends = ["finished", "complete", "completed", "done", "stopped", "ended", "finish", "eos"]
    private static let negations = ["not", "did_not", "was_not", "never", "without", "could_not", "NOT", "not_yet"]

    private static func outcome(_ word: String) -> DecodedAnswer {
        Decoded(Samples.chat(finish: word), dialect: .openai, quirks: .generic).answer
    }

    @Test("an end that is denied is a cut", arguments: negations, ends)
    func cut(negation: String, end: String) {
        #expect(Self.outcome("\(negation)_\(end)").outcome == .lengthTruncated)
        #expect(Self.outcome("\(negation) \(end)").outcome == .lengthTruncated)
    }

    @Test("trouble that is denied is none", arguments: ["no_error", "without_errors", "did_not_fail", "noIssues"])
    func noTrouble(word: String) { #expect(Self.outcome(word).finish?.kind == .stop) }

    @Test(
        "what is denied is not believed",
        arguments: ["not_filtered", "no_limit", "not_truncated", "no_timeout", "not_blocked"])
    func unknown(word: String) {
        let answer = Self.outcome(word)
        #expect(answer.outcome == .ok && answer.finish?.kind == .other)
    }

    @Test(
        "a word that only begins as one of the table does is not it",
        arguments: [
            ("endpoint_unreachable", AttemptClass.serverError), ("peer_hangup", .serverError),
            ("UNEXPECTED_EOF", .serverError), ("premature_end", .serverError), ("not_finished_error", .serverError),
            ("content_not_allowed", .contentFilter), ("unexpected_tool_call", .toolCallInvalid),
        ])
    func near(word: String, outcome: AttemptClass) { #expect(Self.outcome(word).outcome == outcome) }

    @Test("an endpoint is no end")
    func endpoint() { #expect(Self.outcome("endpoint").finish?.kind == .other) }

    @Test("an object is read by its type", arguments: ["finish_reason", "native_finish_reason"])
    func object(member: String) {
        for (type, outcome) in [
            ("abort", AttemptClass.serverError), ("length", .lengthTruncated), ("stop", .ok),
            ("not_finished", .lengthTruncated),
        ] {
            let good = member == "finish_reason" ? "" : #""finish_reason":"stop","#
            let body =
                #"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hi"},\#(good)"\#(member)":{"type":"\#(type)","message":"x"}}]}"#
            let answer = Decoded(Samples.sse([body, "[DONE]"]), dialect: .openai, quirks: .generic).answer
            #expect(answer.outcome == outcome, "\(type)")
        }
    }
}
