import LLMCore
import Synchronization

/// The budget of a run, kept whatever is in flight: the worst case of each attempt is set aside before it is sent, and what it
/// really cost is booked afterwards.
///
/// A reservation that does not fit waits for calls in flight to settle for less, and fails when none is left: a retry holds money of
/// its own trial, which it must not wait for.
final class Budget: Sendable {
    struct State: Sendable {
        var spent: USD = .zero
        /// Part of `spent` that was booked at its worst case, for calls whose cost is unknown.
        var assumed: USD = .zero
        var reserved: USD = .zero
        var exhausted: BudgetExhausted?
        fileprivate var waiters: [Int: Waiter] = [:]
        fileprivate var nextWaiter = 0
        /// Part of `reserved` whose owner is in flight: it may come free.
        fileprivate var inFlight: USD { waiters.values.reduce(reserved) { $0 - $1.held } }
    }

    /// A caller that waits for the next settlement.
    fileprivate struct Waiter: Sendable {
        /// The waiter's own reservation: releasing it would not help itself.
        var held: USD
        /// `nil` until it has come to wait.
        var continuation: CheckedContinuation<Void, Never>?
    }

    let limit: USD?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - spent: What earlier parts of the run have cost, worst cases included.
    ///   - assumed: Part of `spent` that may not have been billed.
    init(limit: USD?, spent: USD = .zero, assumed: USD = .zero) {
        self.limit = limit
        var state = State()
        (state.spent, state.assumed) = (spent, assumed)
        self.state = Mutex(state)
    }

    var current: State { state.withLock { $0 } }

    /// Callers that wait for a settlement.
    var waiting: Int { state.withLock { $0.waiters.values.count { $0.continuation != nil } } }

    /// True when `amount` does not fit until calls in flight have settled.
    func isWaitedFor(_ amount: USD) -> Bool {
        guard let limit else { return false }
        return state.withLock { $0.spent + $0.reserved + amount > limit }
    }

    /// Reserves `amount`.
    ///
    /// - Parameter held: What the caller has reserved before and settles only afterwards.
    /// - Throws: `BudgetExhausted` when it cannot fit even after all other calls in flight have settled; `CancellationError`.
    func reserve(_ amount: USD, holding held: USD = .zero) async throws {
        while true {
            try Task.checkCancellation()
            switch tryReserving(amount, holding: held) {
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
            return state.waiters.values.compactMap(\.continuation)
        }
        for waiter in woken { waiter.resume() }
    }

    /// Sets aside what a call cost beyond its worst case: it is spent, whether or not it fits.
    func cover(_ excess: USD) { state.withLock { $0.reserved += excess } }

    private enum Attempt {
        case reserved
        case exhausted(BudgetExhausted)
        case wait(Int)
    }

    private func tryReserving(_ amount: USD, holding held: USD) -> Attempt {
        state.withLock { state in
            guard let limit, state.spent + state.reserved + amount > limit else {
                state.reserved += amount
                return .reserved
            }
            guard state.inFlight > held else {
                let error = BudgetExhausted(limit: limit, spent: state.spent, needed: amount)
                state.exhausted = error
                return .exhausted(error)
            }
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = Waiter(held: held)
            return .wait(state.nextWaiter)
        }
    }

    private func settlement(waiter id: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    // A settlement between the look and now has taken this waiter off the list.
                    guard state.waiters[id] != nil else { return false }
                    guard !Task.isCancelled else {
                        state.waiters[id] = nil
                        return false
                    }
                    state.waiters[id]?.continuation = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation?.resume()
        }
    }
}

/// The money that one trial has reserved over its attempts, at the worst case of each.
final class BudgetReservation: Sendable {
    private struct State {
        var total = USD.zero
        var isSettled = false
    }
    private let budget: Budget
    private let state = Mutex(State())

    init(_ budget: Budget) { self.budget = budget }

    var total: USD { state.withLock { $0.total } }

    /// Reserves `more`, and waits for other trials to settle where that does not fit yet.
    ///
    /// - Throws: `BudgetExhausted` when no other trial could make room; `CancellationError`, also when the trial was settled meanwhile.
    func add(_ more: USD) async throws {
        try await budget.reserve(more, holding: total)
        let isLate = state.withLock { state in
            if !state.isSettled { state.total += more }
            return state.isSettled
        }
        guard isLate else { return }
        budget.settle(reservation: more, actual: .zero)
        throw CancellationError()
    }

    /// Sets aside what the trial has cost beyond all it reserved, so that nothing more is sent before it is booked.
    func cover(_ actual: USD?) {
        guard let actual else { return }
        let excess: USD? = state.withLock { state in
            guard !state.isSettled, actual > state.total else { return nil }
            defer { state.total = actual }
            return actual - state.total
        }
        if let excess { budget.cover(excess) }
    }

    /// Books what the trial cost in place of all it reserved; `nil`, unknown, is booked at the full reservation. Once settled it stays so.
    func settle(_ actual: USD?) {
        let reserved: USD? = state.withLock { state in
            guard !state.isSettled else { return nil }
            state.isSettled = true
            return state.total
        }
        guard let reserved else { return }
        budget.settle(reservation: reserved, actual: actual)
    }
}
