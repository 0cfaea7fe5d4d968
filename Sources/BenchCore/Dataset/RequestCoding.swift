public import LLMCore

/// The coding of messages in datasets: `{"role": …, "content": text or parts}`.
enum MessageCoding {
    static func decode(_ field: Field, _ errors: inout [FieldError]) -> [Message]? {
        guard let items = field.array(&errors, "an array of messages") else { return nil }
        guard !items.isEmpty else {
            errors.append(field.error("expected at least one message"))
            return nil
        }
        let messages = items.compactMap { message($0, &errors) }
        if let late = zip(messages, items).drop(while: { $0.0.role == .system }).first(where: { $0.0.role == .system })
        {
            errors.append(late.1.error("a system message must stand before all others"))
        }
        return messages.count == items.count ? messages : nil
    }

    private static func message(_ field: Field, _ errors: inout [FieldError]) -> Message? {
        guard field.object(&errors) != nil else { return nil }
        field.onlyMembers(["role", "content"], &errors)
        let role = field["role"]?.word(&errors, of: Message.Role.self)
        if field["role"] == nil { errors.append(field.error("expected a \"role\"")) }
        guard let content = field["content"] else {
            errors.append(field.error("expected \"content\": a string or an array of parts"))
            return nil
        }
        let parts: [MessagePart]?
        if case .string(let text) = content.value {
            parts = [.text(text)]
        } else {
            parts = content.array(&errors, "a string or an array of parts")?.compactMap { part($0, &errors) }
        }
        guard let role, let parts else { return nil }
        return Message(role: role, parts: parts)
    }

    private enum PartType: String, CaseIterable {
        case text, image, toolCall = "tool_call", toolResult = "tool_result", thinking, unknown
    }

    private static func part(_ field: Field, _ errors: inout [FieldError]) -> MessagePart? {
        guard field.object(&errors) != nil else { return nil }
        guard let type = field["type"]?.word(&errors, of: PartType.self) else {
            if field["type"] == nil { errors.append(field.error("expected a \"type\"")) }
            return nil
        }
        func text(_ key: String) -> String? {
            guard let member = field[key] else {
                errors.append(field.error("a part of type \(type.rawValue) needs \"\(key)\""))
                return nil
            }
            return member.string(&errors)
        }
        switch type {
        case .text: return text("text").map(MessagePart.text)
        case .thinking:
            return text("text").map { .thinking(text: $0, signature: field["signature"]?.string(&errors)) }
        case .image: return image(field, &errors)
        case .toolCall:
            guard let id = text("id"), let name = text("name"), let arguments = text("arguments") else { return nil }
            return .toolCall(ToolCall(id: id, name: name, arguments: arguments))
        case .toolResult:
            guard let call = text("call_id"), let content = text("content") else { return nil }
            return .toolResult(
                ToolResult(
                    callID: call, name: field["name"]?.string(&errors), content: content,
                    isError: field["is_error"]?.flag(&errors) ?? false))
        case .unknown: return .unknown(field["value"]?.value ?? .null)
        }
    }

    private static func image(_ field: Field, _ errors: inout [FieldError]) -> MessagePart? {
        if let url = field["url"]?.name(&errors) { return .image(ImagePart(source: .url(url))) }
        if let type = field["media_type"]?.name(&errors), let data = field["data"]?.name(&errors) {
            return .image(ImagePart(source: .base64(mediaType: type, data: data)))
        }
        errors.append(field.error("an image needs \"url\", or \"media_type\" and \"data\" in base64"))
        return nil
    }

    static func encode(_ messages: [Message]) -> JSONValue {
        .array(
            messages.map { message in
                let content: JSONValue
                if message.parts.count == 1, case .text(let text) = message.parts[0] {
                    content = .string(text)
                } else {
                    content = .array(message.parts.map(encode))
                }
                return ["role": .string(message.role.rawValue), "content": content]
            })
    }

