import Foundation
import LLMCore
import Testing

@Suite("Images that a model made, for callers of another dialect", .timeLimit(.minutes(2)))
struct ImagesInAnswersTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var path: String
        var body: String
        /// The pieces of the answer, and of a stream, in their order.
        var whole: [String]
        var streamed: [String]
        var status: UInt = 200
        var testDescription: String { path }
    }

    private static let data = "iVBORw0KGgo="
    private static let text = #"{"text":"Here it is."}"#
    private static let image = #"{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}"#
    private static let usage =
        #""usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":1290,"totalTokenCount":1294}"#

    static let cases: [Case] = [
        Case(
            path: "/v1/chat/completions",
            body: #""messages":[{"role":"user","content":"Paint"}]"#,
            whole: [
                #""content":"Here it is.""#,
                #""images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="},"index":0}]"#,
                #""finish_reason":"stop""#,
            ],
            streamed: [
                #""content":"Here it is.""#,
                #""images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="},"index":0}]"#,
                #""finish_reason":"stop""#, "[DONE]",
            ]),
        Case(
            path: "/v1/responses", body: #""input":"Paint""#,
            whole: [
                #""text":"Here it is.""#, #""type":"image_generation_call""#, #""output_format":"png""#,
                #""result":"iVBORw0KGgo=""#,
            ],
            streamed: [
                #""delta":"Here it is.""#, "event: response.output_item.added", #""type":"image_generation_call""#,
                "event: response.image_generation_call.completed", "event: response.output_item.done",
                #""result":"iVBORw0KGgo=""#, "event: response.completed", #""result":"iVBORw0KGgo=""#,
            ]),
        Case(
            path: "/v1/messages", body: #""max_tokens":99,"messages":[{"role":"user","content":"Paint"}]"#,
            whole: [#""type":"invalid_request_error""#, "the answer holds an image"],
            streamed: [#""text":"Here it is.""#, "event: error", "the answer holds an image"], status: 400),
    ]

    private static func ask(_ row: Case, streams: Bool, _ answer: String, _ type: String) async throws -> (UInt, String)
    {
        let got = try await GeminiAnswers.ask(
            row.path, row.body, of: "gemini/gemini-2.5-flash-image", streams: streams, answer: answer, type: type)
        return (got.status, got.body)
    }

    @Test("they are in the whole answer as the caller's dialect says them, or it is a named error", arguments: cases)
    func whole(_ row: Case) async throws {
        let answer =
            #"{"candidates":[{"content":{"role":"model","parts":[\#(Self.text),\#(Self.image)]},"finishReason":"STOP"}],\#(Self.usage),"modelVersion":"m","responseId":"r"}"#
        let (status, body) = try await Self.ask(row, streams: false, answer, "application/json")
        #expect(status == row.status)
        GeminiAnswers.expect(row.whole, in: body)
    }

    @Test("and in a stream", arguments: cases)
    func streamed(_ row: Case) async throws {
        let pieces = [
            #"{"candidates":[{"content":{"role":"model","parts":[\#(Self.text)]}}],\#(Self.usage),"responseId":"r"}"#,
            #"{"candidates":[{"content":{"role":"model","parts":[\#(Self.image)]},"finishReason":"STOP"}],\#(Self.usage)}"#,
        ]
        let answer = pieces.map { "data: \($0)\r\n\r\n" }.joined()
        let (status, body) = try await Self.ask(row, streams: true, answer, "text/event-stream")
        #expect(status == 200)
        GeminiAnswers.expect(row.streamed, in: body)
    }

    @Test("an image alone is an answer")
    func alone() async throws {
        let answer =
            #"{"candidates":[{"content":{"role":"model","parts":[\#(Self.image)]},"finishReason":"STOP"}],\#(Self.usage)}"#
        let (status, body) = try await Self.ask(Self.cases[0], streams: false, answer, "application/json")
        #expect(status == 200 && body.contains(Self.data))
        let refused = try await Self.ask(Self.cases[2], streams: true, "data: \(answer)\r\n\r\n", "text/event-stream")
        #expect(refused.0 == 400 && refused.1.contains("the answer holds an image"))
    }
}
