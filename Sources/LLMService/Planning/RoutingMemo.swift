import LLMCore
import Synchronization

/// A cache of judgements of selection tables: judging a hundred arms over their draws takes milliseconds, and the
/// result stays the same until the table, the live calls since or the request change.
final class RoutingMemo: Sendable {
    /// The inputs of a judgement. The rows of a table are fixed under its id.
    struct Question: Hashable {
        var table: String
        var derivedAt: Int64
        /// The rows that may be used, by place.
        var rows: [Int]
        var live: [LiveServing]
        var constraints: SelectionConstraints?
    }
    struct Blend: Hashable {
        var table: String
        var generation: Int
    }
    private struct State: Sendable {
        var judgements = RecencyList<Question, Judgements>(capacity: 64)
        var blends = RecencyList<Blend, SelectionTable>(capacity: 16)
    }
    private let state = Mutex(State())

    func judgements(of question: Question) -> Judgements {
        state.withLock { state in
            if let known = state.judgements.use(question) { return known }
            let new = Judgements()
            state.judgements.insert(new, for: question, weight: 1)
            return new
        }
    }

    func blend(_ key: Blend, make: () -> SelectionTable) -> SelectionTable {
        if let known = state.withLock({ $0.blends.use(key) }) { return known }
        let new = make()
        state.withLock { $0.blends.insert(new, for: key, weight: 1) }
        return new
    }
}

/// The answers of one table to one question: over all providers, and of each.
final class Judgements: Sendable {
    private let choices = Mutex<[ProviderID?: SelectionChoice]>([:])

    func choice(of provider: ProviderID?, make: () -> SelectionChoice) -> SelectionChoice {
        if let known = choices.withLock({ $0[provider] }) { return known }
        let new = make()
        choices.withLock { $0[provider] = new }
        return new
    }
}
