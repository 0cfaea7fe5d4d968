import LLMCore
import Testing

@testable import BenchRunner

@Suite("The budget of a run", .timeLimit(.minutes(2)))
struct BudgetTests {
    private func cents(_ count: Int64) -> USD { USD(pico: count * 10_000_000_000) }

    @Test("never has more spent and set aside than the limit, whatever is in flight")
    func neverExceeds() async {
        let budget = Budget(limit: cents(100))
        let refused = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<400 {
                group.addTask {
                    do {
                        try await budget.reserve(cents(7))
                        let now = budget.current
                        #expect(now.spent + now.reserved <= cents(100))
                        await Task.yield()
                        budget.settle(reservation: cents(7), actual: index % 3 == 0 ? nil : cents(2))
                        return false
                    } catch {
                        return true
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        let end = budget.current
        #expect(refused > 0)
        #expect(end.reserved == .zero)
        #expect(end.spent <= cents(100))
        #expect(end.spent > cents(93), "money that still fits a call is not left over")
    }

    @Test("a reservation that does not fit waits for a call in flight to settle for less")
    func waits() async throws {
        let budget = Budget(limit: cents(10))
        try await budget.reserve(cents(8))
        async let second: Void = budget.reserve(cents(8))
        await Task.yield()
        #expect(budget.current.reserved == cents(8))
        budget.settle(reservation: cents(8), actual: cents(1))
        try await second
        #expect(budget.current.reserved == cents(8))
        #expect(budget.current.spent == cents(1))
    }

    @Test("a call that cost more than its worst case is counted at once, before it is booked")
    func overrun() async throws {
        let budget = Budget(limit: cents(10))
        let call = BudgetReservation(budget)
        try await call.add(cents(2))
        call.cover(cents(30))
        #expect(budget.current.reserved == cents(30) && budget.isWaitedFor(cents(1)))
        call.settle(cents(30))
        #expect(budget.current.reserved == .zero && budget.current.spent == cents(30))
        await #expect(throws: BudgetExhausted(limit: cents(10), spent: cents(30), needed: cents(1))) {
            try await budget.reserve(cents(1))
        }
        let usual = BudgetReservation(Budget(limit: cents(10)))
        try await usual.add(cents(2))
        usual.cover(cents(1))
        usual.cover(nil)
        #expect(usual.total == cents(2))
    }

    @Test("with nothing in flight a reservation beyond the limit fails, naming limit, spent and needed")
    func fails() async throws {
        let budget = Budget(limit: cents(10))
        try await budget.reserve(cents(9))
        budget.settle(reservation: cents(9), actual: cents(9))
        await #expect(throws: BudgetExhausted(limit: cents(10), spent: cents(9), needed: cents(2))) {
            try await budget.reserve(cents(2))
        }
        #expect(budget.current.exhausted != nil)
    }

    @Test("a cancelled waiter leaves, and takes nothing")
    func cancelled() async throws {
        let budget = Budget(limit: cents(10))
        try await budget.reserve(cents(8))
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await budget.reserve(cents(8)) }
            await Task.yield()
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        budget.settle(reservation: cents(8), actual: cents(8))
        #expect(budget.current.reserved == .zero)
    }

    @Test("an unknown cost is booked at its worst case")
    func unknown() async throws {
        let budget = Budget(limit: nil)
        try await budget.reserve(cents(5))
        budget.settle(reservation: cents(5), actual: nil)
        #expect(budget.current.spent == cents(5))
    }
}
