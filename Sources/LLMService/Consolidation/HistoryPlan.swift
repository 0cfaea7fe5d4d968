import LLMCore

/// A plan for history summarisation: the older turns that a summary replaces, and the messages that stay. Pure. Pure.
///
/// Turns begin at what the user says, so a tool's call and its result are never apart, and system messages always stay. The place of the cut
/// depends on what stands before it alone: it is the one at which the conversation, as it grew message by message, first had too much
/// after the cut before. So a conversation that goes on is cut at the same place for many turns, and its summary is found in the cache.
struct HistoryPlan: Sendable, Hashable {
    /// System messages of the older part.
    var system: [Message]
    /// The messages that the summary replaces.
    var older: [Message]
    var turns: Int
    /// Begins with what the user says.
    var newer: [Message]
    /// Of the whole conversation.
    var tokensBefore: Int

    /// `nil` when the conversation is short enough, or is a single turn.
    init?(_ messages: [Message], _ policy: HistoryPolicy) {
        let starts = HistoryPlan.turnStarts(messages)
        let cut = HistoryPlan.cut(messages, starts, policy)
        guard cut > (starts.first ?? 0) else { return nil }
        let before = messages[..<cut]
        system = before.filter { $0.role == .system }
        older = before.filter { $0.role != .system }
        newer = Array(messages[cut...])
        turns = starts.count { $0 < cut }
        tokensBefore = HistoryPlan.tokens(messages)
    }

    /// A quarter of the worst case that money is reserved for: four bytes make a token, as in English and in code.
    static func tokens(_ messages: some Sequence<Message>) -> Int {
        ChatRequest(messages: Array(messages)).worstCaseInputTokens / 4
    }

    /// Places at which the user begins something new, and no call of a tool waits for its result.
    private static func turnStarts(_ messages: [Message]) -> [Int] {
        var lastUse: [String: Int] = [:]
        for (index, message) in messages.enumerated() {
            for case .toolResult(let result) in message.parts { lastUse[result.callID] = index }
        }
        var openUntil = -1
        var starts: [Int] = []
        for (index, message) in messages.enumerated() {
            if message.beginsTurn, index > openUntil { starts.append(index) }
            for case .toolCall(let call) in message.parts { openUntil = max(openUntil, lastUse[call.id] ?? -1) }
        }
        return starts
    }

    private static func cut(_ messages: [Message], _ starts: [Int], _ policy: HistoryPolicy) -> Int {
        // Tokens in front of each place; system messages stay and do not count.
        var sums = [0]
        for message in messages { sums.append((sums.last ?? 0) + (message.role == .system ? 0 : tokens([message]))) }
        var cut = 0
        for end in messages.indices.map({ $0 + 1 }) where sums[end] - sums[cut] > policy.above {
            let places = starts.filter { $0 > cut && $0 < end }
            cut = places.first { sums[end] - sums[$0] <= policy.keep } ?? places.last ?? cut
        }
        return cut
    }

    /// The expected number of further requests that use the same summary: a conversation goes on for about as long as
    /// it has, but not beyond the next cut.
    ///
    /// - Parameter after: Tokens of the conversation with the summary.
    func furtherQuestions(_ policy: HistoryPolicy, after: Int) -> Int {
        let turnSize = max(1, HistoryPlan.tokens(older) / max(1, turns))
        return max(0, min(turns, (policy.above - after) / turnSize))
    }

    /// The conversation with a summary in place of its older turns: in front of what the user says next, so that roles still take turns,
    /// and not among the system's messages, as it holds what others wrote.
    func messages(with summary: String) -> [Message] {
        var newer = newer
        newer[0].parts.insert(.text(HistoryPrompt.preface(summary)), at: 0)
        return system + newer
    }
}

extension Message {
    /// A tool's result goes on with what an assistant began.
    fileprivate var beginsTurn: Bool {
        role == .user && !parts.contains { if case .toolResult = $0 { true } else { false } }
    }
}
