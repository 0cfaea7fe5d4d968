import LLMCore

extension RequestDecoder {
    static func decodeAnthropic(
        _ fields: FieldReader, _ rules: RequestRules
    ) throws(RequestRejection) -> ClientRequest {
        let model = try model(fields)
        let limit = try fields.int("max_tokens", atLeast: 1)
        if rules.requiresOutputLimit, limit == nil { throw RequestRejection("max_tokens", .missing) }
        var messages: [Message] = []
        if let system = fields.value("system") {
            messages.append(Message(role: .system, marked: try anthropicContent(system, fields, "system")))
        }
        for (index, value) in try fields.requiredArray("messages").enumerated() {
            messages += try anthropicMessages(FieldReader(value, path: "messages.\(index)"))
        }
        messages.markEnd(CachePoint.TTL(in: .object(fields.object)))
        let output = try fields.object("output_config")
        let thinking = try fields.object("thinking")
        let budget = try thinking?.string("type") == "enabled" ? try thinking?.int("budget_tokens") : nil
        let parameters = GenerationParameters(
            temperature: try fields.double("temperature", 0...rules.maxTemperature),
            topP: try fields.double("top_p", 0...1), maxOutputTokens: limit,
            stop: try fields.strings("stop_sequences"),
            reasoningEffort: try output?.string("effort") ?? budget.map(String.init),
            serviceTier: try fields.string("service_tier"),
            responseSchema: try format(output, fields)?.value("schema"))
        let request = ChatRequest(
            messages: messages, parameters: parameters, tools: try anthropicTools(fields),
            toolChoice: try anthropicToolChoice(fields),
            parallelToolCalls: try fields.object("tool_choice")?.bool("disable_parallel_tool_use").map { !$0 },
            stream: try fields.bool("stream") ?? false)
        return ClientRequest(
            model: model, request: request, includeUsage: true,
            showThinking: ["enabled", "adaptive"].contains(try thinking?.string("type")))
    }

    /// `output_format` is the same in an earlier beta.
    private static func format(
        _ output: FieldReader?, _ fields: FieldReader
    ) throws(RequestRejection) -> FieldReader? {
        if let format = try output?.object("format") { return format }
        return try fields.object("output_format")
    }

    /// Tool results stand in a user's message on the wire and in a message of their own with us.
    private static func anthropicMessages(_ fields: FieldReader) throws(RequestRejection) -> [Message] {
        let name = try fields.requiredString("role")
        guard let role = ["user": Message.Role.user, "assistant": .assistant, "system": .system][name] else {
            throw RequestRejection(fields.name("role"), .unknownValue(name, allowed: ["user", "assistant"]))
        }
        guard let content = fields.value("content") else { throw RequestRejection(fields.name("content"), .missing) }
        let parts = try anthropicContent(content, fields, "content")
        let results = parts.filter(\.isResult)
        let others = parts.filter { !$0.isResult }
        var messages: [Message] = []
        if !results.isEmpty {
            let whole = results.flatMap { result in [result] + result.media.map { MarkedPart($0) } }
            messages.append(Message(role: .tool, marked: whole))
        }
        if !others.isEmpty || results.isEmpty { messages.append(Message(role: role, marked: others)) }
        return messages
    }

    private static func anthropicContent(
        _ content: JSONValue, _ fields: FieldReader, _ key: String
    ) throws(RequestRejection) -> [MarkedPart] {
        if let text = content.string { return [MarkedPart(.text(text))] }
        guard let values = content.array else { throw fields.mismatch(key, "array", content) }
        var parts: [MarkedPart] = []
        for (index, value) in values.enumerated() {
            let part = try anthropicBlock(FieldReader(value, path: fields.name("\(key).\(index)")), value)
            // The content of a result may be marked in its place.
            let inner = value["content"]?.array?.lazy.compactMap { CachePoint.TTL(in: $0) }.first
            let media = value["type"] == "tool_result" ? resultContent(value["content"]).media : []
            parts.append(MarkedPart(part, CachePoint.TTL(in: value) ?? inner, media: media))
        }
        return parts
    }

    private static func anthropicBlock(
        _ block: FieldReader, _ value: JSONValue
    ) throws(RequestRejection) -> MessagePart {
        switch try block.requiredString("type") {
        case "text": return .text(try block.requiredString("text"))
        case "image":
            guard let source = try block.object("source") else {
                throw RequestRejection(block.name("source"), .missing)
            }
            if let url = try source.string("url") { return .image(ImagePart(source: .url(url))) }
            // One by the identifier of a file is its provider's alone.
            if source.value("file_id") != nil { return .unknown(value) }
            return .image(
                ImagePart(
                    source: .base64(
                        mediaType: try source.requiredString("media_type"), data: try source.requiredString("data"))))
        case "document": return FilePart(anthropic: value).map { .file($0) } ?? .unknown(value)
        case "redacted_thinking": return .native(.anthropic, value)
        case "thinking":
            return .thinking(text: try block.string("thinking") ?? "", signature: try block.string("signature"))
        case "tool_use":
            return .toolCall(
                ToolCall(
                    id: try block.requiredString("id"), name: try block.requiredString("name"),
                    arguments: (block.value("input") ?? [:]).text))
        case "tool_result":
            return .toolResult(
                ToolResult(
                    callID: try block.requiredString("tool_use_id"),
                    content: resultContent(block.value("content")).text,
                    isError: try block.bool("is_error") ?? false))
        default: return .unknown(value)
        }
    }

    private static func anthropicTools(_ fields: FieldReader) throws(RequestRejection) -> [ToolDefinition] {
        var tools: [ToolDefinition] = []
        for (index, value) in (try fields.array("tools") ?? []).enumerated() {
            let tool = try FieldReader(value, path: "tools.\(index)")
            tools.append(
                ToolDefinition(
                    name: try tool.requiredString("name"), description: try tool.string("description"),
                    parameters: tool.value("input_schema") ?? [:], cacheTTL: CachePoint.TTL(in: value)))
        }
        return tools
    }

    private static func anthropicToolChoice(_ fields: FieldReader) throws(RequestRejection) -> ToolChoice? {
        guard let choice = try fields.object("tool_choice") else { return nil }
        switch try choice.requiredString("type") {
        case "any": return .required
        case "tool": return .tool(try choice.requiredString("name"))
        case "none": return ToolChoice.none
        default: return .auto
        }
    }
}
