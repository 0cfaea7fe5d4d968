import LLMCore
import Testing

@testable import LLMWire

@Suite("Requests in every dialect", .timeLimit(.minutes(2)))
struct RequestEncoderTests {
    private static let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "string"]]]
    private static let strict: JSONValue = [
        "type": "object", "properties": ["a": ["type": ["string", "null"]]], "additionalProperties": false,
    ]

    /// Everything a request can hold.
    private static var full: ChatRequest {
        ChatRequest(
            messages: [
                .system("Be brief."), .system("Be kind."),
                Message(
                    role: .user,
                    parts: [.text("What is"), .image(ImagePart(source: .base64(mediaType: "image/png", data: "QUJD")))]),
                Message(
                    role: .assistant,
                    parts: [
                        .thinking(text: "hm", signature: "sig"), .text("Let me look."),
                        .toolCall(ToolCall(id: "t1", name: "look", arguments: #"{"q":1}"#)),
                    ]),
                Message(role: .tool, parts: [.toolResult(ToolResult(callID: "t1", content: #"{"found":true}"#))]),
                Message(role: .user, parts: [.text("And?"), .image(ImagePart(source: .url("https://x.test/i.png")))]),
            ],
            parameters: GenerationParameters(
                temperature: 0.5, topP: 0.9, maxOutputTokens: 100, seed: 7, stop: ["END"], reasoningEffort: "low",
                serviceTier: "flex", responseSchema: schema),
            tools: [ToolDefinition(name: "look", description: "Looks.", parameters: schema)], toolChoice: .tool("look"))
    }

    private static func encode(
        _ request: ChatRequest, _ dialect: WireDialect, _ quirks: DialectQuirks, model: String = "m"
    ) throws -> WireRequest {
        try RequestEncoder.encode(request, model: model, dialect: dialect, quirks: quirks)
    }

    private static func expect(_ wire: WireRequest, _ expected: String) throws {
        let body = try JSONValue.parse(wire.body)
        #expect(body.canonicalText == (try JSONValue.parse(expected)).canonicalText)
    }

    @Test("a whole request in OpenAI's chat dialect")
    func chat() throws {
        try Self.expect(
            Self.encode(Self.full, .openai, .openai),
            #"""
            {"model":"m","messages":[
              {"role":"system","content":"Be brief."},{"role":"system","content":"Be kind."},
              {"role":"user","content":[{"type":"text","text":"What is"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]},
              {"role":"assistant","content":"Let me look.","tool_calls":[{"id":"t1","type":"function","function":{"name":"look","arguments":"{\"q\":1}"}}]},
              {"role":"tool","tool_call_id":"t1","content":"{\"found\":true}"},
              {"role":"user","content":[{"type":"text","text":"And?"},{"type":"image_url","image_url":{"url":"https://x.test/i.png"}}]}],
             "max_completion_tokens":100,"temperature":0.5,"top_p":0.9,"seed":7,"stop":["END"],"reasoning_effort":"low","service_tier":"flex",
             "response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object","properties":{"a":{"type":"string"}}}}},
             "tools":[{"type":"function","function":{"name":"look","description":"Looks.","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}],
             "tool_choice":{"type":"function","function":{"name":"look"}},"stream":true,"stream_options":{"include_usage":true}}
            """#)
    }

    @Test("a whole request in the Responses dialect")
    func responses() throws {
        var request = Self.full
        request.parameters.stop = nil
        try Self.expect(
            Self.encode(request, .openaiResponses, .openai),
            #"""
            {"model":"m","instructions":"Be brief.\n\nBe kind.","input":[
              {"role":"user","content":[{"type":"input_text","text":"What is"},{"type":"input_image","image_url":"data:image/png;base64,QUJD"}]},
              {"role":"assistant","content":[{"type":"output_text","text":"Let me look."}]},
              {"type":"function_call","call_id":"t1","name":"look","arguments":"{\"q\":1}"},
              {"type":"function_call_output","call_id":"t1","output":"{\"found\":true}"},
              {"role":"user","content":[{"type":"input_text","text":"And?"},{"type":"input_image","image_url":"https://x.test/i.png"}]}],
             "max_output_tokens":100,"temperature":0.5,"top_p":0.9,"reasoning":{"effort":"low"},"service_tier":"flex",
             "text":{"format":{"type":"json_schema","name":"answer","schema":{"type":"object","properties":{"a":{"type":"string"}}}}},
             "tools":[{"type":"function","name":"look","description":"Looks.","parameters":{"type":"object","properties":{"a":{"type":"string"}}},"strict":false}],
             "tool_choice":{"type":"function","name":"look"},"store":false,"stream":true}
            """#)
        #expect(throws: WireError.self) { try Self.encode(Self.full, .openaiResponses, .openai) }
    }

    @Test("a whole request in Anthropic's dialect")
    func anthropic() throws {
        try Self.expect(
            Self.encode(Self.full, .anthropic, .anthropic),
            #"""
            {"model":"m","max_tokens":100,"system":"Be brief.\n\nBe kind.","messages":[
              {"role":"user","content":[{"type":"text","text":"What is"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"}}]},
              {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"text","text":"Let me look."},
                {"type":"tool_use","id":"t1","name":"look","input":{"q":1}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"{\"found\":true}"},{"type":"text","text":"And?"},
                {"type":"image","source":{"type":"url","url":"https://x.test/i.png"}}]}],
             "temperature":0.5,"top_p":0.9,"stop_sequences":["END"],"service_tier":"flex",
             "output_config":{"effort":"low","format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"string"}}}}},
             "tools":[{"name":"look","description":"Looks.","input_schema":{"type":"object","properties":{"a":{"type":"string"}}}}],
             "tool_choice":{"type":"tool","name":"look"},"stream":true}
            """#)
    }

    @Test("a whole request in Gemini's dialect")
    func gemini() throws {
        let wire = try Self.encode(Self.full, .gemini, .gemini, model: "gemini-2.5-flash")
        #expect(wire.path == "/v1beta/models/gemini-2.5-flash:streamGenerateContent")
        #expect(wire.query.map { "\($0.0)=\($0.1)" } == ["alt=sse"])
        try Self.expect(
            wire,
            #"""
            {"contents":[
              {"role":"user","parts":[{"text":"What is"},{"inlineData":{"mimeType":"image/png","data":"QUJD"}}]},
              {"role":"model","parts":[{"text":"Let me look.","thoughtSignature":"sig"},{"functionCall":{"name":"look","args":{"q":1}}}]},
              {"role":"user","parts":[{"functionResponse":{"name":"look","response":{"found":true}}},{"text":"And?"},{"fileData":{"fileUri":"https://x.test/i.png"}}]}],
             "systemInstruction":{"parts":[{"text":"Be brief.\n\nBe kind."}]},
             "generationConfig":{"maxOutputTokens":100,"temperature":0.5,"topP":0.9,"seed":7,"stopSequences":["END"],"thinkingConfig":{"thinkingBudget":1024},
               "responseMimeType":"application/json","responseSchema":{"type":"object","properties":{"a":{"type":"string"}}}},
             "serviceTier":"flex","tools":[{"functionDeclarations":[{"name":"look","description":"Looks.","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["look"]}}}
            """#)
    }

    @Test(
        "a part in one dialect's own form goes back where that is spoken, and nowhere else",
        arguments: WireDialect.allCases)
    func nativeParts(dialect: WireDialect) throws {
        let part: JSONValue = ["type": "reasoning", "id": "rs_1", "encrypted_content": "opaque"]
        let messages: [Message] = [
            .user("x"), Message(role: .assistant, parts: [.native(dialect, part), .text("a")]), .user("y"),
        ]
        for spoken in WireDialect.allCases {
            let wire = try Self.encode(ChatRequest(messages: messages), spoken, .generic, model: "m")
            let body = try Samples.body(wire).text
            // Chat has no place for it.
            #expect(body.contains("opaque") == (spoken == dialect && spoken != .openai), "\(spoken)")
        }
    }

    @Test(
        "the smallest request holds nothing that nobody asked for",
        arguments: [
            (WireDialect.openai, DialectQuirks.generic, #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#),
            (
                .openaiResponses, .openai,
                #"{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"x"}]}],"store":false}"#
            ),
            (.anthropic, .anthropic, #"{"model":"m","max_tokens":4096,"messages":[{"role":"user","content":"x"}]}"#),
            (.gemini, .gemini, #"{"contents":[{"role":"user","parts":[{"text":"x"}]}]}"#),
        ])
    func smallest(dialect: WireDialect, quirks: DialectQuirks, expected: String) throws {
        let request = ChatRequest(messages: [.user("x")], stream: false)
        let wire = try Self.encode(request, dialect, quirks)
        try Self.expect(wire, expected)
        #expect(wire.query.isEmpty)
        #expect(wire.headers.contains { $0 == ("accept", "application/json") })
    }

    @Test(
        "paths follow each vendor's own SDK",
        arguments: [
            (WireDialect.openai, DialectQuirks.openai, "/chat/completions"),
            (.openai, .groq, "/openai/v1/chat/completions"),
            (.openai, .xai, "/chat/completions"), (.openai, .local, "/v1/chat/completions"),
            (.openaiResponses, .openai, "/responses"), (.anthropic, .anthropic, "/v1/messages"),
            (.gemini, .gemini, "/v1beta/models/m:generateContent"),
        ])
    func paths(dialect: WireDialect, quirks: DialectQuirks, path: String) throws {
        let request = ChatRequest(messages: [.user("x")], stream: false)
        #expect(try Self.encode(request, dialect, quirks).path == path)
    }

    @Test("a model's name cannot reach beyond its place in the path")
    func hostileModel() throws {
        let request = ChatRequest(messages: [.user("x")], stream: false)
        let path = try Self.encode(request, .gemini, .gemini, model: "a?key=b#c d:e%").path
        #expect(path == "/v1beta/models/a%3Fkey%3Db%23c%20d%3Ae%25:generateContent")
        #expect(
            try Self.encode(request, .gemini, .gemini, model: "tunedModels/t1").path
                == "/v1beta/tunedModels/t1:generateContent")
    }

    @Test(
        "the output limit goes by the server's name for it",
        arguments: [
            (DialectQuirks.openai, "max_completion_tokens"), (.groq, "max_completion_tokens"),
            (.xai, "max_completion_tokens"),
            (.local, "max_tokens"), (.generic, "max_tokens"),
        ])
    func limitField(quirks: DialectQuirks, field: String) throws {
        let request = ChatRequest(messages: [.user("x")], parameters: .init(maxOutputTokens: 9))
        #expect(try Samples.body(Self.encode(request, .openai, quirks))[field] == 9)
    }

    @Test(
        "temperatures stay within what a server accepts",
        arguments: [
            (WireDialect.anthropic, DialectQuirks.anthropic, 1.5, 1.0), (.anthropic, .generic, 1.5, 1.0),
            (.anthropic, .anthropic, 0.3, 0.3),
            (.openai, .openai, 1.5, 1.5), (.openai, .openai, -1, 0),
        ])
    func temperature(dialect: WireDialect, quirks: DialectQuirks, asked: Double, sent: Double) throws {
        let request = ChatRequest(messages: [.user("x")], parameters: .init(temperature: asked))
        #expect(try Samples.body(Self.encode(request, dialect, quirks))["temperature"]?.double == sent)
    }

    @Test("Gemini takes a thinking budget in tokens or a level, and the schema in the field that knows its keywords")
    func geminiVariants() throws {
        let request = ChatRequest(
            messages: [.user("x")], parameters: .init(reasoningEffort: "1024", responseSchema: Self.strict))
        let body = try Samples.body(Self.encode(request, .gemini, .gemini))
        #expect(body["generationConfig"]?["thinkingConfig"] == ["thinkingBudget": 1024])
        #expect(body["generationConfig"]?["responseJsonSchema"] == Self.strict)
        #expect(body["generationConfig"]?["responseSchema"] == nil)
    }

    @Test(
        "tool choices have a form in every dialect",
        arguments: [
            (WireDialect.openai, ToolChoice.required, #""required""#), (.openai, .none, #""none""#),
            (.openai, .auto, #""auto""#),
            (.openaiResponses, .required, #""required""#), (.anthropic, .required, #"{"type":"any"}"#),
            (.anthropic, .none, #"{"type":"none"}"#), (.anthropic, .auto, #"{"type":"auto"}"#),
        ])
    func toolChoices(dialect: WireDialect, choice: ToolChoice, expected: String) throws {
        let request = ChatRequest(messages: [.user("x")], toolChoice: choice)
        #expect(try Samples.body(Self.encode(request, dialect, .generic))["tool_choice"]?.text == expected)
    }

    @Test("what a dialect cannot say is an error, not a different question")
    func unsupported() {
        let invalid = ChatRequest(messages: [
            Message(role: .assistant, parts: [.toolCall(ToolCall(id: "t", name: "f", arguments: "{oops"))])
        ])
        #expect(throws: WireError.self) { try Self.encode(invalid, .anthropic, .anthropic) }
        let nameless = ChatRequest(messages: [
            Message(role: .tool, parts: [.toolResult(ToolResult(callID: "t", content: "x"))])
        ])
        #expect(throws: WireError.self) { try Self.encode(nameless, .gemini, .gemini) }
    }

    @Test("a failed tool result says so, and one that is no object is wrapped for Gemini")
    func toolResults() throws {
        let messages = [
            Message(
                role: .tool,
                parts: [
                    .toolResult(ToolResult(callID: "t", name: "f", content: "plain")),
                    .toolResult(ToolResult(callID: "u", name: "f", content: "broke", isError: true)),
                ])
        ]
        let gemini = try Samples.body(Self.encode(ChatRequest(messages: messages), .gemini, .gemini))
        let parts = gemini["contents"]?[0]?["parts"]
        #expect(parts?[0]?["functionResponse"]?["response"] == ["result": "plain"])
        #expect(parts?[1]?["functionResponse"]?["response"] == ["error": "broke"])
        let anthropic = try Samples.body(Self.encode(ChatRequest(messages: messages), .anthropic, .anthropic))
        #expect(anthropic["messages"]?[0]?["content"]?[1]?["is_error"] == true)
    }

    @Test("unknown parts travel as they are, and fields that a row omits are never sent")
    func unknownAndOmitted() throws {
        let part: JSONValue = ["type": "video_url", "video_url": ["url": "u"]]
        var quirks = DialectQuirks.generic
        quirks.omittedFields = ["temperature"]
        let request = ChatRequest(
            messages: [Message(role: .user, parts: [.unknown(part)])], parameters: .init(temperature: 1), stream: false)
        let body = try Samples.body(Self.encode(request, .openai, quirks))
        #expect(body["messages"]?[0]?["content"]?[0] == part)
        #expect(body["temperature"] == nil)
    }
}
