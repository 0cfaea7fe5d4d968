import LLMCore
import Testing

@testable import LLMWire

@Suite("Sealed reasoning goes back to its own model alone", .timeLimit(.minutes(1)))
struct ForeignReasoningTests {
    private static let author = ModelID(provider: "alpha", name: "m-1")
    private static let sealed: [(WireDialect, JSONValue)] = [
        (.anthropic, ["type": "redacted_thinking", "data": "SEALED"]), (.gemini, ["text": "SEALED"]),
        (.openaiResponses, ["type": "reasoning", "encrypted_content": "SEALED"]),
    ]

    private static func body(
        _ dialect: WireDialect, _ native: JSONValue, origin: ModelID?, target: ModelID?
    ) throws -> String {
        let turn = Message(
            role: .assistant,
            parts: [
                .thinking(text: "hm", signature: "SIGNED"), .native(dialect, native), .text("Let me look."),
                .toolCall(ToolCall(id: "t", name: "f", arguments: "{}")),
            ], origin: origin)
        let result = Message(role: .tool, parts: [.toolResult(ToolResult(callID: "t", name: "f", content: "1"))])
        let request = ChatRequest(messages: [.user("Go"), turn, result])
        let wire = try RequestEncoder.encode(
            request, model: target?.name ?? "m-1", dialect: dialect, quirks: .generic, target: target)
        return String(decoding: wire.body, as: UTF8.self)
    }

    @Test("to the model that made it, or where nobody knows who did", arguments: sealed.indices)
    func kept(index: Int) throws {
        let (dialect, native) = Self.sealed[index]
        for (origin, target) in [(Self.author, Self.author), (Self.author, nil), (nil, Self.author)] {
            let body = try Self.body(dialect, native, origin: origin, target: target)
            #expect(body.contains("SEALED"))
            #expect(body.contains("SIGNED") == (dialect != .openaiResponses))
        }
    }

    @Test(
        "to no other provider and no other model, and the rest of the turn stays", arguments: sealed.indices,
        [ModelID(provider: "beta", name: "m-1"), ModelID(provider: "alpha", name: "m-2")])
    func dropped(index: Int, target: ModelID) throws {
        let (dialect, native) = Self.sealed[index]
        let body = try Self.body(dialect, native, origin: Self.author, target: target)
        #expect(!body.contains("SEALED") && !body.contains("SIGNED"))
        #expect(body.contains("Let me look.") && body.contains(#""f""#))
    }

    @Test("an answer with parts names its author, one without does not, and both survive their JSON")
    func origin() {
        let signed = Answer(text: "a", parts: [.thinking(text: "hm", signature: "S")]).written(by: Self.author)
        #expect(signed.message.origin == Self.author)
        #expect(Answer(text: "a").written(by: Self.author).origin == nil)
    }

    @Test(
        "a Gemini that demands signatures on calls gets Google's stand-in where there is none, once a turn",
        arguments: [
            ("gemini-3-pro-preview", 1), ("models/gemini-3.1-flash", 1), ("gemini-4-neon", 1), ("gemini-2.5-flash", 0),
            ("gemma-3-27b", 0), ("m", 0),
        ])
    func standIn(model: String, count: Int) throws {
        let call = { (id: String) in MessagePart.toolCall(ToolCall(id: id, name: "f", arguments: "{}")) }
        func stand(_ parts: [MessagePart]) throws -> Int {
            let request = ChatRequest(messages: [.user("Go"), Message(role: .assistant, parts: parts)])
            let wire = try RequestEncoder.encode(request, model: model, dialect: .gemini, quirks: .gemini)
            return String(decoding: wire.body, as: UTF8.self).ranges(of: GeminiSignature.standIn).count
        }
        #expect(try stand([call("a"), call("b")]) == count)
        #expect(try stand([.thinking(text: "", signature: "SIGNED"), call("a"), call("b")]) == 0)
        #expect(try stand([.text("Hi")]) == 0)
    }
}
