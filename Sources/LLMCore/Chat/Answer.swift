/// A complete answer: its pieces joined.
public struct Answer: Sendable, Hashable {
    public var text: String
    public var thinking: String
    public var refusal: String?
    public var toolCalls: [ToolCall]
    /// The answer's parts in the order they came, where one of them must go back to its provider as it was: signed, redacted or encrypted
    /// reasoning. Empty otherwise.
    public var parts: [MessagePart]

    public init(
        text: String = "", thinking: String = "", refusal: String? = nil, toolCalls: [ToolCall] = [],
        parts: [MessagePart] = []
    ) {
        self.text = text
        self.thinking = thinking
        self.refusal = refusal
        self.toolCalls = toolCalls
        self.parts = parts
    }

    /// The answer as a turn of the conversation that it continues, with everything that the model needs to go on from it.
    public var message: Message {
        guard parts.isEmpty else { return Message(role: .assistant, parts: parts) }
        var parts: [MessagePart] = []
        if !thinking.isEmpty { parts.append(.thinking(text: thinking, signature: nil)) }
        if !text.isEmpty { parts.append(.text(text)) }
        if let refusal, !refusal.isEmpty { parts.append(.text(refusal)) }
        return Message(role: .assistant, parts: parts + toolCalls.map { .toolCall($0) })
    }
}

extension Answer: Codable {
    private enum CodingKeys: String, CodingKey {
        case text, thinking, refusal, toolCalls, parts
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            text: try fields.decode(String.self, forKey: .text),
            thinking: try fields.decode(String.self, forKey: .thinking),
            refusal: try fields.decodeIfPresent(String.self, forKey: .refusal),
            toolCalls: try fields.decode([ToolCall].self, forKey: .toolCalls),
            parts: try fields.decodeIfPresent([MessagePart].self, forKey: .parts) ?? [])
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(text, forKey: .text)
        try fields.encode(thinking, forKey: .thinking)
        try fields.encodeIfPresent(refusal, forKey: .refusal)
        try fields.encode(toolCalls, forKey: .toolCalls)
        if !parts.isEmpty { try fields.encode(parts, forKey: .parts) }
    }
}
