import LLMCore
import Testing

@testable import LLMWire

@Suite("Whole bodies with something behind them", .timeLimit(.minutes(1)))
struct WholeBodyTrailerTests {
    private static let bodies: [(WireDialect, String)] = [
        (
            .openai,
            #"{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Hi {\"}]"},"finish_reason":"stop"}]}"#
        ),
        (.anthropic, #"{"id":"m","content":[{"type":"text","text":"Hi {\"}]"}],"stop_reason":"end_turn"}"#),
        (
            .gemini,
            #"{"candidates":[{"content":{"parts":[{"text":"Hi {\"}]"}]},"finishReason":"STOP"}]}"#
        ),
        (
            .openaiResponses,
            #"{"id":"r","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Hi {\"}]"}]}]}"#
        ),
    ]

    @Test(
        "are read without it", arguments: bodies.indices,
        ["\0\0", "\ndata: [DONE]\n", "\n\ndata: [DONE]\n\n", "\n[DONE]", "\n: bye\n", "\0\n\0", "\nbye", "}"])
    func ignored(place: Int, tail: String) {
        let (dialect, body) = Self.bodies[place]
        for streaming in [true, false] {
            let decoded = Decoded(body + tail, dialect: dialect, quirks: .generic, streaming: streaming)
            #expect(decoded.answer.outcome == .ok, "\(String(describing: decoded.answer.failure))")
            #expect(decoded.text == #"Hi {"}]"#)
        }
    }

    @Test("another value behind one is a fault, an error behind a complete answer a note")
    func others() {
        let (dialect, body) = Self.bodies[0]
        for tail in [body, "\n" + body, "," + body, "[1]"] {
            let answer = Decoded(body + tail, dialect: dialect, quirks: .generic, streaming: false).answer
            #expect(answer.outcome == .malformedJSON, "\(tail)")
        }
        let late = Decoded(body + "\nerror: late", dialect: dialect, quirks: .generic, streaming: false).answer
        #expect(late.outcome == .ok && late.notes.count == 1)
    }
}
