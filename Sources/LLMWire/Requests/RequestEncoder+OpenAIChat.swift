import LLMCore

extension RequestEncoder {
    static func chatObject(_ request: ChatRequest, model: String, quirks: DialectQuirks) -> JSONObject {
        let parameters = request.parameters
        var body: JSONObject = ["model": .string(model)]
        let points = CachePoints(request, isTaken: quirks.cacheControl == .taken)
        let messages = request.messages.enumerated().flatMap { index, message in
            chatMessages(message, quirks: quirks) { points.control(ofPart: $0, message: index) }
        }
        body["messages"] = .array(wholeTurns(messages))
        let limit = parameters.maxOutputTokens ?? quirks.defaultOutputLimit
        body.put(quirks.outputLimitField, limit.map { JSONValue($0) })
        body.put("temperature", temperature(parameters.temperature, quirks: quirks).map { JSONValue($0) })
        body.put("top_p", parameters.topP.map { JSONValue($0) })
        body.put("seed", parameters.seed.map { JSONValue($0) })
        body.put("stop", parameters.stop.map { .array($0.map(JSONValue.string)) })
        body.put("presence_penalty", parameters.presencePenalty.map { JSONValue($0) })
        body.put("frequency_penalty", parameters.frequencyPenalty.map { JSONValue($0) })
        body.put("logprobs", parameters.topLogprobs.map { _ in true })
        body.put("top_logprobs", parameters.topLogprobs.flatMap { $0 > 0 ? JSONValue($0) : nil })
        body.put("reasoning_effort", parameters.reasoningEffort.map { .string(ThinkingEffort.word($0)) })
        body.put("service_tier", parameters.serviceTier.map(JSONValue.string))
        body.put(
            "response_format",
            parameters.responseSchema.map {
                // JSON without a schema.
                $0 == true
                    ? ["type": "json_object"]
                    : ["type": "json_schema", "json_schema": ["name": "answer", "schema": $0]]
            })
        if !request.tools.isEmpty {
            body["tools"] = .array(
                request.tools.enumerated().map { chatTool($1).marked(points.control(ofTool: $0)) })
        }
        body.put("tool_choice", request.toolChoice.map(chatToolChoice))
        // Refused beside no tools.
        if !request.tools.isEmpty { body.put("parallel_tool_calls", request.parallelToolCalls.map(JSONValue.bool)) }
        if request.stream {
            body["stream"] = true
            if quirks.asksForStreamUsage { body["stream_options"] = ["include_usage": true] }
        }
        return body
    }

    private static func chatTool(_ tool: ToolDefinition) -> JSONValue {
        var function: JSONObject = ["name": .string(tool.name)]
        function.put("description", tool.description.map(JSONValue.string))
        function["parameters"] = tool.objectSchema
        return ["type": "function", "function": .object(function)]
    }

    private static func chatToolChoice(_ choice: ToolChoice) -> JSONValue {
        switch choice {
        case .auto: "auto"
        case .none: "none"
        case .required: "required"
        case .tool(let name): ["type": "function", "function": ["name": .string(name)]]
        }
    }

    /// One message, or several: each tool result is a message of its own in this dialect.
    ///
    /// - Parameter control: The `cache_control` of a part, where the server takes one.
    private static func chatMessages(
        _ message: Message, quirks: DialectQuirks, control: (Int) -> JSONValue?
    ) -> [JSONValue] {
        var results: [JSONValue] = []
        var calls: [JSONValue] = []
        var content: [(part: MessagePart, control: JSONValue?)] = []
        for (index, part) in message.parts.enumerated() {
            switch part {
            case .toolResult(let result):
                let said = chatContent([(.text(result.said), control(index))], hasCalls: false)
                results.append(["role": "tool", "tool_call_id": .string(result.callID), "content": said])
            case .toolCall(let call):
                calls.append([
                    "id": .string(call.id), "type": "function",
                    "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                ])
            // The dialect has no place for a model's own reasoning.
            case .thinking, .native: break
            case .text, .image, .file, .unknown: content.append((part, control(index)))
            }
        }
        // Nothing but results, or nothing that the dialect can say.
        if content.isEmpty, calls.isEmpty, !message.parts.isEmpty { return results }
        let role = message.role == .system ? quirks.systemRole : message.role.rawValue
        var object: JSONObject = ["role": .string(role), "content": chatContent(content, hasCalls: !calls.isEmpty)]
        if !calls.isEmpty { object["tool_calls"] = .array(calls) }
        return results + [.object(object)]
    }

    /// The messages with each turn that has calls as one, as results must follow all calls that they answer: other dialects say each call,
    /// and the text beside it, as an item of its own.
    private static func wholeTurns(_ messages: [JSONValue]) -> [JSONValue] {
        messages.reduce(into: []) { out, message in
            guard message["role"] == "assistant", let last = out.last, last["role"] == "assistant",
                let joined = joined(last, message)
            else { return out.append(message) }
            out[out.count - 1] = joined
        }
    }

    /// - Returns: `nil` for two answers without calls.
    private static func joined(_ first: JSONValue, _ second: JSONValue) -> JSONValue? {
        let calls = (first["tool_calls"]?.array ?? []) + (second["tool_calls"]?.array ?? [])
        guard !calls.isEmpty, var object = first.object else { return nil }
        let contents = [first["content"], second["content"]].compactMap { $0 }.filter { !$0.isNull && $0 != "" }
        if contents.count < 2 {
            object["content"] = contents.first ?? .null
        } else {
            object["content"] = .array(
                contents.flatMap { content in content.array ?? [["type": "text", "text": content]] })
        }
        object["tool_calls"] = .array(calls)
        return .object(object)
    }

    private static func chatContent(
        _ parts: [(part: MessagePart, control: JSONValue?)], hasCalls: Bool
    ) -> JSONValue {
        let texts = parts.compactMap { part, control in
            if case .text(let text) = part, control == nil { text } else { nil }
        }
        if texts.count == parts.count { return texts.isEmpty && hasCalls ? .null : .string(texts.joined()) }
        return .array(
            parts.map { part, control in
                let value: JSONValue =
                    switch part {
                    case .text(let text): ["type": "text", "text": .string(text)]
                    case .image(let image): ["type": "image_url", "image_url": ["url": .string(image.dataURL)]]
                    case .file(let file): file.chatPart
                    case .unknown(let value): value
                    case .toolCall, .toolResult, .thinking, .native: .null
                    }
                return value.marked(control)
            })
    }
}
