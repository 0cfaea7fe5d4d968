import LLMCore

/// Joins the pieces of an answer as they pass to the caller.
struct AnswerBuilder: Sendable {
    private(set) var answer = Answer()
    private(set) var textCharacters = 0
    private(set) var thinkingCharacters = 0
    /// True once the caller has read anything of it.
    private(set) var isDelivered = false
    private var toolCalls: [Int: ToolCall] = [:]

    /// Takes a piece in; gives what the caller sees of it, `nil` when nothing.
    mutating func take(_ event: ChatEvent) -> AnswerEvent? {
        switch event {
        case .text(let piece):
            answer.text += piece
            textCharacters += piece.unicodeScalars.count
            return delivered(.text(piece))
        case .thinking(let piece):
            answer.thinking += piece
            thinkingCharacters += piece.unicodeScalars.count
            return delivered(.thinking(piece))
        case .refusal(let piece):
            answer.refusal = (answer.refusal ?? "") + piece
            return delivered(.refusal(piece))
        case .toolCall(let index, let id, let name, let arguments):
            join(index, id, name, arguments)
            return delivered(.toolCall(index: index, id: id, name: name, arguments: arguments))
        case .started, .thinkingSignature, .raw, .ended: return nil
        }
    }

    private mutating func delivered(_ event: AnswerEvent) -> AnswerEvent {
        isDelivered = true
        return event
    }

    private mutating func join(_ index: Int, _ id: String?, _ name: String?, _ arguments: String) {
        var call = toolCalls[index] ?? ToolCall(id: "", name: "", arguments: "")
        if let id { call.id = id }
        if let name { call.name = name }
        call.arguments += arguments
        toolCalls[index] = call
        answer.toolCalls = toolCalls.sorted { $0.key < $1.key }.map(\.value)
    }
}
