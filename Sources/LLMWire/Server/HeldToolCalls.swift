import LLMCore

/// The tool calls of a stream that are held back until they can be written as their dialect needs them.
///
/// A provider may send a name in pieces, arguments bit by bit, pieces of several calls in turn, and text between the pieces of one.
/// Some dialects have no event for a name that goes on, and close one thing before they open the next.
struct HeldToolCalls: Sendable {
    /// The part of a call that is written before anything else may be.
    enum Extent: Sendable {
        /// The name: the pieces of calls may alternate, each tells its call.
        case name
        /// All of it, the name at once and the arguments as they come.
        case growing
        /// All of it, in one piece.
        case whole
    }

    private struct Call: Sendable {
        let index: Int
        var id: String?
        var name: String?
        var unwritten = ""
        var isBegun = false
        var nesting = JSONNesting()

        mutating func take(_ id: String?, _ name: String?, _ arguments: String) {
            self.id = self.id ?? id
            if let name { self.name = (self.name ?? "") + name }
            unwritten += arguments
            for byte in arguments.utf8 { nesting.take(byte) }
        }

        /// The part that is not written yet.
        mutating func next() -> AnswerPiece {
            defer {
                isBegun = true
                unwritten = ""
            }
            return .toolCall(index: index, id: isBegun ? nil : id, name: isBegun ? nil : name, arguments: unwritten)
        }
    }

    private enum Entry: Sendable {
        case call(Call)
        case other(AnswerPiece)
    }

    private let extent: Extent
    /// In the order in which they began. The first may be under way.
    private var held: [Entry] = []
    /// The indices of calls that have left.
    private var left: Set<Int> = []

    init(_ extent: Extent) { self.extent = extent }

    /// Takes a piece of the answer in, and gives those that can be written now, in order.
    mutating func take(_ piece: AnswerPiece) -> [AnswerPiece] {
        guard case .toolCall(let index, let id, let name, let arguments) = piece else {
            guard !held.isEmpty else { return [piece] }
            held.append(.other(piece))
            return release()
        }
        if left.contains(index) {
            // Elsewhere it is whole, and closed: what follows its end is no part of it.
            return extent == .name ? [piece] : []
        }
        var call = Call(index: index)
        let place = held.firstIndex { if case .call(let call) = $0 { call.index == index } else { false } }
        if let place, case .call(let known) = held[place] { call = known }
        call.take(id, name, arguments)
        if let place { held[place] = .call(call) } else { held.append(.call(call)) }
        return release()
    }

    /// The pieces that are held at the end of the answer.
    mutating func flush() -> [AnswerPiece] {
        defer { held = [] }
        return held.compactMap { entry in
            switch entry {
            case .other(let piece): return piece
            case .call(var call): return call.isBegun ? nil : call.next()
            }
        }
    }

    private mutating func release() -> [AnswerPiece] {
        var pieces: [AnswerPiece] = []
        while let first = held.first {
            guard case .call(var call) = first else {
                if case .other(let piece) = first { pieces.append(piece) }
                held.removeFirst()
                continue
            }
            let isLast = held.count == 1
            let isOver: Bool
            switch extent {
            case .name: isOver = !isLast || !call.unwritten.isEmpty
            case .growing, .whole: isOver = !isLast && call.nesting.isOver
            }
            if isOver || extent == .growing, !call.unwritten.isEmpty || isOver && !call.isBegun {
                pieces.append(call.next())
                held[0] = .call(call)
            }
            guard isOver else { break }
            left.insert(call.index)
            held.removeFirst()
        }
        return pieces
    }
}
