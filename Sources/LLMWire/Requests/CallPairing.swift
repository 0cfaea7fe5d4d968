import LLMCore

extension [Message] {
    /// The conversation with an identifier for each call that has none, and for each result without one that of the call it answers: the
    /// first of its function that is still open, in the last turn that has one.
    ///
    /// Gemini pairs calls and results by name and order, all others by identifiers. Those made up follow from the place of the call: the
    /// same in the next turn, so that a cached prompt stays the same.
    func withCallIDs() -> [Message] {
        guard contains(where: { $0.parts.contains(where: \.lacksCallID) }) else { return self }
        var pairing = CallPairing(self)
        return map { message in
            pairing.begin(message)
            var message = message
            message.parts = message.parts.map { pairing.take($0) }
            return message
        }
    }

    /// The conversation with the results of each turn in the order of their calls, for a dialect that pairs them by order.
    func withResultsInCallOrder() -> [Message] {
        var places: [String: Int] = [:]
        var out: [Message] = []
        for message in self {
            for case .toolCall(let call) in message.parts { places[call.id] = places.count }
            guard message.role == .tool else {
                out.append(message)
                continue
            }
            var parts = message.parts
            if let last = out.last, last.role == .tool { parts = out.removeLast().parts + parts }
            out.append(Message(role: .tool, parts: Self.sorted(parts, by: places), origin: message.origin))
        }
        return out
    }

    /// The results in the order of their calls, those of unknown calls last, and behind them what followed each, as its images.
    private static func sorted(_ parts: [MessagePart], by places: [String: Int]) -> [MessagePart] {
        var groups: [(place: Int, parts: [MessagePart])] = []
        for part in parts {
            if case .toolResult(let result) = part {
                groups.append((places[result.callID] ?? .max, [part]))
            } else if groups.isEmpty {
                groups.append((-1, [part]))
            } else {
                groups[groups.count - 1].parts.append(part)
            }
        }
        // Sorting is stable.
        let parts = groups.sorted { $0.place < $1.place }.flatMap(\.parts)
        return parts.filter(\.isResult) + parts.filter { !$0.isResult }
    }
}

/// The calls of a conversation that are not yet answered, as it is read from its beginning.
private struct CallPairing {
    private struct Open {
        let id: String
        let name: String
        let turn: Int
    }
    private var taken: Set<String> = []
    private var open: [Open] = []
    private var turn = 0
    private var made = 0
    private var role = Message.Role.user

    init(_ messages: [Message]) {
        for message in messages {
            for case .toolCall(let call) in message.parts { taken.insert(call.id) }
        }
    }

    /// Several messages of the model in a row are one turn.
    mutating func begin(_ message: Message) {
        if message.role == .assistant, role != .assistant { turn += 1 }
        role = message.role
    }

    mutating func take(_ part: MessagePart) -> MessagePart {
        switch part {
        case .toolCall(var call):
            if call.id.isEmpty { call.id = nextID() }
            open.append(Open(id: call.id, name: call.name, turn: turn))
            return .toolCall(call)
        case .toolResult(var result):
            if result.callID.isEmpty, let call = answered(by: result.name) { result.callID = call.id }
            if let place = open.lastIndex(where: { $0.id == result.callID }) { open.remove(at: place) }
            return .toolResult(result)
        case .text, .image, .file, .thinking, .unknown, .native: return part
        }
    }

    private func answered(by name: String?) -> Open? {
        let candidates = open.filter { name == nil || $0.name == name }
        return candidates.first { $0.turn == candidates.last?.turn }
    }

    private mutating func nextID() -> String {
        repeat { made += 1 } while !taken.insert("call_\(made)").inserted
        return "call_\(made)"
    }
}

extension MessagePart {
    fileprivate var isResult: Bool { if case .toolResult = self { true } else { false } }

    fileprivate var lacksCallID: Bool {
        switch self {
        case .toolCall(let call): call.id.isEmpty
        case .toolResult(let result): result.callID.isEmpty
        case .text, .image, .file, .thinking, .unknown, .native: false
        }
    }
}
