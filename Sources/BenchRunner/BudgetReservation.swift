import LLMCore
import Synchronization

/// The money that one trial has reserved over its attempts, at the worst case of each.
final class BudgetReservation: Sendable {
    private let budget: Budget
    private let amount = Mutex(USD.zero)

    init(_ budget: Budget) { self.budget = budget }

    var total: USD { amount.withLock { $0 } }

    /// Reserves `more`, and waits for other trials to settle where that does not fit yet.
    ///
    /// - Throws: `BudgetExhausted` when no other trial could make room; `CancellationError`.
    func add(_ more: USD) async throws {
        try await budget.reserve(more, holding: total)
        amount.withLock { $0 += more }
    }

    /// Books what the trial cost in place of all it reserved; `nil`, unknown, is booked at the full reservation.
    func settle(_ actual: USD?) { budget.settle(reservation: total, actual: actual) }
}
