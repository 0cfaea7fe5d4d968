import LLMCore

/// The tool calls of one answer, told apart by id as well as by index: servers number all of them 0, leave the number out, repeat an
/// id on every piece, or cut a name in two.
struct ToolCallTable: Sendable {
    fileprivate struct Call {
        var index: Int?
        var id: String?
        var name: String?
        var arguments: [UInt8] = []
        /// `{}` was read and is held back.
        var isPlaceholder = false
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
        let begins = arguments.first { !$0.isWhitespace } == "{"
        if let id, let place = calls.lastIndex(where: { $0.id == id }) {
            let call = calls[place]
            // Some give every call the same id: what is whole already goes on only in its own repetition.
            if begins, name != nil, call.isComplete, !call.isPlaceholder, !call.repeats(arguments) { return nil }
            return call.index == index || index == nil || name == nil ? place : nil
        }
        let numbered = index.map { index in calls.lastIndex { $0.index == index } } ?? calls.indices.last
        guard let place = numbered ?? unfinished(id: id, name: name, arguments: arguments) else { return nil }
        let call = calls[place]
        // An empty object in front is filled in by what follows without a name.
        if call.isPlaceholder, name == nil { return place }
        if let name, let own = call.name, own != name {
            return id == nil && index != nil && call.id != nil && call.awaitsName ? place : nil
        }
        // A server may make up an id for every piece, with or without the name.
        if let id, let own = call.id, own != id, call.isComplete || name != nil && !call.goesOn(in: arguments) {
            return nil
        }
        // Named again, and neither has arguments: a call that needs none.
        if name != nil, call.name != nil, id == nil, call.arguments.isEmpty, arguments.isEmpty { return nil }
        // Neither a number nor an id tells it from the last, but that one is whole.
        if begins || name != nil && call.name != nil, call.isComplete { return nil }
        return place
    }

    /// The last call, for a piece under a new number that begins none: it has no id and no name.
    private func unfinished(id: String?, name: String?, arguments: String) -> Int? {
        guard id == nil, name == nil, let last = calls.last else { return nil }
        return arguments.isEmpty || !last.isComplete ? calls.count - 1 : nil
    }

    /// Returns `true` when a piece says again what the call has said in full: the last event of some servers.
    func isRepetition(_ place: Int, id: String?, arguments: String) -> Bool {
        let call = calls[place]
        return id != nil && id == call.id && !call.isPlaceholder && call.isComplete && call.repeats(arguments)
    }

    /// Holds back an empty object with which a stream's first piece begins: it may stand for arguments that are still to come.
    ///
    /// - Returns: What of the piece is to be taken now.
    mutating func holdPlaceholder(_ place: Int, _ arguments: String) -> String {
        if calls[place].isPlaceholder, !arguments.isEmpty {
            calls[place].isPlaceholder = false
            return arguments
        }
        guard calls[place].arguments.isEmpty, arguments.trimmed == "{}" else { return arguments }
        calls[place].isPlaceholder = true
        return ""
    }

    /// The calls whose empty object was all that came.
    mutating func takePlaceholders() -> [Int] {
        let places = calls.indices.filter { calls[$0].isPlaceholder }
        for place in places { calls[place].isPlaceholder = false }
        return places
    }

    /// Takes a piece in, and gives of its id and name what is new.
    mutating func take(_ place: Int, id: String?, name: String?, arguments: String) -> (id: String?, name: String?) {
        let news = (calls[place].id == nil ? id : nil, calls[place].rest(of: name))
        calls[place].id = calls[place].id ?? id
        if let more = news.1 { calls[place].name = (calls[place].name ?? "") + more }
        calls[place].arguments.append(contentsOf: arguments.utf8)
        return news
    }
}

extension ToolCallTable.Call {
    /// Its arguments have not begun: its name may still grow.
    fileprivate var awaitsName: Bool { arguments.isEmpty && !isPlaceholder }

    /// The part that a piece adds to the name. Most servers send a name once or over again; some in pieces (`edit_ex`,
    /// `isting_file`), or longer each time.
    fileprivate func rest(of piece: String?) -> String? {
        guard let piece, let name else { return piece }
        guard awaitsName, piece != name else { return nil }
        return piece.hasPrefix(name) ? String(piece.dropFirst(name.count)) : piece
    }

    /// Its arguments are a whole object: what follows belongs to another call.
    fileprivate var isComplete: Bool {
        if isPlaceholder { return true }
        guard let last = arguments.last(where: { $0 != 0x20 && $0 != 0x0A }), last == UInt8(ascii: "}") else {
            return false
        }
        return (try? JSONValue.parseLenient(arguments)) != nil
    }

    /// The piece may be more of the arguments: it does not begin them anew.
    fileprivate func goesOn(in piece: String) -> Bool {
        guard let last = arguments.last(where: { $0 != 0x20 && $0 != 0x0A }) else { return !piece.isEmpty }
        guard piece.first(where: { !$0.isWhitespace }) == "{" else { return true }
        // In the place of a value an object is one.
        return [UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "[")].contains(last)
    }

    /// The piece is all of the arguments once more.
    fileprivate func repeats(_ piece: String) -> Bool { arguments == Array(piece.utf8) }
}
