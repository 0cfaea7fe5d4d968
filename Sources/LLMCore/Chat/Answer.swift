/// A complete answer: its pieces joined.
public struct Answer: Sendable, Hashable, Codable {
    public var text: String
    public var thinking: String
    public var refusal: String?
    public var toolCalls: [ToolCall]
    public init(text: String = "", thinking: String = "", refusal: String? = nil, toolCalls: [ToolCall] = []) {
        self.text = text
        self.thinking = thinking
        self.refusal = refusal
        self.toolCalls = toolCalls
    }
}
