import LLMCore
import Testing

@testable import LLMWire

@Suite("Images in the results of tools", .timeLimit(.minutes(1)))
struct ToolResultImageTests {
    private static let url = "data:image/png;base64,iVBORw0KGgo="

    static let callers: [(ServerFlavour, String)] = [
        (
            .openAIChat,
            #"""
            {"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"tool_calls":[
            {"id":"c1","type":"function","function":{"name":"w","arguments":"{}"}},
            {"id":"c2","type":"function","function":{"name":"v","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"B"},{"type":"image_url","image_url":{"url":"\#(url)"}}]},
            {"role":"tool","tool_call_id":"c2","content":"C"}]}
            """#
        ),
        (
            .openAIResponses,
            #"""
            {"model":"m","input":[{"role":"user","content":"q"},
            {"type":"function_call","call_id":"c1","name":"w","arguments":"{}"},
            {"type":"function_call","call_id":"c2","name":"v","arguments":"{}"},
            {"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"B"},{"type":"input_image","image_url":"\#(url)"}]},
            {"type":"function_call_output","call_id":"c2","output":"C"}]}
            """#
        ),
        (
            .anthropic,
            #"""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[
            {"type":"tool_use","id":"c1","name":"w","input":{}},{"type":"tool_use","id":"c2","name":"v","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"B"},
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]},
            {"type":"tool_result","tool_use_id":"c2","content":"C"}]}]}
            """#
        ),
    ]

    private static func encode(_ caller: (ServerFlavour, String), _ dialect: WireDialect) throws -> JSONValue {
        let client = try RequestDecoder.decode(Array(caller.1.utf8), flavour: caller.0)
        // Without the bytes, so that the caller's own dialect is written anew too.
        var request = client.request
        if caller.0.dialect == dialect { request.original = nil }
        return try Samples.body(RequestEncoder.encode(request, model: "m", dialect: dialect, quirks: .generic))
    }

    @Test(
        "stand in the result at Anthropic and in the Responses API, behind the results at Gemini",
        arguments: callers.indices)
    func sent(index: Int) throws {
        let caller = Self.callers[index]
        let anthropic = try Self.encode(caller, .anthropic)["messages"]?[2]?["content"]
        #expect(
            anthropic == [
                [
                    "type": "tool_result", "tool_use_id": "c1",
                    "content": [
                        ["type": "text", "text": "B"],
                        [
                            "type": "image",
                            "source": ["type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="],
                        ],
                    ],
                ],
                ["type": "tool_result", "tool_use_id": "c2", "content": "C"],
            ])
        let gemini = try Self.encode(caller, .gemini)["contents"]?[2]?["parts"]
        #expect(
            gemini == [
                ["functionResponse": ["name": "w", "response": ["result": "B"]]],
                ["functionResponse": ["name": "v", "response": ["result": "C"]]],
                ["inlineData": ["mimeType": "image/png", "data": "iVBORw0KGgo="]],
            ])
        let responses = try Self.encode(caller, .openaiResponses)["input"]?.array?.suffix(2).map {
            $0["output"] ?? .null
        }
        #expect(
            responses == [
                [["type": "input_text", "text": "B"], ["type": "input_image", "image_url": .string(Self.url)]], "C",
            ])
    }

    @Test("are refused by name where the dialect takes none", arguments: callers.indices)
    func refused(index: Int) throws {
        #expect {
            _ = try Self.encode(Self.callers[index], .openai)
        } throws: { error in
            (error as? WireError).map { $0.kind == .unsupported && $0.message.contains("image") } ?? false
        }
    }
}
