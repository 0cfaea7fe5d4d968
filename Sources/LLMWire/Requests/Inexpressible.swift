import LLMCore

extension ChatRequest {
    /// The first part of the conversation that a dialect has no form for; `nil` where it can say all.
    ///
    /// A caller's own bytes are looked through by ``Untranslatable``, which names their places better. What that does not know is never
    /// sent in a dialect that it was not written in.
    func inexpressible(in dialect: WireDialect, _ quirks: DialectQuirks) -> String? {
        let isForeign = original.map { $0.dialect != dialect } ?? false
        if dialect == .anthropic, parameters.responseSchema == true { return "JSON without a schema" }
        if parameters.topLogprobs != nil,
            dialect == .anthropic || dialect == .openaiResponses || quirks.omittedFields.contains("logprobs")
        {
            return "log probabilities"
        }
        for (index, message) in messages.enumerated() {
            for part in message.parts {
                switch part {
                case .unknown(let value) where isForeign: return "messages[\(index)] \(Self.kind(of: value))"
                case .image where dialect == .openai && message.role == .tool:
                    return "messages[\(index)], an image in the result of a tool,"
                case .image where dialect != .gemini && message.role == .assistant:
                    return "messages[\(index)], an image that the model made,"
                case .file(let file) where dialect == .openai && message.role == .tool:
                    return "messages[\(index)], \(file.mediaType) in the result of a tool,"
                case .file(let file) where !file.isExpressible(in: dialect):
                    return "messages[\(index)] \(file.mediaType)"
                case .text, .image, .file, .toolCall, .toolResult, .thinking, .unknown, .native: break
                }
            }
        }
        return nil
    }

    private static func kind(of value: JSONValue) -> String {
        value["type"]?.string ?? value.object?.keys.first ?? "of no known type"
    }
}
