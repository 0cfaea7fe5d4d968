import LLMCore
import LLMWire
import Testing

@Suite("Requests our servers refuse", .timeLimit(.minutes(2)))
struct RequestDecoderTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var flavour: ServerFlavour
        var body: String
        var field: String
        var testDescription: String { "\(flavour.dialect.rawValue): \(body)" }
        init(_ flavour: ServerFlavour, _ body: String, _ field: String) {
            self.flavour = flavour
            self.body = body
            self.field = field
        }
    }

    static let refusals: [Refusal] = [
        .init(.openAIChat, "", ""),
        .init(.openAIChat, "[]", ""),
        .init(.openAIChat, #"{"messages":[]}"#, "model"),
        .init(.openAIChat, #"{"model":"m"}"#, "messages"),
        .init(.openAIChat, #"{"model":"m","messages":[]}"#, "messages"),
        .init(.openAIChat, #"{"model":"m","messages":"hi"}"#, "messages"),
        .init(.openAIChat, #"{"model":"m","messages":[{"content":"x"}]}"#, "messages[0].role"),
        .init(.openAIChat, #"{"model":"m","messages":[{"role":"boss","content":"x"}]}"#, "messages[0].role"),
        .init(
            .openAIChat, #"{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":2.5}"#, "temperature"),
        .init(
            .openAIChat, #"{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":0}"#, "max_tokens"),
        .init(.groqChat, #"{"model":"m","messages":[{"role":"user","content":"x"}],"logprobs":true}"#, "logprobs"),
        .init(.groqChat, #"{"model":"m","messages":[{"role":"user","content":"x"}],"n":2}"#, "n"),
        .init(.openAIResponses, #"{"model":"m"}"#, "input"),
        .init(.openAIResponses, #"{"model":"m","input":[]}"#, "input"),
        .init(.anthropic, #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#, "max_tokens"),
        .init(
            .anthropic, #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"temperature":1.5}"#,
            "temperature"),
        .init(
            .anthropic, #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text"}]}]}"#,
            "messages.0.content.0.text"),
        .init(.gemini, #"{}"#, "contents"),
        .init(.gemini, #"{"contents":[{"role":"boss","parts":[{"text":"x"}]}]}"#, "contents[0].role"),
        .init(
            .gemini, #"{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"temperature":3}}"#,
            "generation_config.temperature"),
    ]

    @Test("the first member that is wrong is named", arguments: refusals)
    func refused(refusal: Refusal) {
        #expect {
            try RequestDecoder.decode(Array(refusal.body.utf8), flavour: refusal.flavour, pathModel: "m")
        } throws: { error in
            (error as? RequestRejection)?.field == refusal.field
        }
    }

    @Test("Gemini's snake case is read like its camel case")
    func snakeCase() throws {
        let body = #"""
            {"system_instruction":{"parts":[{"text":"sys"}]},"contents":[{"parts":[{"text":"x"}]}],
             "generation_config":{"max_output_tokens":7,"top_p":0.5,"stop_sequences":["a"],
             "thinking_config":{"include_thoughts":true}}}
            """#
        let client = try RequestDecoder.decode(Array(body.utf8), flavour: .gemini, pathModel: "m")
        #expect(client.request.parameters.maxOutputTokens == 7)
        #expect(client.request.parameters.topP == 0.5)
        #expect(client.request.parameters.stop == ["a"])
        #expect(client.showThinking)
        #expect(client.request.messages.first?.role == .system)
    }
}
