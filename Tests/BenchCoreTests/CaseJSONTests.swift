import BenchCore
import LLMCore
import Testing

@Suite("A case as JSON")
struct CaseJSONTests {
    @Test("every field comes back")
    func roundTrip() throws {
        let row = BenchCase(
            id: "arch-1", task: .architecture, group: "events",
            messages: [
                .system("Be brief."),
                Message(
                    role: .user,
                    parts: [
                        .text("See "), .image(ImagePart(source: .url("https://example.test/a.png"))),
                        .image(ImagePart(source: .base64(mediaType: "image/png", data: "AA=="))),
                    ]),
                Message(
                    role: .assistant,
                    parts: [
                        .thinking(text: "hm", signature: "sig"), .thinking(text: "", signature: nil),
                        .toolCall(ToolCall(id: "c1", name: "look", arguments: "{bad")), .unknown(["x": [1, nil]]),
                    ]),
                Message(
                    role: .tool,
                    parts: [.toolResult(ToolResult(callID: "c1", name: "look", content: "no", isError: true))]),
            ],
            target: ["B", "b"], reference: "Use a queue.",
            assertions: [
                Assertion(kind: .icontainsAny, negated: true, value: ["as an AI"], weight: 2, metric: "tone"),
                Assertion(kind: .equals, value: .null), Assertion(kind: .latency, threshold: 20_000),
            ],
            threshold: 0.8, choices: ["A", "B"],
            parameters: GenerationParameters(
                temperature: 0.2, topP: 0.9, maxOutputTokens: 800, seed: 7, stop: ["END"], reasoningEffort: "low",
                serviceTier: "flex", responseSchema: ["type": "object"]),
            repeats: 3, only: ["gemini/*"], skip: ["xai/*"], slo: .init(ttfa: 1_500, resp: 8_000), at: 12.5,
            weight: 2.5, split: .holdout, tags: ["hard"], metadata: ["_extra": ["k": 1.5]], line: 9, hash: "h")
        #expect(try BenchCase(json: row.json, line: 9, hash: "h") == row)
        #expect(try BenchCase(json: JSONValue.parse(row.json.text), line: 9, hash: "h") == row)
    }

    @Test("defaults are left out")
    func defaults() throws {
        let row = BenchCase(id: "a", task: .general, messages: [.user("Hi")], hash: "h")
        #expect(row.json.text == #"{"id":"a","task":"general","messages":[{"role":"user","content":"Hi"}]}"#)
        #expect(try BenchCase(json: row.json, line: 0, hash: "h") == row)
    }

    @Test(
        "what is no case says which field",
        arguments: [
            (#"{}"#, "id"), (#"{"id":"a","task":"t"}"#, "messages"),
            (#"{"id":"a","task":"t","messages":[{"role":"robot","content":"x"}]}"#, "messages.role"),
            (
                #"{"id":"a","task":"t","messages":[{"role":"user","content":[{"type":"text"}]}]}"#,
                "messages.content.text"
            ),
            (#"{"id":"a","task":"t","messages":[],"assert":[{"type":"not-vibes"}]}"#, "assert.type"),
        ])
    func malformed(text: String, field: String) throws {
        let value = try JSONValue.parse(text)
        #expect(throws: RowFormatError(field: field)) { try BenchCase(json: value, line: 1, hash: "h") }
    }
}
