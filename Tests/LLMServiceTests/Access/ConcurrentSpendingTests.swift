import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import LLMService

@Suite("Budgets with many requests in flight", .timeLimit(.minutes(3)))
struct ConcurrentSpendingTests {
    private static let model = ModelChoice.model(ModelID(provider: "openai", name: "gpt-5"))

    /// The spending as the clients see it: what they paid, and the worst cases in flight.
    private final class Witness: Sendable {
        struct Sums: Sendable {
            var paid = USD.zero
            var assumed = USD.zero
            var inFlight = USD.zero
            var admitted = 0
            var refused = 0
            /// Most that was ever paid and in flight.
            var peak = USD.zero
        }
        private let sums = Mutex(Sums())
        var current: Sums { sums.withLock { $0 } }

        func admit(_ worst: USD) {
            sums.withLock { sums in
                sums.inFlight += worst
                sums.admitted += 1
                sums.peak = max(sums.peak, sums.paid + sums.inFlight)
            }
        }
        func refuse() { sums.withLock { $0.refused += 1 } }
        func end(_ worst: USD, cost: USD?) {
            sums.withLock { sums in
                sums.inFlight -= worst
                sums.paid += cost ?? worst
                if cost == nil { sums.assumed += worst }
            }
        }
    }

    @Test("64 at once with random costs never exceed a budget, in one process or in three", arguments: [1, 3], 0..<12)
    func never(processes: Int, seed: Int) async throws {
        let store = ScriptedKeyStore()
        let budget = USD(pico: 4_000_000)
        let key = VirtualKeyFixtures.key("a", .init(budget: budget))
        try await store.issue(key)
        let leases = LeasePolicy(spare: USD(pico: 20_000), pause: .milliseconds(1))
        let controls = (0..<processes).map { _ in AccessControl(store: store, options: .init(leases: leases)) }
        let witness = Witness()
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<64 {
                let control = controls[client % processes]
                group.addTask {
                    await Self.use(control, AccessGrant(key: key), witness, seed: UInt64(seed * 1_000 + client))
                }
            }
        }
        for control in controls { await control.close() }
        let sums = witness.current
        #expect(sums.peak <= budget && sums.inFlight == .zero)
        #expect(sums.refused > 0 && sums.admitted > 500, "the budget was tried: \(sums)")
        let stored = try #require(try await store.key)
        #expect(stored.usage.spent == sums.paid && stored.usage.assumed == sums.assumed, "not one pico-dollar is lost")
        #expect(stored.usage.requests == sums.admitted && stored.reserved == .zero)
        #expect(sums.paid > USD(pico: 3_400_000), "and the budget can be spent")
    }

    /// A client that sends requests until it is refused a few times.
    private static func use(_ control: AccessControl, _ grant: AccessGrant, _ witness: Witness, seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        var patience = 6
        for _ in 0..<400 where patience > 0 {
            let worst = USD(pico: Int64.random(in: 1...9_000, using: &random))
            guard let hold = try? await control.admit(grant, model: model, worstCase: worst) else {
                witness.refuse()
                patience -= 1
                continue
            }
            witness.admit(worst)
            for _ in 0..<Int.random(in: 0...3, using: &random) { await Task.yield() }
            let end = Int.random(in: 0..<10, using: &random)
            let cost = end < 2 ? nil : USD(pico: Int64.random(in: 0...worst.pico, using: &random))
            // The witness lets go first, so that it never sees more in flight than there is.
            witness.end(worst, cost: cost)
            // One in ten is dropped without a word, as by a server that fails.
            if end > 0 { control.settle(hold, cost: cost, tokens: nil) }
            if Int.random(in: 0..<20, using: &random) == 0 { await control.flush() }
        }
    }

    @Test("many that wait for one block are all admitted, with a few looks at the store")
    func waiters() async throws {
        let store = ScriptedKeyStore()
        let key = VirtualKeyFixtures.key("a", .init(budget: USD(pico: 1_000_000)))
        try await store.issue(key)
        let control = AccessControl(store: store)
        let held = await withTaskGroup(of: SpendingHold?.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try? await control.admit(AccessGrant(key: key), model: Self.model, worstCase: USD(pico: 5_000))
                }
            }
            return await group.reduce(into: []) { holds, hold in if let hold { holds.append(hold) } }
        }
        #expect(held.count == 200, "to the last pico-dollar")
        #expect(store.counts.renewals <= 60)
    }
}
