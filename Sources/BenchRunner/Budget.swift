import LLMCore
import Synchronization

/// Keeps a run under its limit, whatever is in flight: the worst case of each attempt is set aside before it is sent, and what it
/// really cost is booked afterwards.
///
/// A reservation that does not fit waits for calls in flight to settle for less, and fails when none is left.
final class Budget: Sendable {
    struct State: Sendable {
        var spent: USD = .zero
        /// Part of `spent` that was booked at its worst case, for calls whose cost is unknown.
        var assumed: USD = .zero
        var reserved: USD = .zero
        var exhausted: BudgetExhausted?
        fileprivate var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        fileprivate var nextWaiter = 0
    }

    let limit: USD?
    private let state = Mutex(State())

    init(limit: USD?) { self.limit = limit }

    var current: State { state.withLock { $0 } }

    /// Sets `amount` aside.
    /// - Throws: `BudgetExhausted` when it cannot fit even after all calls in flight have settled; `CancellationError`.
    func reserve(_ amount: USD) async throws {
        while true {
            try Task.checkCancellation()
            switch tryReserving(amount) {
            case .reserved: return
            case .exhausted(let error): throw error
            case .wait(let id): await settlement(waiter: id)
            }
        }
    }

    /// Books `actual` in place of `reservation`. An unknown cost is booked at the full reservation.
    func settle(reservation: USD, actual: USD?) {
        let woken = state.withLock { state in
            state.reserved -= reservation
            state.spent += actual ?? reservation
            if actual == nil { state.assumed += reservation }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in woken { waiter.resume() }
    }

    private enum Attempt {
        case reserved
        case exhausted(BudgetExhausted)
        case wait(Int)
    }

    private func tryReserving(_ amount: USD) -> Attempt {
        state.withLock { state in
            guard let limit, state.spent + state.reserved + amount > limit else {
                state.reserved += amount
                return .reserved
            }
            guard state.reserved > .zero else {
                let error = BudgetExhausted(limit: limit, spent: state.spent, needed: amount)
                state.exhausted = error
                return .exhausted(error)
            }
            state.nextWaiter += 1
            return .wait(state.nextWaiter)
        }
    }

    private func settlement(waiter id: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    // Everything may have settled between the look and now; nobody would wake this waiter any more.
                    guard state.reserved > .zero, !Task.isCancelled else { return false }
                    state.waiters[id] = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
