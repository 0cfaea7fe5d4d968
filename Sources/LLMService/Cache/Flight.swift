import LLMCore
import Synchronization

/// One call that answers several callers: what it delivered, who waits for more, and how it ended.
///
/// It goes on while anybody has a seat; when the last leaves it is to be stopped, and takes nobody in any more.
final class Flight: Sendable {
    enum Ending: Sendable {
        case landed(CallRecord)
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
        var seats = 1
        var isAbandoned = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextTicket = 0
        var pilot: CheckedContinuation<Void, Never>?
    }

    /// The call that is recorded, and pays.
    let call: CallID
    /// When it ends by itself, at the latest.
    let deadline: ContinuousClock.Instant
    private let state = Mutex(State())

    /// With a seat for the first caller.
    init(call: CallID, deadline: ContinuousClock.Instant) {
        self.call = call
        self.deadline = deadline
    }

    // MARK: Seats

    /// Takes a seat; `false` when everybody had left, or it is over.
    func join() -> Bool {
        state.withLock { state in
            guard !state.isAbandoned, state.ending == nil else { return false }
            state.seats += 1
            return true
        }
    }

    /// Gives a seat up.
    ///
    /// - Returns: Whether it was the last of a call that goes on: then it is being stopped.
    func leave() -> Bool {
        let (isLast, pilot) = state.withLock { state in
            state.seats -= 1
            guard state.seats == 0, state.ending == nil else {
                return (false, nil as CheckedContinuation<Void, Never>?)
            }
            state.isAbandoned = true
            defer { state.pilot = nil }
            return (true, state.pilot)
        }
        pilot?.resume()
        return isLast
    }

    /// Returns when everybody has left, or the waiting task is cancelled.
    func abandoned() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Under the lock: a cancellation is seen here, or finds the continuation there.
                    guard !state.isAbandoned, !Task.isCancelled else { return true }
                    state.pilot = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.pilot = nil }
                return state.pilot
            }?.resume()
        }
    }

    // MARK: What is delivered

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
    func batch(after seen: Int) -> Batch? { state.withLock { Flight.batch($0, after: seen) } }

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
                    guard Flight.batch(state, after: seen) == nil, !Task.isCancelled else { return true }
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
