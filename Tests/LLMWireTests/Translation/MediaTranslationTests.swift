import LLMCore
import LLMWire
import Testing

@Suite("Documents, sound and failures of tools in a provider's dialect", .timeLimit(.minutes(1)))
struct MediaTranslationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var caller: WireDialect
        var body: String
        var target: WireDialect
        /// A part of the provider's request, as it stands there.
        var sent: String
        var testDescription: String { "\(name), \(caller.rawValue) to \(target.rawValue)" }
    }

    private static func chat(_ content: String) -> String {
        #"{"model":"m","messages":[{"role":"user","content":[\#(content)]}]}"#
    }
    private static let chatPDF = chat(
        #"{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}"#)
    private static let responsesPDF =
        #"{"model":"m","input":[{"role":"user","content":[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}]}]}"#
    private static let anthropicPDF =
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}]}]}"#
    private static let geminiPDF =
        #"{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"application/pdf","data":"JVBERg=="}}]}]}"#
    private static let block =
        #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="},"title":"a.pdf"}"#
    private static let inline = #"{"inlineData":{"mimeType":"application/pdf","data":"JVBERg=="}}"#
    private static let failed =
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":"no such city"}]}]}"#
    private static func functionResponse(_ response: String) -> String {
        #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"functionCall":{"id":"t1","name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"id":"t1","name":"f",\#(response)}}]}]}"#
    }
    private static let picture = functionResponse(
        #""response":{"a":1},"parts":[{"inlineData":{"mimeType":"image/png","data":"iVBO"}}]"#)

    static let cases: [Case] = [
        .init(name: "a PDF", caller: .openai, body: chatPDF, target: .gemini, sent: inline),
        .init(name: "a PDF", caller: .openai, body: chatPDF, target: .anthropic, sent: block),
        .init(name: "a PDF", caller: .openaiResponses, body: responsesPDF, target: .gemini, sent: inline),
        .init(name: "a PDF", caller: .openaiResponses, body: responsesPDF, target: .anthropic, sent: block),
        .init(
            name: "a PDF", caller: .openaiResponses, body: responsesPDF, target: .openai,
            sent:
                #"{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}"#),
        .init(
            name: "a PDF", caller: .anthropic, body: anthropicPDF, target: .openaiResponses,
            sent: #"{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}"#),
        .init(name: "a PDF", caller: .anthropic, body: anthropicPDF, target: .gemini, sent: inline),
        .init(
            name: "a PDF", caller: .gemini, body: geminiPDF, target: .openai,
            sent:
                #"{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,JVBERg=="}}"#
        ),
        .init(
            name: "a PDF without a media type", caller: .openai,
            body: chat(#"{"type":"file","file":{"filename":"A.PDF","file_data":"JVBERg=="}}"#), target: .gemini,
            sent: inline),
        .init(
            name: "a PDF by its address", caller: .openaiResponses,
            body:
                #"{"model":"m","input":[{"role":"user","content":[{"type":"input_file","file_url":"https://e.example/a.pdf"}]}]}"#,
            target: .anthropic, sent: #"{"type":"document","source":{"type":"url","url":"https://e.example/a.pdf"}}"#),
        .init(
            name: "a plain text", caller: .gemini,
            body: #"{"contents":[{"parts":[{"inlineData":{"mimeType":"text/plain","data":"aMOp"}}]}]}"#,
            target: .anthropic,
            sent: #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"h\u00e9"}}"#),
        .init(
            name: "sound", caller: .openai,
            body: chat(#"{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}"#), target: .gemini,
            sent: #"{"inlineData":{"mimeType":"audio/wav","data":"UklG"}}"#),
        .init(
            name: "sound", caller: .gemini,
            body: #"{"contents":[{"parts":[{"inlineData":{"mimeType":"audio/mpeg","data":"SUQz"}}]}]}"#,
            target: .openai, sent: #"{"type":"input_audio","input_audio":{"data":"SUQz","format":"mp3"}}"#),
        .init(
            name: "a failure of a tool", caller: .anthropic, body: failed, target: .openai,
            sent: #"{"role":"tool","tool_call_id":"t1","content":"Error: no such city"}"#),
        .init(
            name: "a failure of a tool", caller: .anthropic, body: failed, target: .openaiResponses,
            sent: #"{"type":"function_call_output","call_id":"t1","output":"Error: no such city"}"#),
        .init(
            name: "a failure of a tool", caller: .anthropic, body: failed, target: .gemini,
            sent: #"{"functionResponse":{"name":"f","response":{"error":"no such city"}}}"#),
        .init(
            name: "a failure of a tool", caller: .gemini,
            body: functionResponse(#""response":{"error":"no such city"}"#), target: .anthropic,
            sent: #"{"type":"tool_result","tool_use_id":"t1","content":"no such city","is_error":true}"#),
        .init(
            name: "a result's image", caller: .gemini, body: picture, target: .anthropic,
            sent:
                #"[{"type":"text","text":"{\"a\":1}"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}}]"#
        ),
        .init(
            name: "a result's image", caller: .gemini, body: picture, target: .openaiResponses,
            sent:
                #"[{"type":"input_text","text":"{\"a\":1}"},{"type":"input_image","image_url":"data:image/png;base64,iVBO"}]"#
        ),
        .init(
            name: "a result's document", caller: .gemini,
            body: functionResponse(
                #""response":{},"parts":[{"inlineData":{"mimeType":"application/pdf","data":"JVBERg=="}}]"#),
            target: .anthropic,
            sent:
                #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}"#),
        .init(
            name: "an image that the model made", caller: .openai,
            body:
                #"{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"a","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}}]},{"role":"user","content":"Bluer"}]}"#,
            target: .gemini,
            sent:
                #"{"role":"model","parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"iVBO"}}]}"#),
        .init(
            name: "an image that the model made", caller: .openaiResponses,
            body:
                #"{"model":"m","input":[{"role":"user","content":"Hi"},{"type":"image_generation_call","id":"ig_1","status":"completed","output_format":"jpeg","result":"iVBO"},{"role":"user","content":"Bluer"}]}"#,
            target: .gemini,
            sent: #"{"role":"model","parts":[{"inlineData":{"mimeType":"image/jpeg","data":"iVBO"}}]}"#),
        .init(
            name: "a wish for an image", caller: .openai,
            body: #"{"model":"m","modalities":["image","text"],"messages":[{"role":"user","content":"Hi"}]}"#,
            target: .gemini, sent: #""responseModalities":["IMAGE","TEXT"]"#),
        .init(
            name: "penalties", caller: .openai,
            body:
                #"{"model":"m","presence_penalty":0.5,"frequency_penalty":-1,"messages":[{"role":"user","content":"Hi"}]}"#,
            target: .gemini, sent: #""presencePenalty":0.5,"frequencyPenalty":-1"#),
        .init(
            name: "penalties", caller: .gemini,
            body: #"{"contents":[{"parts":[{"text":"Hi"}]}],"generationConfig":{"presencePenalty":0.5}}"#,
            target: .openai, sent: #""presence_penalty":0.5"#),
    ]

    @Test("they are written in the target's own form", arguments: cases)
    func written(_ row: Case) throws {
        let flavours: [WireDialect: ServerFlavour] = [
            .openai: .gatewayChat, .openaiResponses: .openAIResponses, .anthropic: .anthropic, .gemini: .gemini,
        ]
        let client = try RequestDecoder.decode(
            Array(row.body.utf8), flavour: try #require(flavours[row.caller]), pathModel: "m")
        let request = try RequestEncoder.encode(client.request, model: "m", dialect: row.target, quirks: .generic)
        let body = String(decoding: request.body, as: UTF8.self)
        // Escapes are ours to choose.
        let sent = (try? JSONValue.parse(Array(row.sent.utf8)).text) ?? row.sent
        #expect(body.contains(sent), "\(body)")
    }

    @Test("a result that says by itself that it is an error is not told so twice")
    func saidOnce() throws {
        for (content, said) in [("Error 404", "Error 404"), ("", "Error"), ("error: x", "error: x")] {
            let request = ChatRequest(messages: [
                .user("Hi"),
                Message(role: .assistant, parts: [.toolCall(ToolCall(id: "1", name: "f", arguments: "{}"))]),
                Message(role: .tool, parts: [.toolResult(ToolResult(callID: "1", content: content, isError: true))]),
            ])
            let wire = try RequestEncoder.encode(request, model: "m", dialect: .openai, quirks: .generic)
            let result = try JSONValue.parse(wire.body)["messages"]?.array?.last
            #expect(result?["content"]?.string == said)
        }
    }
}
