import LLMCore

extension RequestEncoder {
    static func anthropicObject(
        _ request: ChatRequest, model: String, quirks: DialectQuirks
    ) throws(WireError) -> JSONObject {
        let parameters = request.parameters
        let points = CachePoints(request, isTaken: quirks.cacheControl != .refused)
        var body: JSONObject = ["model": .string(model)]
        let reasoning = AnthropicReasoning(
            request, model: model, limit: parameters.maxOutputTokens ?? quirks.defaultOutputLimit)
        body["max_tokens"] = JSONValue(reasoning.limit)
        body.put("system", anthropicSystem(request.messages, points))
        body["messages"] = .array(try anthropicMessages(request.messages, points))
        // The dialect itself allows no more than one, whatever the quirks say.
        // Beside a budget of reasoning it takes none.
        let warmth = reasoning.budget == nil ? temperature(parameters.temperature, quirks: quirks) : nil
        body.put("temperature", warmth.map { JSONValue(min($0, 1)) })
        body.put("top_p", parameters.topP.map { JSONValue($0) })
        body.put("stop_sequences", parameters.stop.map { .array($0.map(JSONValue.string)) })
        body.put("service_tier", parameters.serviceTier.map(JSONValue.string))
        var output = JSONObject()
        body.put("thinking", reasoning.budget.map { ["type": "enabled", "budget_tokens": JSONValue($0)] })
        output.put("effort", reasoning.effort.map(JSONValue.string))
        output.put("format", parameters.responseSchema.map { ["type": "json_schema", "schema": $0] })
        if !output.isEmpty { body["output_config"] = .object(output) }
        if !request.tools.isEmpty {
            body["tools"] = .array(
                request.tools.enumerated().map { anthropicTool($1).marked(points.control(ofTool: $0)) })
        }
        body.put("tool_choice", anthropicToolChoice(request))
        if request.stream { body["stream"] = true }
        return body
    }

    /// One text, or blocks of it where some end in a cache point.
    private static func anthropicSystem(_ messages: [Message], _ points: CachePoints) -> JSONValue? {
        let systems = messages.enumerated().filter { $0.element.role == .system }
        guard systems.contains(where: { !$0.element.cachePoints.isEmpty }) else {
            return splitSystem(messages).system.map(JSONValue.string)
        }
        let blocks = systems.flatMap { index, message in
            message.parts.enumerated().compactMap { place, part -> JSONValue? in
                guard case .text(let text) = part, !text.isBlank else { return nil }
                let block: JSONValue = ["type": "text", "text": .string(text)]
                return block.marked(points.control(ofPart: place, message: index))
            }
        }
        return blocks.isEmpty ? nil : .array(blocks)
    }

    private static func anthropicTool(_ tool: ToolDefinition) -> JSONValue {
        var object: JSONObject = ["name": .string(tool.name)]
        object.put("description", tool.description.map(JSONValue.string))
        object["input_schema"] = tool.objectSchema
        return .object(object)
    }

    private static func anthropicToolChoice(_ request: ChatRequest) -> JSONValue? {
        let isSingle = request.parallelToolCalls == false && !request.tools.isEmpty
        guard let choice = request.toolChoice ?? (isSingle ? .auto : nil) else { return nil }
        var object: JSONObject =
            switch choice {
            case .auto: ["type": "auto"]
            case .none: ["type": "none"]
            case .required: ["type": "any"]
            case .tool(let name): ["type": "tool", "name": .string(name)]
            }
        if isSingle, choice != .none { object["disable_parallel_tool_use"] = true }
        return .object(object)
    }

    /// Neighbours of one role become one message: results of parallel calls must stand together.
    private static func anthropicMessages(
        _ messages: [Message], _ points: CachePoints
    ) throws(WireError) -> [JSONValue] {
        var turns: [(role: String, blocks: [JSONValue])] = []
        for (index, message) in messages.enumerated() where message.role != .system {
            let role = message.role == .assistant ? "assistant" : "user"
            var blocks: [JSONValue] = []
            for (place, part) in message.parts.enumerated() {
                guard let block = try anthropicBlock(part) else { continue }
                if message.role == .tool, part.isMedia, let last = blocks.last, last["type"] == "tool_result" {
                    blocks[blocks.count - 1] = last.with(block)
                    continue
                }
                blocks.append(block.marked(points.control(ofPart: place, message: index)))
            }
            guard !blocks.isEmpty else { continue }
            if turns.last?.role == role {
                turns[turns.count - 1].blocks += blocks
            } else {
                turns.append((role, blocks))
            }
        }
        guard !turns.isEmpty else { throw WireError(.unsupported, "no message holds anything that Anthropic takes") }
        return turns.map { turn in
            if turn.blocks.count == 1, let text = turn.blocks[0]["text"], turn.blocks[0]["type"] == "text",
                turn.blocks[0]["cache_control"] == nil
            {
                return ["role": .string(turn.role), "content": text]
            }
            return ["role": .string(turn.role), "content": .array(turn.blocks)]
        }
    }

    private static func anthropicBlock(_ part: MessagePart) throws(WireError) -> JSONValue? {
        switch part {
        // A text without a visible character is refused.
        case .text(let text): return text.isBlank ? nil : ["type": "text", "text": .string(text)]
        case .image(let image): return ["type": "image", "source": anthropicSource(image)]
        case .file(let file): return file.anthropicBlock
        case .toolCall(let call):
            let input = try argumentsObject(call)
            return ["type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": input]
        case .toolResult(let result):
            var block: JSONObject = [
                "type": "tool_result", "tool_use_id": .string(result.callID), "content": .string(result.content),
            ]
            if result.isError { block["is_error"] = true }
            return .object(block)
        case .thinking(let text, let signature):
            // Without its signature a thought is refused.
            return signature.map { ["type": "thinking", "thinking": .string(text), "signature": .string($0)] }
        case .unknown(let value): return value
        case .native(let dialect, let value): return dialect == .anthropic ? value : nil
        }
    }

    private static func anthropicSource(_ image: ImagePart) -> JSONValue {
        switch image.source {
        case .url(let url): ["type": "url", "url": .string(url)]
        case .base64(let mediaType, let data):
            ["type": "base64", "media_type": .string(MediaType.canonical(mediaType)), "data": .string(data)]
        }
    }

    /// The arguments of a call as the object that Anthropic and Gemini want.
    static func argumentsObject(_ call: ToolCall) throws(WireError) -> JSONValue {
        if call.arguments.isEmpty { return .object(JSONObject()) }
        guard let value = try? JSONValue.parse(call.arguments), value.object != nil else {
            throw WireError(.unsupported, "the arguments of an earlier tool call are not a JSON object")
        }
        return value
    }
}

extension JSONValue {
    /// The result of a tool with an image or a file behind what it holds.
    fileprivate func with(_ media: JSONValue) -> JSONValue {
        guard var object else { return self }
        let text = object["content"]?.string ?? ""
        let blocks = object["content"]?.array ?? (text.isEmpty ? [] : [["type": "text", "text": .string(text)]])
        object["content"] = .array(blocks + [media])
        return .object(object)
    }
}
