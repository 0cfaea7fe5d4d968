public import LLMCore
import Synchronization

/// Keeps calls in the order they began and gives their attempts back; breaks on demand.
package final class InMemoryAttemptHistory: AttemptHistory, CallRecorder {
    package struct Broken: Error, Sendable {}
    fileprivate struct Entry {
        var call: CallID
        var origin: CallOrigin
        var simulated: Bool
        /// `nil`: under way.
        var facts: [AttemptFact]?
    }
    fileprivate struct State {
        var entries: [Entry] = []
        var reads = 0
        var isBroken = false
    }
    private let state = Mutex(State())

    package init() {}

    /// The number of pages read.
    package var reads: Int { state.withLock { $0.reads } }
    package var isBroken: Bool {
        get { state.withLock { $0.isBroken } }
        set { state.withLock { $0.isBroken = newValue } }
    }

    /// Keeps attempts as calls of their own, or as one where they share it.
    package func add(_ facts: [AttemptFact], simulated: Bool = false) {
        state.withLock { state in
            for fact in facts {
                if let index = state.entries.firstIndex(where: { $0.call == fact.call }) {
                    state.entries[index].facts = (state.entries[index].facts ?? []) + [fact]
                } else {
                    state.entries.append(
                        Entry(call: fact.call, origin: fact.origin, simulated: simulated, facts: [fact]))
                }
            }
        }
    }

    package func reserve(_ intent: AttemptIntent) async throws {
        state.withLock { state in
            guard !state.entries.contains(where: { $0.call == intent.call }) else { return }
            state.entries.append(Entry(call: intent.call, origin: intent.origin, simulated: intent.simulated))
        }
    }

    package func record(_ call: CallRecord) async throws {
        let facts = call.attempts.map { AttemptFact($0, of: call) }
        state.withLock { state in
            let entry = Entry(call: call.id, origin: call.origin, simulated: call.simulated, facts: facts)
            if let index = state.entries.firstIndex(where: { $0.call == call.id }) {
                state.entries[index] = entry
            } else {
                state.entries.append(entry)
            }
        }
    }

    package func attempts(after cursor: AttemptCursor?, simulated: Bool, limit: Int) async throws -> AttemptPage {
        try state.withLock { state in
            state.reads += 1
            guard !state.isBroken else { throw Broken() }
            return state.page(after: cursor, simulated, limit)
        }
    }
}

extension InMemoryAttemptHistory.State {
    fileprivate func page(after cursor: AttemptCursor?, _ simulated: Bool, _ limit: Int) -> AttemptPage {
        let places = entries.indices.filter { entries[$0].simulated == simulated }
        guard let cursor else {
            let newest = [CallOrigin.bench, .live].flatMap { origin in
                places.filter { entries[$0].origin == origin }.suffix(limit)
            }
            return page(newest.sorted(), unread: [], position: entries.count - 1, isFull: false)
        }
        let open = Set(cursor.open.map(Int.init))
        let wanted = places.filter { $0 > cursor.position || open.contains($0) }
        let taken = Array(wanted.prefix(limit))
        let isFull = taken.count == limit
        let last = taken.last ?? 0
        let unread = isFull ? open.filter { $0 > last } : []
        let position = isFull ? max(last, Int(cursor.position)) : entries.count - 1
        return page(taken, unread: Array(unread), position: position, isFull: isFull)
    }

    private func page(_ places: [Int], unread: [Int], position: Int, isFull: Bool) -> AttemptPage {
        let open = places.filter { entries[$0].facts == nil } + unread
        return AttemptPage(
            facts: places.flatMap { entries[$0].facts ?? [] },
            cursor: AttemptCursor(position: Int64(position), open: open.map(Int64.init).sorted()), isFull: isFull)
    }
}

extension AttemptFact {
    /// The row that a store returns for a recorded attempt.
    public init(_ attempt: AttemptRecord, of call: CallRecord) {
        let (report, timings) = (attempt.report, attempt.report.timings)
        let tokens = report.usage?.measuredTokens
        let hidden = report.thinkingCharacters > 0 ? 0 : tokens?.reasoningTokens ?? 0
        let sent = Int64((timings.sentAt - call.openedAt).milliseconds * 1_000)
        self.init(
            id: report.id, call: call.id, model: report.model, endpoint: report.endpoint, task: call.task,
            origin: call.origin, startedAt: call.startedAt + sent, outcome: report.outcome,
            firstToken: timings.firstToken, duration: timings.end, promptTokens: tokens?.promptTokens,
            outputTokens: tokens?.outputTokens, streamedTokens: tokens?.outputTokens.map { $0 - hidden },
            cost: attempt.cost.settled)
    }
}
