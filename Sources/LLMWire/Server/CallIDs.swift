import LLMCore

/// The identifiers of an answer's calls as its reader gets them: the provider's own, and one made up for each call that has none, or that
/// of another call.
///
/// Made from the identifier of the answer, so that no two turns of a conversation share one.
struct CallIDs: Sendable {
    private let stem: String
    private var used: Set<String> = []
    private var opened: Set<Int> = []

    /// - Parameter answer: The answer's own identifier.
    init(ofAnswer answer: String) {
        // Identifiers are limited: 40 bytes at OpenAI, letters, digits, `_` and `-` at Anthropic.
        stem = String(answer.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.suffix(26))
    }

    /// The piece with an identifier where it is the first of its call, and with none where it is not.
    mutating func named(_ piece: AnswerPiece) -> AnswerPiece {
        guard case .toolCall(let index, let id, let name, let arguments) = piece else { return piece }
        guard opened.insert(index).inserted else {
            return .toolCall(index: index, id: nil, name: name, arguments: arguments)
        }
        return .toolCall(index: index, id: identifier(of: index, given: id), name: name, arguments: arguments)
    }

    /// The whole calls of an answer, each with an identifier of its own.
    mutating func named(_ calls: [ToolCall]) -> [ToolCall] {
        calls.enumerated().map { index, call in
            var call = call
            call.id = identifier(of: index, given: call.id)
            return call
        }
    }

    private mutating func identifier(of index: Int, given: String?) -> String {
        if let given, !given.isEmpty, used.insert(given).inserted { return given }
        return "call_\(stem)_\(index)"
    }
}
