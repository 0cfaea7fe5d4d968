import LLMCore
import Synchronization

/// The simulator's log of requests: the latest entries, and totals over all of them.
final class Ledger: Sendable {
    private struct Sums: Sendable {
        var requests = 0
        var byOutcome: [String: Int] = [:]
        var byStatus: [Int: Int] = [:]
        var inputTokens = 0
        var outputTokens = 0
        var cost = USD.zero

        mutating func add(_ entry: LedgerEntry) {
            requests += 1
            byOutcome[entry.outcome.rawValue, default: 0] += 1
            byStatus[entry.status, default: 0] += 1
            inputTokens += entry.inputTokens ?? 0
            outputTokens += entry.outputTokens ?? 0
            cost += entry.cost ?? .zero
        }

        var json: JSONObject {
            [
                "requests": JSONValue(requests),
                "by_outcome": .object(
                    JSONObject(
                        byOutcome.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: JSONValue($0.value)) })),
                "by_status": .object(
                    JSONObject(
                        byStatus.sorted { $0.key < $1.key }.map {
                            .init(key: String($0.key), value: JSONValue($0.value))
                        })),
                "input_tokens": JSONValue(inputTokens), "output_tokens": JSONValue(outputTokens),
                "cost_usd": JSONValue(cost),
            ]
        }
    }
    private struct State: Sendable {
        /// A ring: `next` is the place of the oldest entry once it is full.
        var entries: [LedgerEntry] = []
        var next = 0
        var number = 0
        var total = Sums()
        var byModel: [ModelID: Sums] = [:]
        var inFlight = 0
        var mostInFlight = 0
    }
    private let state = Mutex(State())
    private let capacity: Int
    /// Sums are kept for so many models; the rest are summed under one name.
    private static let mostModels = 256

    init(capacity: Int) { self.capacity = max(1, capacity) }

    func begin() {
        state.withLock {
            $0.inFlight += 1
            $0.mostInFlight = max($0.mostInFlight, $0.inFlight)
        }
    }

    /// Adds an entry; each ``begin()`` is followed by one.
    func record(_ entry: LedgerEntry) {
        state.withLock { state in
            var entry = entry
            state.inFlight -= 1
            state.number += 1
            entry.number = state.number
            if state.entries.count < capacity {
                state.entries.append(entry)
            } else {
                state.entries[state.next] = entry
                state.next = (state.next + 1) % capacity
            }
            state.total.add(entry)
            var id = ModelID(provider: entry.provider, name: entry.model)
            if state.byModel[id] == nil, state.byModel.count >= Self.mostModels {
                id = ModelID(provider: entry.provider, name: "other")
            }
            state.byModel[id, default: Sums()].add(entry)
        }
    }

    /// The last `limit` entries after `number`, oldest first.
    func entries(after number: Int, limit: Int) -> JSONValue {
        let (entries, dropped) = state.withLock { state -> ([LedgerEntry], Int) in
            let ordered = state.entries[state.next...] + state.entries[..<state.next]
            return (Array(ordered), state.number - state.entries.count)
        }
        let wanted = entries.filter { $0.number > number }.suffix(limit)
        return ["entries": .array(wanted.map(\.json)), "dropped": JSONValue(dropped)]
    }

    var stats: JSONValue {
        state.withLock { state in
            var object = state.total.json
            object["in_flight"] = JSONValue(state.inFlight)
            object["most_in_flight"] = JSONValue(state.mostInFlight)
            object["by_model"] = .object(
                JSONObject(
                    state.byModel.sorted { $0.key < $1.key }.map {
                        .init(key: $0.key.description, value: .object($0.value.json))
                    }))
            return .object(object)
        }
    }

    /// Forgets entries and sums; requests in flight stay counted.
    func reset() {
        state.withLock { state in
            let inFlight = state.inFlight
            state = State()
            state.inFlight = inFlight
            state.mostInFlight = inFlight
        }
    }
}
