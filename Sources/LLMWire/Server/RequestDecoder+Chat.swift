import LLMCore

extension RequestDecoder {
    static func decodeChat(_ fields: FieldReader, _ rules: RequestRules) throws(RequestRejection) -> ClientRequest {
        let model = try model(fields)
        var messages: [Message] = []
        for (index, value) in try fields.requiredArray("messages").enumerated() {
            messages.append(try chatMessage(FieldReader(value, path: "messages[\(index)]")))
        }
        messages.markEnd(CachePoint.TTL(in: .object(fields.object)))
        let outputLimit = fields.value("max_completion_tokens") != nil ? "max_completion_tokens" : "max_tokens"
        var parameters = GenerationParameters(
            temperature: try fields.double("temperature", 0...rules.maxTemperature),
            topP: try fields.double("top_p", 0...1),
            maxOutputTokens: try fields.int(outputLimit, atLeast: 1),
            seed: try fields.int("seed"), stop: try fields.strings("stop"),
            reasoningEffort: try fields.string("reasoning_effort"),
            presencePenalty: try fields.double("presence_penalty"),
            frequencyPenalty: try fields.double("frequency_penalty"),
            outputModalities: try fields.strings("modalities").flatMap { $0.isEmpty || $0 == ["text"] ? nil : $0 },
            speechVoice: try fields.object("audio")?.string("voice"),
            topLogprobs: try fields.bool("logprobs") == true ? try fields.int("top_logprobs", atLeast: 0) ?? 0 : nil,
            serviceTier: try fields.string("service_tier"))
        if let format = try fields.object("response_format") {
            // Any JSON is what the schema `true` accepts.
            parameters.responseSchema =
                try format.string("type") == "json_object" ? true : try format.object("json_schema")?.value("schema")
        }
        if rules.requiresOutputLimit, parameters.maxOutputTokens == nil {
            throw RequestRejection("max_tokens", .missing)
        }
        let request = ChatRequest(
            messages: messages, parameters: parameters,
            tools: AllowedTools.kept(
                try chatTools(fields), AllowedTools.names(inOpenAI: fields.value("tool_choice"))?.names),
            toolChoice: try chatToolChoice(fields), parallelToolCalls: try fields.bool("parallel_tool_calls"),
            stream: try fields.bool("stream") ?? false)
        let includeUsage = try fields.object("stream_options")?.bool("include_usage") ?? false
        let shown = try fields.string("reasoning_format") != "hidden"
        return ClientRequest(
            model: model, request: request, includeUsage: includeUsage,
            showThinking: try fields.bool("include_reasoning") ?? shown)
    }

    private static func chatMessage(_ fields: FieldReader) throws(RequestRejection) -> Message {
        let role = try fields.requiredString("role")
        switch role {
        case "system", "developer": return Message(role: .system, marked: try chatContent(fields))
        case "user": return Message(role: .user, marked: try chatContent(fields))
        case "assistant":
            let calls = try chatToolCalls(fields).map { MarkedPart($0) }
            // As gateways write the images that a model made.
            let images = (try fields.array("images") ?? []).compactMap {
                resultImage($0).map { MarkedPart(.image($0)) }
            }
            return Message(role: .assistant, marked: try chatContent(fields) + images + calls)
        case "tool", "function":
            let (text, media) = resultContent(fields.value("content"))
            let result = ToolResult(
                callID: try fields.string("tool_call_id") ?? "", name: try fields.string("name"), content: text)
            let inner = fields.value("content")?.array?.lazy.compactMap { CachePoint.TTL(in: $0) }.last
            return Message(
                role: .tool,
                marked: [MarkedPart(.toolResult(result), CachePoint.TTL(in: .object(fields.object)) ?? inner)]
                    + media.map { MarkedPart($0) })
        default:
            let allowed = ["system", "assistant", "user", "function", "tool", "developer"]
            throw RequestRejection(fields.name("role"), .unknownValue(role, allowed: allowed))
        }
    }

    /// - Returns: The parts; a `cache_control` of the message itself, as some gateways take it, marks the last.
    private static func chatContent(_ fields: FieldReader) throws(RequestRejection) -> [MarkedPart] {
        let whole = CachePoint.TTL(in: .object(fields.object))
        guard let content = fields.value("content") else { return [] }
        if let text = content.string { return [MarkedPart(.text(text), whole)] }
        guard let values = content.array else { throw fields.mismatch("content", "string", content) }
        var parts: [MarkedPart] = []
        for (index, value) in values.enumerated() {
            let part = try FieldReader(value, path: fields.name("content[\(index)]"))
            let ttl = CachePoint.TTL(in: value) ?? (index == values.count - 1 ? whole : nil)
            switch try part.string("type") {
            case "text": parts.append(MarkedPart(.text(try part.requiredString("text")), ttl))
            case "image_url":
                guard let source = try part.object("image_url") else {
                    throw RequestRejection(part.name("image_url"), .missing)
                }
                parts.append(MarkedPart(.image(image(url: try source.requiredString("url"))), ttl))
            case "file": parts.append(MarkedPart(FilePart(openAI: value).map { .file($0) } ?? .unknown(value), ttl))
            case "input_audio":
                parts.append(MarkedPart(FilePart(sound: value).map { .file($0) } ?? .unknown(value), ttl))
            case "refusal": parts.append(MarkedPart(.text(try part.string("refusal") ?? ""), ttl))
            default: parts.append(MarkedPart(.unknown(value), ttl))
            }
        }
        return parts
    }

    private static func chatToolCalls(_ fields: FieldReader) throws(RequestRejection) -> [MessagePart] {
        var parts: [MessagePart] = []
        for (index, value) in (try fields.array("tool_calls") ?? []).enumerated() {
            let call = try FieldReader(value, path: fields.name("tool_calls[\(index)]"))
            guard let function = try call.object("function") else {
                throw RequestRejection(call.name("function"), .missing)
            }
            parts.append(
                .toolCall(
                    ToolCall(
                        id: try call.string("id") ?? "", name: try function.requiredString("name"),
                        arguments: try function.string("arguments") ?? "")))
        }
        return parts
    }

    private static func chatTools(_ fields: FieldReader) throws(RequestRejection) -> [ToolDefinition] {
        var tools: [ToolDefinition] = []
        for (index, value) in (try fields.array("tools") ?? []).enumerated() {
            let tool = try FieldReader(value, path: "tools[\(index)]")
            guard let function = try tool.object("function") else { continue }
            tools.append(
                ToolDefinition(
                    name: try function.requiredString("name"), description: try function.string("description"),
                    parameters: function.value("parameters") ?? [:],
                    cacheTTL: CachePoint.TTL(in: value) ?? CachePoint.TTL(in: value["function"])))
        }
        return tools
    }

    /// Also the Responses dialect's, where the function's name stands beside the type.
    static func chatToolChoice(_ fields: FieldReader) throws(RequestRejection) -> ToolChoice? {
        guard let value = fields.value("tool_choice") else { return nil }
        if let allowed = AllowedTools.names(inOpenAI: value) { return allowed.mode == "required" ? .required : .auto }
        if let name = (value["function"]?["name"] ?? value["name"])?.string { return .tool(name) }
        switch value.string {
        case "auto": return .auto
        case "none": return ToolChoice.none
        case "required": return .required
        case let other?:
            throw RequestRejection(
                fields.name("tool_choice"), .unknownValue(other, allowed: ["none", "auto", "required"]))
        case nil: return nil
        }
    }
}
