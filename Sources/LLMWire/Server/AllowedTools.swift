import LLMCore

/// A choice of tools that leaves some of those declared: OpenAI's `allowed_tools`, Gemini's `allowedFunctionNames`.
///
/// No other dialect has it, and a model cannot call what it is not told of: so the others are left out.
enum AllowedTools {
    /// OpenAI's, in the form of chat and of the Responses API; `nil` for any other choice.
    static func names(inOpenAI choice: JSONValue?) -> (mode: String, names: [String])? {
        guard let choice, choice["type"] == "allowed_tools" else { return nil }
        let inner = choice["allowed_tools"] ?? choice
        let names = (inner["tools"]?.array ?? []).compactMap {
            ($0["function"]?["name"] ?? $0["name"])?.string
        }
        return (inner["mode"]?.string ?? "auto", names)
    }

    /// Gemini's, of its `functionCallingConfig`; `nil` where all may be called.
    static func names(inGemini calling: JSONValue?) -> [String]? {
        let names = (calling?["allowedFunctionNames"] ?? calling?["allowed_function_names"])?.array
        return names.flatMap { $0.isEmpty ? nil : $0.compactMap(\.string) }
    }

    static func kept(_ tools: [ToolDefinition], _ names: [String]?) -> [ToolDefinition] {
        guard let names else { return tools }
        return tools.filter { names.contains($0.name) }
    }
}
