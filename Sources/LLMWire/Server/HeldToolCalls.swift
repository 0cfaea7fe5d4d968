import LLMCore

/// The tool calls of a stream that are held back until they can be written as their dialect needs them.
///
/// A provider may send a name in pieces, and arguments bit by bit; some dialects have no event for a name that goes on.
struct HeldToolCalls: Sendable {
    /// The part of a call that is written at once.
    enum Extent: Sendable {
        /// The name; the arguments follow bit by bit.
        case name
        /// All of it.
        case whole
    }

    private struct Call: Sendable {
        let index: Int
        var id: String?
        var name: String?
        var arguments: String
        var piece: AnswerPiece { .toolCall(index: index, id: id, name: name, arguments: arguments) }
    }

    private let extent: Extent
    /// In the order they began.
    private var held: [Call] = []
    /// The indices of calls whose name has been written.
    private var begun: Set<Int> = []

    init(_ extent: Extent) { self.extent = extent }

    /// Takes a piece of the answer in, and gives those that can be written now, in order.
    mutating func take(_ piece: AnswerPiece) -> [AnswerPiece] {
        guard case .toolCall(let index, let id, let name, let arguments) = piece else {
            return held.isEmpty ? [piece] : flush() + [piece]
        }
        switch extent {
        case .whole:
            join(index, id, name, arguments)
            return []
        case .name: return begin(index, id, name, arguments, piece)
        }
    }

    /// The calls that are held, at the end of the answer.
    mutating func flush() -> [AnswerPiece] {
        defer { held = [] }
        begun.formUnion(held.map(\.index))
        return held.map(\.piece)
    }

    private mutating func begin(
        _ index: Int, _ id: String?, _ name: String?, _ arguments: String, _ piece: AnswerPiece
    ) -> [AnswerPiece] {
        guard !begun.contains(index) else { return flush() + [piece] }
        let earlier = held.last.map { $0.index != index } == true ? flush() : []
        guard !arguments.isEmpty else {
            join(index, id, name, "")
            return earlier
        }
        // Without a piece before it goes on as it came.
        guard !held.isEmpty else {
            begun.insert(index)
            return earlier + [piece]
        }
        join(index, id, name, "")
        return earlier + flush() + [.toolCall(index: index, id: nil, name: nil, arguments: arguments)]
    }

    private mutating func join(_ index: Int, _ id: String?, _ name: String?, _ arguments: String) {
        guard let place = held.firstIndex(where: { $0.index == index }) else {
            held.append(Call(index: index, id: id, name: name, arguments: arguments))
            return
        }
        held[place].id = id ?? held[place].id
        if let name { held[place].name = (held[place].name ?? "") + name }
        held[place].arguments += arguments
    }
}
