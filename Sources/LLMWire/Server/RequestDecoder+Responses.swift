import LLMCore

extension RequestDecoder {
    static func decodeResponses(
        _ fields: FieldReader, _ rules: RequestRules
    ) throws(RequestRejection) -> ClientRequest {
        let model = try model(fields)
        var messages: [Message] = []
        if let instructions = try fields.string("instructions") { messages.append(.system(instructions)) }
        messages += try responsesInput(fields)
        let reasoning = try fields.object("reasoning")
        var parameters = GenerationParameters(
            temperature: try fields.double("temperature", 0...rules.maxTemperature),
            topP: try fields.double("top_p", 0...1),
            maxOutputTokens: try fields.int("max_output_tokens", atLeast: 16),
            reasoningEffort: try reasoning?.string("effort"), serviceTier: try fields.string("service_tier"))
        if let format = try fields.object("text")?.object("format") {
            // Any JSON is what the schema `true` accepts.
            parameters.responseSchema = try format.string("type") == "json_object" ? true : format.value("schema")
        }
        let request = ChatRequest(
            messages: messages, parameters: parameters,
            tools: AllowedTools.kept(
                try responsesTools(fields), AllowedTools.names(inOpenAI: fields.value("tool_choice"))?.names),
            toolChoice: try chatToolChoice(fields), parallelToolCalls: try fields.bool("parallel_tool_calls"),
            stream: try fields.bool("stream") ?? false)
        let summary = try reasoning?.string("summary")
        return ClientRequest(model: model, request: request, includeUsage: true, showThinking: summary != nil)
    }

    private static func responsesInput(_ fields: FieldReader) throws(RequestRejection) -> [Message] {
        guard let input = fields.value("input") else { throw RequestRejection("input", .missing) }
        if let text = input.string { return [.user(text)] }
        guard let items = input.array else { throw fields.mismatch("input", "array", input) }
        guard !items.isEmpty else { throw RequestRejection("input", .empty) }
        var messages: [Message] = []
        for (index, value) in items.enumerated() {
            let message = try responsesItem(FieldReader(value, path: "input[\(index)]"), value)
            // A thought belongs to what the model said after it.
            if message.role == .assistant, messages.last?.isThought == true {
                messages[messages.count - 1].parts += message.parts
            } else {
                messages.append(message)
            }
        }
        return messages
    }

    private static func responsesItem(_ item: FieldReader, _ value: JSONValue) throws(RequestRejection) -> Message {
        switch try item.string("type") ?? "message" {
        case "message": return try responsesMessage(item)
        case "function_call":
            let call = ToolCall(
                id: try item.string("call_id") ?? "", name: try item.requiredString("name"),
                arguments: try item.string("arguments") ?? "")
            return Message(role: .assistant, parts: [.toolCall(call)])
        case "function_call_output":
            let (text, media) = resultContent(item.value("output"))
            let result = ToolResult(callID: try item.requiredString("call_id"), content: text)
            return Message(role: .tool, parts: [.toolResult(result)] + media)
        case "reasoning":
            let seal = try item.string("encrypted_content")
            guard ReasoningSeal.isMarked(seal) else {
                return Message(role: .assistant, parts: [.native(.openaiResponses, value)])
            }
            return Message(role: .assistant, parts: [.thinking(text: summary(value), signature: seal)])
        // A history that its maker alone can read.
        case "compaction": return Message(role: .assistant, parts: [.native(.openaiResponses, value)])
        case "image_generation_call":
            let image = item.value("result")?.string.map { data in
                let type = "image/\(item.value("output_format")?.string ?? "png")"
                return MessagePart.image(ImagePart(source: .base64(mediaType: type, data: data)))
            }
            return Message(role: .assistant, parts: [image ?? .unknown(value)])
        default: return Message(role: .assistant, parts: [.unknown(value)])
        }
    }

    private static func summary(_ item: JSONValue) -> String {
        (item["summary"]?.array ?? []).compactMap { $0["text"]?.string }.joined()
    }

    private static func responsesMessage(_ item: FieldReader) throws(RequestRejection) -> Message {
        let name = try item.requiredString("role")
        let roles: [String: Message.Role] = [
            "system": .system, "developer": .system, "user": .user, "assistant": .assistant,
        ]
        guard let role = roles[name] else {
            throw RequestRejection(
                item.name("role"), .unknownValue(name, allowed: ["assistant", "system", "developer", "user"]))
        }
        guard let content = item.value("content") else { throw RequestRejection(item.name("content"), .missing) }
        if let text = content.string { return Message(role: role, parts: [.text(text)]) }
        guard let values = content.array else { throw item.mismatch("content", "array", content) }
        var parts: [MessagePart] = []
        for (index, value) in values.enumerated() {
            let part = try FieldReader(value, path: item.name("content[\(index)]"))
            switch try part.string("type") {
            case "input_text", "output_text", "text": parts.append(.text(try part.requiredString("text")))
            case "refusal": parts.append(.text(try part.string("refusal") ?? ""))
            case "input_image":
                let url = try part.string("image_url")
                // One by the identifier of a file is its provider's alone.
                parts.append(url.map { .image(image(url: $0)) } ?? .unknown(value))
            case "input_file": parts.append(FilePart(openAI: value).map { .file($0) } ?? .unknown(value))
            default: parts.append(.unknown(value))
            }
        }
        return Message(role: role, parts: parts)
    }

    private static func responsesTools(_ fields: FieldReader) throws(RequestRejection) -> [ToolDefinition] {
        var tools: [ToolDefinition] = []
        for (index, value) in (try fields.array("tools") ?? []).enumerated() {
            let tool = try FieldReader(value, path: "tools[\(index)]")
            guard try tool.string("type") == "function" else { continue }
            tools.append(
                ToolDefinition(
                    name: try tool.requiredString("name"), description: try tool.string("description"),
                    parameters: tool.value("parameters") ?? [:]))
        }
        return tools
    }
}

extension Message {
    /// A turn that holds the model's reasoning alone.
    fileprivate var isThought: Bool {
        role == .assistant && parts.allSatisfy { if case .thinking = $0 { true } else { false } }
    }
}
