import LLMCore

extension RequestEncoder {
    static func responsesObject(
        _ request: ChatRequest, model: String, quirks: DialectQuirks
    ) throws(WireError) -> JSONObject {
        let parameters = request.parameters
        guard parameters.stop?.isEmpty ?? true else {
            throw WireError(.unsupported, "the Responses API has no stop sequences")
        }
        let (system, messages) = splitSystem(request.messages)
        var body: JSONObject = ["model": .string(model)]
        body.put("instructions", system.map(JSONValue.string))
        body["input"] = .array(messages.flatMap(responsesItems))
        let limit = parameters.maxOutputTokens ?? quirks.defaultOutputLimit
        body.put("max_output_tokens", limit.map { JSONValue($0) })
        body.put("temperature", temperature(parameters.temperature, quirks: quirks).map { JSONValue($0) })
        body.put("top_p", parameters.topP.map { JSONValue($0) })
        body.put("reasoning", parameters.reasoningEffort.map { ["effort": .string(ThinkingEffort.word($0))] })
        body.put("service_tier", parameters.serviceTier.map(JSONValue.string))
        body.put(
            "text",
            parameters.responseSchema.map {
                // JSON without a schema.
                $0 == true
                    ? ["format": ["type": "json_object"]]
                    : ["format": ["type": "json_schema", "name": "answer", "schema": $0]]
            })
        if !request.tools.isEmpty { body["tools"] = .array(request.tools.map(responsesTool)) }
        body.put("tool_choice", request.toolChoice.map(responsesToolChoice))
        // Refused beside no tools.
        if !request.tools.isEmpty { body.put("parallel_tool_calls", request.parallelToolCalls.map(JSONValue.bool)) }
        // Nothing of ours is to be kept at the provider.
        body["store"] = false
        if request.stream { body["stream"] = true }
        return body
    }

    private static func responsesTool(_ tool: ToolDefinition) -> JSONValue {
        var object: JSONObject = ["type": "function", "name": .string(tool.name)]
        object.put("description", tool.description.map(JSONValue.string))
        object["parameters"] = tool.objectSchema
        object["strict"] = false
        return .object(object)
    }

    private static func responsesToolChoice(_ choice: ToolChoice) -> JSONValue {
        switch choice {
        case .auto: "auto"
        case .none: "none"
        case .required: "required"
        case .tool(let name): ["type": "function", "name": .string(name)]
        }
    }

    /// Content in message items; calls and their results are items beside them, in order.
    private static func responsesItems(_ message: Message) -> [JSONValue] {
        var items: [JSONValue] = []
        var content: [JSONValue] = []
        func flush() {
            guard !content.isEmpty else { return }
            items.append(["role": .string(message.role.rawValue), "content": .array(content)])
            content = []
        }
        func append(_ media: JSONValue) {
            if message.role == .tool, content.isEmpty, let last = items.last {
                items[items.count - 1] = last.with(media)
            } else {
                content.append(media)
            }
        }
        for part in message.parts {
            switch part {
            case .text(let text):
                content.append([
                    "type": message.role == .assistant ? "output_text" : "input_text", "text": .string(text),
                ])
            case .image(let image):
                let part: JSONValue = ["type": "input_image", "image_url": .string(image.dataURL)]
                append(part)
            case .file(let file): append(file.responsesPart)
            case .unknown(let value): content.append(value)
            case .toolCall(let call):
                flush()
                items.append([
                    "type": "function_call", "call_id": .string(call.id), "name": .string(call.name),
                    "arguments": .string(call.arguments),
                ])
            case .toolResult(let result):
                flush()
                items.append([
                    "type": "function_call_output", "call_id": .string(result.callID),
                    "output": .string(result.said),
                ])
            // Reasoning goes back only as the encrypted item it came as.
            case .thinking: break
            case .native(let dialect, let item):
                guard dialect == .openaiResponses else { continue }
                flush()
                items.append(item)
            }
        }
        flush()
        return items
    }
}

extension JSONValue {
    /// The output of a function with an image or a file behind what it holds.
    fileprivate func with(_ media: JSONValue) -> JSONValue {
        guard var object else { return self }
        let text = object["output"]?.string ?? ""
        let parts = object["output"]?.array ?? (text.isEmpty ? [] : [["type": "input_text", "text": .string(text)]])
        object["output"] = .array(parts + [media])
        return .object(object)
    }
}
