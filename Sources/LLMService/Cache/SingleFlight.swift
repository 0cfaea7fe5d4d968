import LLMCore
import Synchronization

/// A registry of calls that are under way, so that equal requests share one (single flight).
final class SingleFlight: Sendable {
    /// The criteria under which two callers can share one call.
    struct Identity: Sendable, Hashable {
        var key: CacheKey
        /// The models that may answer in place of the first, and within which bounds: a caller must get nothing it did not allow.
        var models: [ModelID]
        var fallback: Bool
        var retries: Int
        var maxCost: USD?
        var constraints: SelectionConstraints?
        var profile: AgentProfile?
        /// A buffered response may still come from another model after its first token.
        var delivery: EventDelivery
    }
    enum Entry: Sendable {
        /// Another call ended meanwhile, and left this.
        case served(CacheEntry)
        case joined(Subscription)
        /// The caller is the first: the call is to be made.
        case opened(Subscription)
    }
    /// A caller's part in a shared call, which ends when this is released.
    final class Subscription: Sendable {
        let call: SharedCall
        private let identity: Identity
        private let registry: SingleFlight

        fileprivate init(_ call: SharedCall, _ identity: Identity, _ registry: SingleFlight) {
            self.call = call
            self.identity = identity
            self.registry = registry
        }
        deinit { if call.leave() { registry.close(call, identity) } }
    }

    private let calls = Mutex<[Identity: SharedCall]>([:])

    /// The number of calls in flight.
    var count: Int { calls.withLock { $0.count } }

    /// Joins the call of equal requests, or opens it.
    ///
    /// - Parameter kept: What is in memory by now: a call that ended leaves its answer there before it is taken out.
    func enter(
        _ identity: Identity, as id: CallID, deadline: ContinuousClock.Instant, kept: () -> CacheEntry?
    ) -> Entry {
        calls.withLock { calls in
            if let call = calls[identity], call.join() { return .joined(Subscription(call, identity, self)) }
            if let entry = kept() { return .served(entry) }
            let call = SharedCall(id: id, deadline: deadline)
            calls[identity] = call
            return .opened(Subscription(call, identity, self))
        }
    }

    /// Takes a call out, if it is still that one.
    func close(_ call: SharedCall, _ identity: Identity) {
        calls.withLock { calls in
            if calls[identity] === call { calls[identity] = nil }
        }
    }
}

/// One call that answers several callers: what it delivered, the readers that wait for more, and how it ended.
///
/// It goes on while it has a subscriber; when the last one leaves it is to be stopped, and takes no more.
final class SharedCall: Sendable {
    enum Ending: Sendable {
        case ended(CallRecord)
        /// Stopped, or without its record.
        case broken
    }
    /// The events that a reader has not received.
    struct Batch: Sendable {
        var events: ArraySlice<AnswerEvent>
        /// `nil` while more may come.
        var ending: Ending?
    }
    private struct State: Sendable {
        var events: [AnswerEvent] = []
        var ending: Ending?
        var subscribers = 1
        var isAbandoned = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextTicket = 0
        var runner: CheckedContinuation<Void, Never>?
    }

    /// The call that is recorded, and pays.
    let id: CallID
    /// When it ends by itself, at the latest.
    let deadline: ContinuousClock.Instant
    private let state = Mutex(State())

    /// With the first caller as its subscriber.
    init(id: CallID, deadline: ContinuousClock.Instant) {
        self.id = id
        self.deadline = deadline
    }

    // MARK: Subscribers

    /// Adds a subscriber; `false` when all had left, or it is over.
    func join() -> Bool {
        state.withLock { state in
            guard !state.isAbandoned, state.ending == nil else { return false }
            state.subscribers += 1
            return true
        }
    }

    /// Removes a subscriber.
    ///
    /// - Returns: Whether it was the last of a call that goes on: then it is being stopped.
    func leave() -> Bool {
        let (isLast, runner) = state.withLock { state in
            state.subscribers -= 1
            guard state.subscribers == 0, state.ending == nil else {
                return (false, nil as CheckedContinuation<Void, Never>?)
            }
            state.isAbandoned = true
            defer { state.runner = nil }
            return (true, state.runner)
        }
        runner?.resume()
        return isLast
    }

    /// Returns when all subscribers have left, or the waiting task is cancelled.
    func abandoned() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Under the lock: a cancellation is seen here, or finds the continuation there.
                    guard !state.isAbandoned, !Task.isCancelled else { return true }
                    state.runner = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.runner = nil }
                return state.runner
            }?.resume()
        }
    }

    // MARK: Delivery

    func deliver(_ event: AnswerEvent) { change { $0.events.append(event) } }

    /// Only the first ending counts.
    func end(_ ending: Ending) { change { $0.ending = $0.ending ?? ending } }

    private func change(_ body: (inout State) -> Void) {
        let woken = state.withLock { state in
            body(&state)
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in woken { continuation.resume() }
    }

    /// The events delivered before the reader's `seen`th.
    func events(before seen: Int) -> ArraySlice<AnswerEvent> { state.withLock { $0.events.prefix(seen) } }

    /// The events after a reader's first `seen`; `nil` when it must wait.
    func batch(after seen: Int) -> Batch? { state.withLock { SharedCall.batch($0, after: seen) } }

    private static func batch(_ state: State, after seen: Int) -> Batch? {
        guard state.events.count > seen || state.ending != nil else { return nil }
        return Batch(events: state.events[seen...], ending: state.ending)
    }

    /// Waits for what comes after a reader's `seen`th event.
    func nextBatch(after seen: Int) async throws -> Batch {
        while true {
            try Task.checkCancellation()
            if let batch = batch(after: seen) { return batch }
            await wait(after: seen)
        }
    }

    private func wait(after seen: Int) async {
        let ticket = state.withLock { state in
            defer { state.nextTicket += 1 }
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard SharedCall.batch(state, after: seen) == nil, !Task.isCancelled else { return true }
                    state.waiting[ticket] = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume()
        }
    }
}
