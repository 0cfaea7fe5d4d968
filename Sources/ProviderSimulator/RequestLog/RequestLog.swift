import LLMCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The simulator's log of requests: the latest entries, and totals over all of them.
final class RequestLog: Sendable {
    private struct Sums: Sendable {
        var requests = 0
        var byOutcome: [String: Int] = [:]
        var byStatus: [Int: Int] = [:]
        var inputTokens = 0
        var outputTokens = 0
        var cost = USD.zero

        mutating func add(_ entry: RequestLogEntry) {
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
        var entries: [RequestLogEntry] = []
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
    func record(_ entry: RequestLogEntry) {
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
        let (entries, dropped) = state.withLock { state -> ([RequestLogEntry], Int) in
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

/// One request that the simulator answered, or meant to.
struct RequestLogEntry: Sendable {
    enum Outcome: String, Sendable {
        /// A whole answer.
        case served
        /// An error response of the provider: the request's own fault, or a limit.
        case refused
        /// An error response that a fault asked for.
        case failed
        /// An answer that a fault broke off or spoilt on the wire.
        case broken
        /// The client closed the connection before the end.
        case clientLeft = "client_left"
    }

    var number = 0
    var requestID: String
    /// Wall clock, microseconds since 1970.
    var at: Int64
    var provider: ProviderID
    var model: String
    var path: String
    var streaming = false
    var key: KeyFingerprint?
    var status = 200
    var outcome = Outcome.served
    var fault: String?
    var inputTokens: Int?
    var cachedTokens: Int?
    var outputTokens: Int?
    var reasoningTokens: Int?
    var cost: USD?
    var promptDigest: String?
    /// The number of earlier requests for this prompt to this model.
    var ordinal: Int?
    /// The prompt has a reference.
    var known: Bool?
    /// The name of the degradation applied to the reference answer; `nil` when none was.
    var degradation: String?
    var events: Int?
    /// Monotonic clock, nanoseconds: the request's body was read, the first token was handed to the socket, the end.
    var receivedAt: UInt64
    var firstTokenAt: UInt64?
    var endedAt: UInt64?

    var json: JSONValue {
        var object: JSONObject = [
            "number": JSONValue(number), "request_id": .string(requestID), "at": .number(JSONNumber(at)),
            "provider": .string(provider.rawValue), "model": .string(model), "path": .string(path),
            "streaming": .bool(streaming), "key": key.map { .string($0.rawValue) } ?? .null,
            "status": JSONValue(status), "outcome": .string(outcome.rawValue),
            "fault": fault.map { .string($0) } ?? .null,
        ]
        let counts: [(String, Int?)] = [
            ("input_tokens", inputTokens), ("cached_tokens", cachedTokens), ("output_tokens", outputTokens),
            ("reasoning_tokens", reasoningTokens), ("ordinal", ordinal), ("events", events),
        ]
        for (name, count) in counts { object[name] = count.map { JSONValue($0) } ?? .null }
        object["cost_usd"] = cost.map { JSONValue($0) } ?? .null
        object["prompt_digest"] = promptDigest.map { .string($0) } ?? .null
        object["known"] = known.map { .bool($0) } ?? .null
        object["degradation"] = degradation.map { .string($0) } ?? .null
        let instants: [(String, UInt64?)] = [
            ("received_ns", receivedAt), ("first_token_ns", firstTokenAt), ("ended_ns", endedAt),
        ]
        for (name, instant) in instants {
            object[name] = instant.map { .number(JSONNumber(Int64(clamping: $0))) } ?? .null
        }
        return .object(object)
    }
}

/// A request whose answer was handed over to be sent: it ends in the request log once, also when its client left before the first byte.
final class OpenEntry: Sendable {
    private let isOpen = Mutex(true)
    private let abandon: @Sendable () -> Void

    init(onAbandon abandon: @escaping @Sendable () -> Void) { self.abandon = abandon }

    /// Closes the entry. Returns `false` when it was closed before.
    func close() -> Bool {
        isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
    }

    deinit { if close() { abandon() } }
}

/// CLOCK_MONOTONIC in nanoseconds: the one clock that two processes of a machine share.
enum MonotonicClock {
    static var nanoseconds: UInt64 {
        var reading = timespec()
        clock_gettime(CLOCK_MONOTONIC, &reading)
        return UInt64(reading.tv_sec) * 1_000_000_000 + UInt64(reading.tv_nsec)
    }
}
