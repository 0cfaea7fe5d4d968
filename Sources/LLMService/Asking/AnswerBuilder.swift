import LLMCore

/// Joins the pieces of an answer as they pass to the caller.
struct AnswerBuilder: Sendable {
    /// The answer so far.
    var answer: Answer {
        var answer = joined
        answer.toolCalls = calls.sorted { $0.key < $1.key }.map(\.value)
        if needsParts { answer.parts = parts.map { $0.resolved(calls) } }
        return answer
    }
    private(set) var textCharacters = 0
    private(set) var thinkingCharacters = 0
    /// True once the caller has read anything of it.
    private(set) var isDelivered = false
    /// True while the caller has read white space at most.
    private(set) var isBlank = true

    private var joined = Answer()
    private var calls: [Int: ToolCall] = [:]
    private var parts: [Part] = []
    /// A part must go back to its provider as it was.
    private var needsParts = false

    private enum Part: Sendable {
        case part(MessagePart)
        case call(Int)

        func resolved(_ calls: [Int: ToolCall]) -> MessagePart {
            switch self {
            case .part(let part): part
            case .call(let index): .toolCall(calls[index] ?? ToolCall(id: "", name: "", arguments: ""))
            }
        }
    }

    /// Takes a piece in; gives what the caller sees of it, `nil` when nothing.
    mutating func take(_ event: ChatEvent) -> AnswerEvent? {
        switch event {
        case .text(let piece):
            joined.text += piece
            textCharacters += piece.unicodeScalars.count
            append(text: piece)
            return delivered(.text(piece), isBlank: piece.isBlank)
        case .thinking(let piece):
            joined.thinking += piece
            thinkingCharacters += piece.unicodeScalars.count
            append(thinking: piece)
            return delivered(.thinking(piece))
        case .refusal(let piece):
            joined.refusal = (joined.refusal ?? "") + piece
            append(text: piece)
            return delivered(.refusal(piece))
        case .toolCall(let index, let id, let name, let arguments):
            join(index, id, name, arguments)
            return delivered(.toolCall(index: index, id: id, name: name, arguments: arguments))
        case .thinkingSignature(let signature):
            sign(signature)
            return .thinkingSignature(signature)
        case .native(let dialect, let part):
            needsParts = true
            parts.append(.part(.native(dialect, part)))
            return .native(dialect: dialect, part)
        case .raw(let dialect, let bytes): return .raw(dialect: dialect, bytes: bytes)
        case .started, .ended: return nil
        }
    }

    private mutating func delivered(_ event: AnswerEvent, isBlank: @autoclosure () -> Bool = false) -> AnswerEvent {
        isDelivered = true
        self.isBlank = self.isBlank && isBlank()
        return event
    }

    private mutating func join(_ index: Int, _ id: String?, _ name: String?, _ arguments: String) {
        if calls[index] == nil { parts.append(.call(index)) }
        var call = calls[index] ?? ToolCall(id: "", name: "", arguments: "")
        if let id { call.id = id }
        if let name { call.name = name }
        call.arguments += arguments
        calls[index] = call
    }

    // MARK: Order

    private mutating func append(text piece: String) {
        guard case .part(.text(var text))? = parts.last else { return parts.append(.part(.text(piece))) }
        // Taken out, it grows in place; a copy at each piece would make a long answer cost the square of its length.
        parts.removeLast()
        text += piece
        parts.append(.part(.text(text)))
    }

    private mutating func append(thinking piece: String) {
        guard case .part(.thinking(var text, nil))? = parts.last else {
            return parts.append(.part(.thinking(text: piece, signature: nil)))
        }
        parts.removeLast()
        text += piece
        parts.append(.part(.thinking(text: text, signature: nil)))
    }

    /// Puts a signature to the reasoning that it closes, or in front of the part that carried it.
    private mutating func sign(_ signature: String) {
        needsParts = true
        if case .part(.thinking(let text, nil))? = parts.last {
            parts[parts.count - 1] = .part(.thinking(text: text, signature: signature))
        } else {
            parts.insert(.part(.thinking(text: "", signature: signature)), at: max(0, parts.count - 1))
        }
    }
}
