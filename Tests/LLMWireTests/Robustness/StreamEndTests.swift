import LLMCore
import Testing

@testable import LLMWire

@Suite("How streams end", .timeLimit(.minutes(1)))
struct StreamEndTests {
    private static let dialects: [WireDialect] = [.openai, .openaiResponses, .anthropic, .gemini]

    /// A whole stream of the text "Hi", without the marker that only ends it.
    private static func stream(_ dialect: WireDialect) -> String {
        switch dialect {
        case .openai:
            Samples.sse([
                Samples.chunk(#"{"content":"Hi"}"#), Samples.chunk("{}", finish: "stop"), Samples.chatUsage,
            ])
        case .openaiResponses:
            Samples.named([
                #"{"type":"response.output_text.delta","delta":"Hi"}"#,
                #"{"type":"response.completed","response":{"id":"r","model":"m","status":"completed","output":[]}}"#,
            ])
        case .anthropic:
            String(Samples.anthropic([Samples.anthropicText("Hi")]).split(separator: "event: message_stop")[0])
        case .gemini: Samples.sse([Samples.gemini(#"[{"text":"Hi"}]"#, finish: "STOP")])
        }
    }

    @Test("after a finish word a clean end needs no marker", arguments: dialects)
    func noMarker(dialect: WireDialect) {
        let decoded = Decoded(Self.stream(dialect), dialect: dialect, quirks: .generic)
        #expect(decoded.answer.outcome == .ok)
        #expect(decoded.text == "Hi")
    }

    @Test("half a character at the very end cuts nothing off")
    func loneHalfAtTheEnd() {
        let body = Samples.sse([Samples.chunk(#"{"content":"Hi\ud83d"}"#), Samples.chunk("{}", finish: "stop")])
        let decoded = Decoded(body, dialect: .openai, quirks: .generic)
        #expect(decoded.answer.outcome == .ok && decoded.text == "Hi\u{FFFD}")
    }

    @Test("a finish word with more text behind it was not the end")
    func textAfterTheWord() {
        let body = Self.stream(.openai) + Samples.sse([Samples.chunk(#"{"content":" there"}"#)])
        #expect(Decoded(body, dialect: .openai, quirks: .generic).answer.outcome == .streamTruncated)
    }

    @Test("the connection may do what it wants after the finish word, and not before", arguments: dialects)
    func abort(dialect: WireDialect) {
        var events: [ChatEvent] = []
        var decoder = ResponseDecoder(dialect: dialect, quirks: .generic, streaming: true, status: 200, headers: [])
        let progress = Array(Self.stream(dialect).utf8).withUnsafeBytes { decoder.feed($0, into: &events) }
        #expect(progress.isWhole)
        #expect(decoder.abort().outcome == .ok)
    }

    @Test(
        "whatever trails a finished stream is ignored in every dialect", arguments: dialects,
        [
            "data: [DONE]\n\n", "data: [DONE] \n\n", "data: [done]\n\n", "data: \"[DONE]\"\n\n", "data: bye\n\n",
            "bye\n\n", "[DONE]\n", "data: {\"x\":\n\n", "data: [DONE]\n\ndata: [DONE]\n\n", "<!-- proxy -->\n",
            "data: NaN\n\n", "event: done\ndata: \n\n", ": bye",
        ])
    func trailing(dialect: WireDialect, tail: String) {
        let decoded = Decoded(Self.stream(dialect) + tail, dialect: dialect, quirks: .generic)
        #expect(decoded.answer.outcome == .ok, "\(String(describing: decoded.answer.failure))")
        #expect(decoded.text == "Hi")
    }

    @Test(
        "a foreign marker before the finish word ends nothing",
        arguments: [WireDialect.anthropic, .gemini, .openaiResponses])
    func foreignMarker(dialect: WireDialect) {
        let done = "data: [DONE]\n\n"
        #expect(Decoded(done + Self.stream(dialect), dialect: dialect, quirks: .generic).answer.outcome == .ok)
        #expect(Decoded(done, dialect: dialect, quirks: .generic).answer.outcome == .streamTruncated)
    }

    @Test("a fault after the terminal marker is a note", arguments: dialects)
    func lateFault(dialect: WireDialect) {
        let marker =
            switch dialect {
            case .openai: "data: [DONE]\n\n"
            case .anthropic: Samples.named([#"{"type":"message_stop"}"#])
            case .openaiResponses, .gemini: ""
            }
        for fault in [
            #"data: {"error":{"message":"late"}}"#, "event: error\ndata: late", "error: {\"message\":\"late\"}",
        ] {
            let body = Self.stream(dialect) + marker + fault + "\n\n"
            let answer = Decoded(body, dialect: dialect, quirks: .generic).answer
            #expect(answer.outcome == .ok, "\(fault)")
            #expect(answer.notes.count == 1 && answer.notes[0].contains("late"), "\(fault) \(answer.notes)")
        }
    }

    @Test("text and calls after the terminal marker are no part of the answer")
    func lateText() {
        let marker = Samples.named([#"{"type":"message_stop"}"#])
        let late = Samples.named([Samples.anthropicText(" there")])
        let decoded = Decoded(Self.stream(.anthropic) + marker + late, dialect: .anthropic, quirks: .generic)
        #expect(decoded.text == "Hi")
        #expect(decoded.answer.outcome == .ok)
    }
}
