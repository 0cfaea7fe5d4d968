import LLMCore

/// The tool calls of one answer, told apart by id as well as by index: servers number all of them 0, leave the number out, or repeat an
/// id on every piece.
struct ToolCallTable: Sendable {
    fileprivate struct Call {
        var index: Int?
        var id: String?
        var name: String?
        var arguments: [UInt8] = []
    }

    private var calls: [Call] = []

    var isEmpty: Bool { calls.isEmpty }
    var count: Int { calls.count }
    /// The arguments so far, in the calls' order.
    var arguments: [[UInt8]] { calls.map(\.arguments) }

    /// The place of the call that a piece belongs to.
    ///
    /// - Parameters:
    ///   - index: As the server numbers it.
    ///   - isWhole: The piece is a call of its own, not a part of a stream.
    mutating func place(index: Int?, id: String?, name: String?, arguments: String, isWhole: Bool = false) -> Int {
        if !isWhole, let known = known(index: index, id: id, name: name, arguments: arguments) { return known }
        calls.append(Call(index: index))
        return calls.count - 1
    }

    private func known(index: Int?, id: String?, name: String?, arguments: String) -> Int? {
        if let id, let place = calls.lastIndex(where: { $0.id == id }) {
            // Some give every call the same id.
            return calls[place].index == index || index == nil || name == nil ? place : nil
        }
        let last = index.map { index in calls.lastIndex { $0.index == index } } ?? calls.indices.last
        guard let place = last else { return nil }
        let call = calls[place]
        // A server that makes up an id for every piece still names each call but once.
        if let id, let own = call.id, own != id, name != nil || call.isComplete { return nil }
        // Neither a number nor an id tells it from the last, but that one is whole.
        let begins = arguments.first { !$0.isWhitespace } == "{"
        if begins || name != nil && call.name != nil, call.isComplete { return nil }
        return place
    }

    /// Takes a piece in, and gives of its id and name what is new.
    mutating func take(_ place: Int, id: String?, name: String?, arguments: String) -> (id: String?, name: String?) {
        let news = (calls[place].id == nil ? id : nil, calls[place].name == nil ? name : nil)
        calls[place].id = calls[place].id ?? id
        calls[place].name = calls[place].name ?? name
        calls[place].arguments.append(contentsOf: arguments.utf8)
        return news
    }
}

extension ToolCallTable.Call {
    /// Its arguments are a whole object: what follows belongs to another call.
    fileprivate var isComplete: Bool {
        guard let last = arguments.last(where: { $0 != 0x20 && $0 != 0x0A }), last == UInt8(ascii: "}") else {
            return false
        }
        return (try? JSONValue.parseLenient(arguments)) != nil
    }
}
