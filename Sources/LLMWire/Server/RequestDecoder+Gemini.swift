import LLMCore

extension RequestDecoder {
    static func decodeGemini(
        _ fields: FieldReader, _ rules: RequestRules, model: String, streams: Bool
    ) throws(RequestRejection) -> ClientRequest {
        var messages: [Message] = []
        if let system = fields.value("systemInstruction", "system_instruction") {
            let content = try FieldReader(system, path: "system_instruction")
            messages.append(Message(role: .system, parts: try geminiParts(content).map(\.part)))
        }
        for (index, value) in try fields.requiredArray("contents").enumerated() {
            messages.append(try geminiContent(FieldReader(value, path: "contents[\(index)]")))
        }
        var parameters = GenerationParameters()
        var showThinking = false
        if let value = fields.value("generationConfig", "generation_config") {
            let config = try FieldReader(value, path: "generation_config")
            parameters = try geminiParameters(config, rules)
            if let thinking = config.value("thinkingConfig", "thinking_config") {
                let reader = try FieldReader(thinking, path: "thinking_config")
                showThinking = (reader.value("includeThoughts", "include_thoughts"))?.bool ?? false
                // A budget of -1 leaves it to the model.
                let budget = reader.value("thinkingBudget", "thinking_budget")?.int.flatMap { $0 < 0 ? nil : $0 }
                let level = reader.value("thinkingLevel", "thinking_level")?.string?.lowercased()
                parameters.reasoningEffort = level ?? budget.map(String.init)
            }
        }
        let request = ChatRequest(
            messages: messages, parameters: parameters,
            tools: AllowedTools.kept(try geminiTools(fields), AllowedTools.names(inGemini: geminiCalling(fields))),
            toolChoice: geminiToolChoice(fields), stream: streams)
        return ClientRequest(model: model, request: request, includeUsage: true, showThinking: showThinking)
    }

    private static func geminiParameters(
        _ config: FieldReader, _ rules: RequestRules
    ) throws(RequestRejection) -> GenerationParameters {
        func either(_ first: String, _ second: String) -> String { config.value(first) != nil ? first : second }
        return GenerationParameters(
            temperature: try config.double("temperature", 0...rules.maxTemperature),
            topP: try config.double(either("topP", "top_p"), 0...1),
            maxOutputTokens: try config.int(either("maxOutputTokens", "max_output_tokens"), atLeast: 1),
            seed: try config.int("seed"), stop: try config.strings(either("stopSequences", "stop_sequences")),
            presencePenalty: try config.double(either("presencePenalty", "presence_penalty")),
            frequencyPenalty: try config.double(either("frequencyPenalty", "frequency_penalty")),
            topLogprobs: try config.bool(either("responseLogprobs", "response_logprobs")) == true
                ? try config.int("logprobs", atLeast: 0) ?? 0 : nil,
            responseSchema: config.value("responseJsonSchema", "response_json_schema")
                ?? config.value("responseSchema", "response_schema").map {
                    OpenAPISchema.jsonSchema($0, closesObjects: true)
                }
                ?? (config.value("responseMimeType", "response_mime_type") == "application/json" ? true : nil))
    }

    private static func geminiContent(_ fields: FieldReader) throws(RequestRejection) -> Message {
        let name = try fields.string("role") ?? "user"
        let roles: [String: Message.Role] = [
            "user": .user, "model": .assistant, "function": .tool, "tool": .tool, "system": .system,
        ]
        guard let role = roles[name] else {
            throw RequestRejection(fields.name("role"), .unknownValue(name, allowed: ["user", "model"]))
        }
        let parts = try geminiParts(fields)
        let allResults = !parts.isEmpty && parts.allSatisfy(\.isResult)
        return Message(role: allResults ? .tool : role, parts: parts.flatMap { [$0.part] + $0.media })
    }

    private static func geminiParts(_ fields: FieldReader) throws(RequestRejection) -> [MarkedPart] {
        // A bare string is not in the documentation, and accepted.
        if let text = fields.value("parts")?.string { return [MarkedPart(.text(text))] }
        // So is one part outside an array.
        let single = fields.value("parts")?.object.map { [JSONValue.object($0)] }
        let values: [JSONValue]
        if let single { values = single } else { values = try fields.array("parts") ?? [] }
        var parts: [MarkedPart] = []
        for (index, value) in values.enumerated() {
            let part = try geminiPart(FieldReader(value, path: fields.name("parts[\(index)]")), value)
            let result = value["functionResponse"] ?? value["function_response"]
            parts.append(MarkedPart(part, media: (result?["parts"]?.array ?? []).compactMap(GeminiMedia.part)))
        }
        return parts
    }

    private static func geminiPart(_ part: FieldReader, _ value: JSONValue) throws(RequestRejection) -> MessagePart {
        if let text = try part.string("text") {
            let signature = part.value("thoughtSignature", "thought_signature")?.string
            return try part.bool("thought") == true ? .thinking(text: text, signature: signature) : .text(text)
        }
        if let inline = part.value("inlineData", "inline_data") {
            let data = try FieldReader(inline, path: part.name("inline_data"))
            _ = try data.requiredString("data")
        }
        if let media = GeminiMedia.part(value) { return media }
        if let call = part.value("functionCall", "function_call") {
            let reader = try FieldReader(call, path: part.name("function_call"))
            let name = try reader.requiredString("name")
            return .toolCall(
                ToolCall(
                    id: try reader.string("id") ?? "", name: name, arguments: (reader.value("args") ?? [:]).text))
        }
        if let result = part.value("functionResponse", "function_response") {
            let reader = try FieldReader(result, path: part.name("function_response"))
            let name = try reader.requiredString("name")
            let response = reader.value("response") ?? [:]
            // Google's documented member for a failure.
            let failure = response.object?.count == 1 ? response["error"]?.string : nil
            return .toolResult(
                ToolResult(
                    callID: try reader.string("id") ?? "", name: name, content: failure ?? response.text,
                    isError: failure != nil))
        }
        // A signature alone: there is nothing else that another could be sent.
        if let signature = part.value("thoughtSignature", "thought_signature")?.string, value.object?.count == 1 {
            return .thinking(text: "", signature: signature)
        }
        return .unknown(value)
    }

    private static func geminiTools(_ fields: FieldReader) throws(RequestRejection) -> [ToolDefinition] {
        var tools: [ToolDefinition] = []
        for value in try fields.array("tools") ?? [] {
            let declarations = (value["functionDeclarations"] ?? value["function_declarations"])?.array ?? []
            for declaration in declarations {
                let function = try FieldReader(declaration, path: "tools.function_declarations")
                tools.append(
                    ToolDefinition(
                        name: try function.requiredString("name"), description: try function.string("description"),
                        parameters: function.value("parametersJsonSchema", "parameters_json_schema")
                            ?? function.value("parameters").map { OpenAPISchema.jsonSchema($0) } ?? [:]))
            }
        }
        return tools
    }

    private static func geminiCalling(_ fields: FieldReader) -> JSONValue? {
        let config = fields.value("toolConfig", "tool_config")
        return config?["functionCallingConfig"] ?? config?["function_calling_config"]
    }

    private static func geminiToolChoice(_ fields: FieldReader) -> ToolChoice? {
        guard let calling = geminiCalling(fields) else { return nil }
        switch calling["mode"]?.string?.uppercased() {
        case "NONE": return ToolChoice.none
        case "ANY":
            if let names = AllowedTools.names(inGemini: calling), names.count == 1 { return .tool(names[0]) }
            return .required
        default: return .auto
        }
    }
}
