import LLMCore
import Testing

@testable import LLMWire

@Suite("Documents in the results of tools", .timeLimit(.minutes(1)))
struct ToolResultFileTests {
    private static let chat =
        #"{"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"w","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"B"},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}]}]}"#
    private static let responses =
        #"{"model":"m","input":[{"role":"user","content":"q"},{"type":"function_call","call_id":"c1","name":"w","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"B"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}]}]}"#
    private static let anthropic =
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"w","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"B"},{"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}]}]}]}"#

    static let callers: [(ServerFlavour, String)] = [
        (.gatewayChat, chat), (.gatewayResponses, responses), (.gatewayAnthropic, anthropic),
    ]

    private static func encode(_ caller: (ServerFlavour, String), _ dialect: WireDialect) throws -> JSONValue {
        let client = try RequestDecoder.decode(Array(caller.1.utf8), flavour: caller.0)
        // Without the bytes, so that the caller's own dialect is written anew too.
        var request = client.request
        if caller.0.dialect == dialect { request.original = nil }
        return try Samples.body(RequestEncoder.encode(request, model: "m", dialect: dialect, quirks: .generic))
    }

    @Test("stand in the result at Anthropic and in the Responses API, behind it at Gemini", arguments: callers.indices)
    func sent(index: Int) throws {
        let caller = Self.callers[index]
        let block = try Self.encode(caller, .anthropic)["messages"]?[2]?["content"]?[0]
        #expect(
            block?["content"] == [
                ["type": "text", "text": "B"],
                [
                    "type": "document",
                    "source": ["type": "base64", "media_type": "application/pdf", "data": "JVBERg=="], "title": "a.pdf",
                ],
            ])
        let output = try Self.encode(caller, .openaiResponses)["input"]?.array?.last?["output"]
        #expect(
            output == [
                ["type": "input_text", "text": "B"],
                [
                    "type": "input_file", "filename": "a.pdf",
                    "file_data": "data:application/pdf;base64,JVBERg==",
                ],
            ])
        let parts = try Self.encode(caller, .gemini)["contents"]?.array?.last?["parts"]
        #expect(parts?[0]?["functionResponse"]?["response"] == ["result": "B"])
        #expect(parts?[1]?["inlineData"] == ["mimeType": "application/pdf", "data": "JVBERg=="])
    }

    @Test("chat completions have no place for one, and it is named", arguments: callers.indices.dropFirst())
    func refused(index: Int) {
        let error = #expect(throws: WireError.self) { try Self.encode(Self.callers[index], .openai) }
        #expect(
            error?.message.contains(index == 1 ? "input[2].output[1] input_file" : "content.0.content.1 document")
                == true)
    }

    @Test("sound goes to Gemini alone, and what nobody reads is named where it stands")
    func others() throws {
        let sound = Self.chat.replacing(
            #"{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}"#,
            with: #"{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}"#)
        let parts = try Self.encode((.gatewayChat, sound), .gemini)["contents"]?.array?.last?["parts"]
        #expect(parts?[1]?["inlineData"] == ["mimeType": "audio/wav", "data": "UklG"])
        let error = #expect(throws: WireError.self) { try Self.encode((.gatewayChat, sound), .anthropic) }
        #expect(error?.message.contains("messages[2].content[1] input_audio") == true)
        let zip = Self.responses.replacing("application/pdf", with: "application/zip")
        let other = #expect(throws: WireError.self) { try Self.encode((.gatewayResponses, zip), .anthropic) }
        #expect(other?.message.contains("input[2].output[1] input_file application/zip") == true)
    }
}
