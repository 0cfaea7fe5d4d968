import LLMCore

/// Joins the pieces of an answer as they pass to the caller.
struct AnswerBuilder: Sendable {
    /// The answer so far.
    var answer: Answer {
        var answer = joined
        answer.toolCalls = calls.sorted { $0.key < $1.key }.map(\.value)
        guard needsParts else { return answer }
        var whole = self
        whole.closeText()
        answer.parts = whole.parts.map { $0.resolved(calls) }
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
    /// The text that is being read, not yet among the parts: it grows in place. A copy at each piece would make a long answer cost the
    /// square of its length.
    private var openText = ""
    private var openKind: TextKind?
    /// A part must go back to its provider as it was.
    private var needsParts = false

    private enum TextKind { case text, thinking }

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
            textCharacters += piece.scalarCount
            append(piece, .text)
            return delivered(.text(piece), isBlank: piece.isBlank)
        case .thinking(let piece):
            joined.thinking += piece
            thinkingCharacters += piece.scalarCount
            append(piece, .thinking)
            return delivered(.thinking(piece))
        case .refusal(let piece):
            joined.refusal = (joined.refusal ?? "") + piece
            append(piece, .text)
            return delivered(.refusal(piece))
        case .toolCall(let index, let id, let name, let arguments):
            join(index, id, name, arguments)
            return delivered(.toolCall(index: index, id: id, name: name, arguments: arguments))
        case .thinkingSignature(let signature):
            sign(signature)
            return .thinkingSignature(signature)
        case .image(let image):
            needsParts = true
            closeText()
            parts.append(.part(.image(image)))
            return delivered(.image(image))
        case .file(let file):
            needsParts = true
            closeText()
            parts.append(.part(.file(file)))
            return delivered(.file(file))
        case .native(let dialect, let part):
            needsParts = true
            closeText()
            parts.append(.part(.native(dialect, part)))
            return .native(dialect: dialect, part)
        case .logprobs(let tokens):
            joined.logprobs += tokens
            return .logprobs(tokens)
        case .raw(let dialect, let bytes): return .raw(dialect: dialect, bytes: bytes)
        case .responded(let names): return .responded(names: names)
        case .started, .ended: return nil
        }
    }

    private mutating func delivered(_ event: AnswerEvent, isBlank: @autoclosure () -> Bool = false) -> AnswerEvent {
        isDelivered = true
        self.isBlank = self.isBlank && isBlank()
        return event
    }

    private mutating func join(_ index: Int, _ id: String?, _ name: String?, _ arguments: String) {
        if calls[index] == nil {
            closeText()
            parts.append(.call(index))
        }
        var call = calls[index] ?? ToolCall(id: "", name: "", arguments: "")
        if let id { call.id = id }
        if let name { call.name += name }
        call.arguments += arguments
        calls[index] = call
    }

    // MARK: Order

    private mutating func append(_ piece: String, _ kind: TextKind) {
        if openKind != kind {
            closeText()
            reopen(kind)
        }
        openText += piece
    }

    private mutating func closeText() {
        switch openKind {
        case .text: parts.append(.part(.text(openText)))
        case .thinking: parts.append(.part(.thinking(text: openText, signature: nil)))
        case nil: return
        }
        openKind = nil
        openText = ""
    }

    /// A piece joins the last part where that is of its kind.
    private mutating func reopen(_ kind: TextKind) {
        switch (kind, parts.last) {
        case (.text, .part(.text(let text))?), (.thinking, .part(.thinking(let text, nil))?):
            openText = text
            parts.removeLast()
        default: break
        }
        openKind = kind
    }

    /// Puts a signature to the reasoning that it closes, or in front of the part that carried it.
    private mutating func sign(_ signature: String) {
        needsParts = true
        closeText()
        if case .part(.thinking(let text, nil))? = parts.last {
            parts[parts.count - 1] = .part(.thinking(text: text, signature: signature))
        } else {
            parts.insert(.part(.thinking(text: "", signature: signature)), at: max(0, parts.count - 1))
        }
    }
}
