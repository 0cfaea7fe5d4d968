import LLMCore
import Testing

@testable import LLMWire

@Suite("Fields of a caller's request in other dialects", .timeLimit(.minutes(1)))
struct RequestFieldTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var dialect: WireDialect
        /// Merged into a plain request of the dialect.
        var added: String
        var target: WireDialect
        var model: String
        /// A path into the body sent, and the value there; `null` is absence.
        var path: [String]
        var value: JSONValue
        var testDescription: String { "\(dialect.rawValue) \(added) -> \(target.rawValue) \(model)" }

        init(
            _ dialect: WireDialect, _ added: String, _ target: WireDialect, _ path: String,
            _ value: JSONValue,
            model: String = "m"
        ) {
            (self.dialect, self.added, self.target, self.model) = (dialect, added, target, model)
            (self.path, self.value) = (path.split(separator: ".").map(String.init), value)
        }
    }

    private static func encode(_ row: Case) throws -> JSONValue {
        let plain =
            switch row.dialect {
            case .openai: #""model":"m","messages":[{"role":"user","content":"Hi"}]"#
            case .openaiResponses: #""model":"m","input":"Hi""#
            case .anthropic: #""model":"m","max_tokens":9000,"messages":[{"role":"user","content":"Hi"}]"#
            case .gemini: #""contents":[{"parts":[{"text":"Hi"}]}]"#
            }
        let flavour: ServerFlavour =
            switch row.dialect {
            case .openai: .openAIChat
            case .openaiResponses: .openAIResponses
            case .anthropic: .anthropic
            case .gemini: .gemini
            }
        let body = "{\(plain),\(row.added)}"
        let client = try RequestDecoder.decode(Array(body.utf8), flavour: flavour, pathModel: "m")
        return try Samples.body(
            RequestEncoder.encode(client.request, model: row.model, dialect: row.target, quirks: .generic)
        )
    }

    private static func expect(_ row: Case) throws {
        let body = try encode(row)
        let found = row.path.reduce(Optional(body)) { value, key in
            Int(key).map { value?[$0] } ?? value?[key]
        }
        #expect((found ?? .null) == row.value, "\(body.text)")
    }

    // MARK: Tools

    private static let tools =
        #""tools":[{"type":"function","function":{"name":"w"}},{"type":"function","function":{"name":"v"}}]"#
    private static let flatTools =
        #""tools":[{"type":"function","name":"w"},{"type":"function","name":"v"}]"#
    private static let declared =
        #""tools":[{"functionDeclarations":[{"name":"w"},{"name":"v"},{"name":"u"}]}]"#
    private static let nothing: JSONValue = ["type": "object", "properties": [:]]

    private static func allowed(_ mode: String) -> String {
        #"\#(tools),"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"\#(mode)","tools":[{"type":"function","function":{"name":"w"}}]}}"#
    }
    private static let flatAllowed =
        #"\#(flatTools),"tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"v"}]}"#
    private static let geminiAllowed =
        #"\#(declared),"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["w","v"]}}"#

    static let toolCases: [Case] = [
        .init(
            .openai, allowed("required"), .anthropic, "tools", [["name": "w", "input_schema": nothing]]),
        .init(.openai, allowed("required"), .anthropic, "tool_choice", ["type": "any"]),
        .init(.openai, allowed("auto"), .anthropic, "tool_choice", ["type": "auto"]),
        .init(
            .openai, allowed("required"), .gemini, "toolConfig.functionCallingConfig", ["mode": "ANY"]),
        .init(.openai, allowed("auto"), .gemini, "tools", [["functionDeclarations": [["name": "w"]]]]),
        .init(.openaiResponses, flatAllowed, .openai, "tool_choice", "required"),
        .init(
            .openaiResponses, flatAllowed, .openai, "tools.0.function",
            ["name": "v", "parameters": nothing]),
        .init(.openaiResponses, flatAllowed, .openai, "tools.1", .null),
        .init(.gemini, geminiAllowed, .anthropic, "tool_choice", ["type": "any"]),
        .init(.gemini, geminiAllowed, .anthropic, "tools.1.name", "v"),
        .init(.gemini, geminiAllowed, .anthropic, "tools.2", .null),
        .init(.openai, tools, .anthropic, "tools.0.input_schema", nothing),
        .init(.openai, tools, .openaiResponses, "tools.0.parameters", nothing),
        .init(.openai, tools, .gemini, "tools.0.functionDeclarations.0", ["name": "w"]),
        .init(.gemini, declared, .openai, "tools.0.function.parameters", nothing),
        .init(
            .anthropic, #""tools":[{"name":"w","input_schema":{"type":"object","properties":{}}}]"#,
            .gemini,
            "tools.0.functionDeclarations.0", ["name": "w"]),
        .init(
            .openai,
            #""tools":[{"type":"function","function":{"name":"w","parameters":{"properties":{"a":{"type":"string"}}}}}]"#,
            .anthropic, "tools.0.input_schema",
            ["type": "object", "properties": ["a": ["type": "string"]]]),
    ]

    @Test(
        "a subset of the tools is kept, and a tool without parameters takes an empty object",
        arguments: toolCases)
    func tools(_ row: Case) throws { try Self.expect(row) }

    // MARK: JSON

    static let jsonCases: [Case] = [
        .init(
            .openai, #""response_format":{"type":"json_object"}"#, .gemini, "generationConfig",
            ["responseMimeType": "application/json"]),
        .init(
            .openai, #""response_format":{"type":"json_object"}"#, .openaiResponses, "text",
            ["format": ["type": "json_object"]]),
        .init(
            .openaiResponses, #""text":{"format":{"type":"json_object"}}"#, .openai, "response_format",
            ["type": "json_object"]),
        .init(
            .gemini, #""generationConfig":{"responseMimeType":"application/json"}"#, .openai,
            "response_format", ["type": "json_object"]),
        .init(
            .gemini, #""generationConfig":{"response_mime_type":"application/json"}"#, .openaiResponses,
            "text", ["format": ["type": "json_object"]]),
        .init(
            .gemini, #""generationConfig":{"responseMimeType":"text/plain"}"#, .openai, "response_format",
            .null),
        .init(.openai, #""response_format":{"type":"text"}"#, .gemini, "generationConfig", .null),
    ]

    @Test("JSON without a schema has a word at OpenAI and at Gemini", arguments: jsonCases)
    func json(_ row: Case) throws { try Self.expect(row) }

    // MARK: Reasoning

    private static func thinking(_ budget: Int) -> String {
        #""thinking":{"type":"enabled","budget_tokens":\#(budget)}"#
    }
    private static func config(_ member: String) -> String {
        #""generationConfig":{"thinkingConfig":{\#(member)}}"#
    }

    static let reasoningCases: [Case] = [
        .init(.anthropic, thinking(1_024), .openai, "reasoning_effort", "low"),
        .init(.anthropic, thinking(4_000), .openai, "reasoning_effort", "medium"),
        .init(.anthropic, thinking(31_999), .openaiResponses, "reasoning", ["effort": "high"]),
        .init(
            .anthropic, thinking(2_000), .gemini, "generationConfig.thinkingConfig",
            ["thinkingBudget": 2_000]),
        .init(.anthropic, #""thinking":{"type":"disabled"}"#, .openai, "reasoning_effort", .null),
        .init(
            .anthropic, #""thinking":{"type":"adaptive"},"output_config":{"effort":"high"}"#, .openai,
            "reasoning_effort", "high"),
        .init(.gemini, config(#""thinkingBudget":0"#), .openai, "reasoning_effort", "none"),
        .init(.gemini, config(#""thinkingBudget":-1"#), .openai, "reasoning_effort", .null),
        .init(.gemini, config(#""thinking_budget":9000"#), .openai, "reasoning_effort", "high"),
        .init(.gemini, config(#""thinkingLevel":"LOW""#), .openai, "reasoning_effort", "low"),
        .init(
            .gemini, config(#""thinkingBudget":8000"#), .anthropic, "output_config", ["effort": "medium"],
            model: "claude-haiku-5-5"),
        .init(
            .gemini, config(#""thinkingBudget":8000"#), .anthropic, "thinking", .null,
            model: "claude-haiku-5-5"),
        .init(
            .gemini, config(#""thinkingBudget":8000"#), .anthropic, "thinking",
            ["type": "enabled", "budget_tokens": 8_000], model: "claude-sonnet-4-5"),
        .init(
            .gemini, config(#""thinkingBudget":8000"#), .anthropic, "max_tokens", 12_096,
            model: "claude-sonnet-4-5"),
        .init(
            .gemini, config(#""thinkingBudget":100"#), .anthropic, "thinking",
            ["type": "enabled", "budget_tokens": 1_024], model: "claude-3-7-sonnet-20250219"),
        .init(
            .gemini, config(#""thinkingBudget":0"#), .anthropic, "output_config", .null,
            model: "claude-haiku-5-5"),
        .init(
            .openai, #""reasoning_effort":"minimal""#, .anthropic, "output_config", ["effort": "low"]),
        .init(.openai, #""reasoning_effort":"none""#, .anthropic, "output_config", .null),
        .init(
            .openai, #""reasoning_effort":"medium""#, .gemini, "generationConfig.thinkingConfig",
            ["thinkingBudget": 8_192], model: "gemini-2.5-flash"),
        .init(
            .openai, #""reasoning_effort":"none""#, .gemini, "generationConfig.thinkingConfig",
            ["thinkingBudget": 0], model: "gemini-2.5-flash"),
        .init(
            .openai, #""reasoning_effort":"none""#, .gemini, "generationConfig.thinkingConfig",
            ["thinkingBudget": 128], model: "models/gemini-2.5-pro"),
        .init(
            .openai, #""reasoning_effort":"xhigh""#, .gemini, "generationConfig.thinkingConfig",
            ["thinkingLevel": "high"], model: "gemini-3.1-pro"),
    ]

    @Test("a budget of reasoning becomes the target's word or budget", arguments: reasoningCases)
    func reasoning(_ row: Case) throws { try Self.expect(row) }

    @Test(
        "Claude takes no budget in a turn of tools that began without reasoning, nor beside a forced call"
    )
    func noBudget() throws {
        var request = ChatRequest(messages: [.user("q")], parameters: .init(reasoningEffort: "2000"))
        func sent() throws -> JSONValue? {
            try Samples.body(
                RequestEncoder.encode(
                    request, model: "claude-sonnet-4-5", dialect: .anthropic, quirks: .anthropic))["thinking"]
        }
        #expect(try sent() != nil)
        request.toolChoice = .required
        #expect(try sent() == nil)
        request.toolChoice = nil
        let call = MessagePart.toolCall(ToolCall(id: "t", name: "w", arguments: "{}"))
        let result = Message(role: .tool, parts: [.toolResult(ToolResult(callID: "t", content: "r"))])
        request.messages = [.user("q"), Message(role: .assistant, parts: [call]), result]
        #expect(try sent() == nil)
        let thought = MessagePart.thinking(text: "hm", signature: "S")
        request.messages = [.user("q"), Message(role: .assistant, parts: [thought, call]), result]
        #expect(try sent() != nil)
    }

    // MARK: Tiers and empty messages

    static let tierCases: [Case] = [
        .init(.openai, #""service_tier":"default""#, .anthropic, "service_tier", .null),
        .init(.openai, #""service_tier":"flex""#, .anthropic, "service_tier", .null),
        .init(.openai, #""service_tier":"flex""#, .openaiResponses, "service_tier", "flex"),
        .init(.openai, #""service_tier":"flex""#, .gemini, "serviceTier", "flex"),
        .init(.openai, #""service_tier":"auto""#, .gemini, "serviceTier", .null),
        .init(.anthropic, #""service_tier":"standard_only""#, .openai, "service_tier", .null),
    ]

    @Test("a service tier that the target does not know is left out", arguments: tierCases)
    func tiers(_ row: Case) throws { try Self.expect(row) }

    @Test(
        "a conversation without anything to say is refused, not sent without messages",
        arguments: [#""""#, "null", #"[{"type":"text","text":""}]"#])
    func empty(content: String) {
        let row = Case(
            .openai, #""messages":[{"role":"user","content":\#(content)}]"#, .anthropic, "messages", .null
        )
        #expect {
            _ = try Self.encode(row)
        } throws: { ($0 as? WireError)?.kind == .unsupported }
    }
}
