public import LLMCore

extension Message {
    /// `{"role":…,"content":…}`, where content is a string when the message is one text, else an array of parts.
    public var json: JSONValue {
        let content: JSONValue
        if parts.count == 1, case .text(let text) = parts[0] {
            content = .string(text)
        } else {
            content = .array(parts.map(\.json))
        }
        return ["role": .string(role.rawValue), "content": content]
    }

    /// Reads what ``json`` wrote.
    public init(json: JSONValue) throws(RowFormatError) {
        guard let role = json["role"]?.string.flatMap(Role.init) else { throw RowFormatError(field: "messages.role") }
        switch json["content"] {
        case .string(let text): self.init(role: role, parts: [.text(text)])
        case .array(let values):
            var parts: [MessagePart] = []
            for value in values { parts.append(try MessagePart(json: value)) }
            self.init(role: role, parts: parts)
        default: throw RowFormatError(field: "messages.content")
        }
    }
}

extension MessagePart {
    fileprivate var json: JSONValue {
        switch self {
        case .text(let text): return ["type": "text", "text": .string(text)]
        case .image(let image):
            switch image.source {
            case .url(let url): return ["type": "image", "url": .string(url)]
            case .base64(let mediaType, let data):
                return ["type": "image", "media_type": .string(mediaType), "data": .string(data)]
            }
        case .toolCall(let call):
            return [
                "type": "tool_call", "id": .string(call.id), "name": .string(call.name),
                "arguments": .string(call.arguments),
            ]
        case .toolResult(let result):
            var object: JSONObject = [
                "type": "tool_result", "call_id": .string(result.callID), "content": .string(result.content),
                "is_error": .bool(result.isError),
            ]
            object["name"] = result.name.map(JSONValue.string)
            return .object(object)
        case .thinking(let text, let signature):
            var object: JSONObject = ["type": "thinking", "text": .string(text)]
            object["signature"] = signature.map(JSONValue.string)
            return .object(object)
        case .unknown(let value): return ["type": "unknown", "value": value]
        }
    }

    fileprivate init(json: JSONValue) throws(RowFormatError) {
        func text(_ key: String) throws(RowFormatError) -> String {
            guard let text = json[key]?.string else { throw RowFormatError(field: "messages.content.\(key)") }
            return text
        }
        switch json["type"]?.string {
        case "text": self = .text(try text("text"))
        case "image":
            if let url = json["url"]?.string {
                self = .image(ImagePart(source: .url(url)))
            } else {
                self = .image(ImagePart(source: .base64(mediaType: try text("media_type"), data: try text("data"))))
            }
        case "tool_call":
            self = .toolCall(ToolCall(id: try text("id"), name: try text("name"), arguments: try text("arguments")))
        case "tool_result":
            self = .toolResult(
                ToolResult(
                    callID: try text("call_id"), name: json["name"]?.string, content: try text("content"),
                    isError: json["is_error"]?.bool ?? false))
        case "thinking": self = .thinking(text: try text("text"), signature: json["signature"]?.string)
        case "unknown": self = .unknown(json["value"] ?? .null)
        default: throw RowFormatError(field: "messages.content.type")
        }
    }
}
