import LLMServer
import Testing

@Suite("Sound that a model made, for callers of another dialect", .timeLimit(.minutes(2)))
struct SoundInAnswersTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var path: String
        var fields: String
        var type = "audio/L16;codec=pcm;rate=24000"
        /// The pieces of the answer, and of a stream, in their order.
        var whole: [String]
        var streamed: [String]
        var status: UInt = 200
        var testDescription: String { name }
    }

    private static let messages = #""messages":[{"role":"user","content":"Say it"}]"#
    private static let named = "the answer holds audio/l16"

    static let cases: [Case] = [
        Case(
            name: "chat completions", path: "/v1/chat/completions", fields: messages,
            // Two pieces of four bytes each: one text of base 64.
            whole: [
                #""content":null"#, #""audio":{"id":"audio_"#, #""data":"AAECAwQFBgc=""#, #""expires_at":"#,
                #""transcript":"""#,
            ],
            // Groups of six bytes: what is read piece by piece, and what is joined first, come to the same.
            streamed: [
                #""audio":{"id":"audio_"#, #""data":"AAECAwQF"}"#, #""audio":{"data":"Bgc="}"#, #""expires_at":"#,
                #""finish_reason":"stop""#, "[DONE]",
            ]),
        Case(
            name: "sound that chat completions have no name for", path: "/v1/chat/completions", fields: messages,
            type: "audio/L16;rate=16000", whole: [named, #""type":"invalid_request_error""#], streamed: [named],
            status: 400),
        Case(
            name: "a film", path: "/v1/chat/completions", fields: messages, type: "video/mp4",
            whole: ["the answer holds video/mp4"], streamed: ["the answer holds video/mp4"], status: 400),
        Case(
            name: "responses", path: "/v1/responses", fields: #""input":"Say it""#,
            whole: [named, #""type":"invalid_request_error""#], streamed: [named], status: 400),
        Case(
            name: "Anthropic", path: "/v1/messages", fields: #""max_tokens":99,\#(messages)"#,
            whole: [#""type":"invalid_request_error""#, named], streamed: [named], status: 400),
    ]

    private static func chunk(_ type: String, _ data: String, end: String = "") -> String {
        #"{"candidates":[{"content":{"role":"model","parts":[{"inlineData":{"mimeType":"\#(type)","data":"\#(data)"}}]}\#(end)}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":9,"totalTokenCount":13,"candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":9}]},"responseId":"r","modelVersion":"m"}"#
    }

    @Test("it is in the whole answer as the caller's dialect says it, or it is a named error", arguments: cases)
    func whole(_ row: Case) async throws {
        let parts = ["AAECAw==", "BAUGBw=="].map { #"{"inlineData":{"mimeType":"\#(row.type)","data":"\#($0)"}}"# }
        let answer =
            #"{"candidates":[{"content":{"role":"model","parts":[\#(parts.joined(separator: ","))]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":9,"totalTokenCount":13},"responseId":"r","modelVersion":"m"}"#
        let got = try await GeminiAnswers.ask(row.path, row.fields, streams: false, answer: answer)
        #expect(got.status == row.status, "\(got.body)")
        GeminiAnswers.expect(row.whole, in: got.body)
    }

    @Test("and in a stream", arguments: cases)
    func streamed(_ row: Case) async throws {
        let answer = GeminiAnswers.stream([
            Self.chunk(row.type, "AAECAw=="), Self.chunk(row.type, "BAUGBw=="),
            #"{"candidates":[{"content":{"role":"model","parts":[]},"finishReason":"STOP"}],"responseId":"r"}"#,
        ])
        let got = try await GeminiAnswers.ask(
            row.path, row.fields, streams: true, answer: answer, type: "text/event-stream")
        #expect(got.status == row.status, "\(got.body)")
        GeminiAnswers.expect(row.streamed, in: got.body)
    }

    @Test("its tokens are in the usage that the caller reads")
    func usage() async throws {
        let got = try await GeminiAnswers.ask(
            "/v1/chat/completions", #""stream_options":{"include_usage":true},\#(Self.messages)"#, streams: true,
            answer: GeminiAnswers.stream([
                Self.chunk("audio/L16", "AAECAw==", end: #","finishReason":"STOP""#)
            ]), type: "text/event-stream")
        GeminiAnswers.expect([#""completion_tokens":9"#, #""audio_tokens":9"#], in: got.body)
    }

    @Test("a caller of chat completions asks for it as of OpenAI")
    func asked() async throws {
        let wish = #""modalities":["audio"],"audio":{"voice":"Kore","format":"pcm16"},\#(Self.messages)"#
        let answer = Self.chunk("audio/L16;codec=pcm;rate=24000", "AAECAw==", end: #","finishReason":"STOP""#)
        let got = try await GeminiAnswers.ask("/v1/chat/completions", wish, streams: false, answer: answer)
        #expect(got.status == 200, "\(got.body)")
        GeminiAnswers.expect(
            [
                #""responseModalities":["AUDIO"]"#,
                #""speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Kore"}}}"#,
            ], in: got.sent)
        let other = try await GeminiAnswers.ask(
            "/v1/chat/completions", wish.replacing("pcm16", with: "wav"), streams: false, answer: answer)
        #expect(other.status == 400 && other.body.contains("audio.format wav"), "\(other.body)")
    }
}
