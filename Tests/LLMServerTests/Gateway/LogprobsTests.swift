import LLMServer
import Testing

@Suite("Log probabilities of Gemini's answers for callers of chat completions", .timeLimit(.minutes(2)))
struct LogprobsTests {
    private static let fields =
        #""logprobs":true,"top_logprobs":2,"messages":[{"role":"user","content":"Hi"}]"#
    private static func result(_ token: String, _ logprob: String) -> String {
        #""logprobsResult":{"topCandidates":[{"candidates":[{"token":"\#(token)","tokenId":7,"logProbability":\#(logprob)},{"token":"X","tokenId":8,"logProbability":-3.5}]}],"chosenCandidates":[{"token":"\#(token)","tokenId":7,"logProbability":\#(logprob)}]}"#
    }
    private static func chunk(_ text: String, _ rest: String) -> String {
        #"{"candidates":[{"content":{"role":"model","parts":[{"text":"\#(text)"}]},"index":0,\#(rest)}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2,"totalTokenCount":6},"responseId":"r","modelVersion":"m"}"#
    }
    private static func told(_ token: String, _ logprob: String, _ bytes: String) -> String {
        #"{"token":"\#(token)","logprob":\#(logprob),"bytes":[\#(bytes)],"top_logprobs":[{"token":"\#(token)","logprob":\#(logprob),"bytes":[\#(bytes)]},{"token":"X","logprob":-3.5,"bytes":[88]}]}"#
    }

    @Test("they are asked for, and stand in the whole answer")
    func whole() async throws {
        let answer = Self.chunk("Hi", #""finishReason":"STOP","# + Self.result("Hi", "-0.25"))
        let got = try await GeminiAnswers.ask(
            "/v1/chat/completions", Self.fields, streams: false, answer: answer)
        #expect(got.status == 200)
        GeminiAnswers.expect([#""responseLogprobs":true,"logprobs":2"#], in: got.sent)
        GeminiAnswers.expect(
            [#""content":"Hi""#, #""logprobs":{"content":[\#(Self.told("Hi", "-0.25", "72,105"))],"refusal":null}"#],
            in: got.body)
    }

    @Test("and in a stream, behind the text that they are of")
    func streamed() async throws {
        let answer = GeminiAnswers.stream([
            Self.chunk("H", Self.result("H", "-0.5")),
            Self.chunk("i", #""finishReason":"STOP","# + Self.result("i", "-1.5")),
        ])
        let got = try await GeminiAnswers.ask(
            "/v1/chat/completions", Self.fields, streams: true, answer: answer, type: "text/event-stream")
        #expect(got.status == 200)
        GeminiAnswers.expect(
            [
                #""content":"H""#, #""logprobs":{"content":[\#(Self.told("H", "-0.5", "72"))]"#, #""content":"i""#,
                #""logprobs":{"content":[\#(Self.told("i", "-1.5", "105"))]"#, #""finish_reason":"stop""#, "[DONE]",
            ], in: got.body)
    }
}