    private static func encode(_ part: MessagePart) -> JSONValue {
        switch part {
        case .text(let text): ["type": "text", "text": .string(text)]
        case .image(let image):
            switch image.source {
            case .url(let url): ["type": "image", "url": .string(url)]
            case .base64(let type, let data):
                ["type": "image", "media_type": .string(type), "data": .string(data)]
            }
        case .toolCall(let call):
            [
                "type": "tool_call", "id": .string(call.id), "name": .string(call.name),
                "arguments": .string(call.arguments),
            ]
        case .toolResult(let result):
            .object(
                JSONObject([
                    .init(key: "type", value: "tool_result"), .init(key: "call_id", value: .string(result.callID)),
                    .init(key: "content", value: .string(result.content)),
                    .init(key: "is_error", value: .bool(result.isError)),
                    .init(key: "name", value: result.name.map(JSONValue.string) ?? .null),
                ]))
        case .thinking(let text, let signature):
            ["type": "thinking", "text": .string(text), "signature": signature.map(JSONValue.string) ?? .null]
        case .unknown(let value): ["type": "unknown", "value": value]
        // No dataset has any: they come from a server's callers alone.
        case .file(let file): ["type": "unknown", "value": ["media_type": .string(file.mediaType)]]
        // A dataset is asked of any dialect: what belongs to one is not written in it.
        case .native(_, let value): ["type": "unknown", "value": value]
        }
    }
}

/// The coding of `params`, the parameters of generation. An unknown parameter is an error, because it would silently not be sent.
enum ParameterCoding {
    private static let keys: Set<String> = [
        "temperature", "top_p", "max_tokens", "seed", "stop", "reasoning", "service_tier", "response_schema",
    ]

    static func decode(_ field: Field, _ errors: inout [FieldError]) -> GenerationParameters {
        guard field.object(&errors) != nil else { return GenerationParameters() }
        field.onlyMembers(keys, &errors)
        var parameters = GenerationParameters()
        parameters.temperature = field["temperature"]?.number(&errors, .temperature)
        parameters.topP = field["top_p"]?.number(&errors, .topP)
        parameters.maxOutputTokens = field["max_tokens"]?.integer(&errors, .maxOutputTokens)
        parameters.seed = field["seed"]?.integer(&errors, .seed)
        parameters.stop = field["stop"]?.strings(&errors, .stop)
        parameters.reasoningEffort = field["reasoning"]?.string(&errors, .effort)
        parameters.serviceTier = field["service_tier"]?.name(&errors)
        if let schema = field["response_schema"], schema.object(&errors) != nil {
            parameters.responseSchema = schema.value
            checkSchema(schema, &errors)
        }
        return parameters
    }

    /// Refuses a value whose shape is no schema's. A provider may know keywords that our own check does not.
    private static func checkSchema(_ field: Field, _ errors: inout [FieldError]) {
        do throws(JSONSchema.Invalid) {
            _ = try JSONSchema(field.value)
        } catch {
            for fault in error.faults where fault.message.hasPrefix("expected") {
                errors.append(Field(fault.value, path: field.path + fault.path).error(fault.message))
            }
        }
    }
}

extension GenerationParameters {
    /// In the words of a dataset's `params`; what is not set is left out.
    public var json: JSONObject {
        var object = JSONObject()
        object["temperature"] = temperature.map { JSONValue($0) }
        object["top_p"] = topP.map { JSONValue($0) }
        object["max_tokens"] = maxOutputTokens.map { JSONValue($0) }
        object["seed"] = seed.map { JSONValue($0) }
        object["stop"] = stop.map { .array($0.map(JSONValue.string)) }
        object["reasoning"] = reasoningEffort.map(JSONValue.string)
        object["service_tier"] = serviceTier.map(JSONValue.string)
        object["response_schema"] = responseSchema
        return object
    }

    /// Reads what ``json`` wrote; other keys are ignored.
    public init(json: JSONObject) {
        self.init(
            temperature: json["temperature"]?.double, topP: json["top_p"]?.double,
            maxOutputTokens: json["max_tokens"]?.int,
            seed: json["seed"]?.int, stop: json["stop"]?.array?.compactMap(\.string),
            reasoningEffort: json["reasoning"]?.string, serviceTier: json["service_tier"]?.string,
            responseSchema: json["response_schema"])
    }
}
