import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import LLMService

@Suite("Spending of virtual keys", .timeLimit(.minutes(2)))
struct SpendingTests {
    private let clock = ManualClock()
    private let store = ScriptedKeyStore()

    private static let model = ModelChoice.model(ModelID(provider: "openai", name: "gpt-5"))
    private static func money(_ text: String) -> USD { USD(text) ?? .zero }

    private func control(_ leases: LeasePolicy = .init()) -> AccessControl {
        AccessControl(store: store, options: .init(leases: leases), time: clock.source)
    }

    /// A grant of a key with these limits.
    private func issue(_ limits: VirtualKey.Limits) async throws -> AccessGrant {
        let key = VirtualKeyFixtures.key("a", limits)
        try await store.issue(key)
        return AccessGrant(key: key)
    }

    private func refusal(
        _ control: AccessControl, _ grant: AccessGrant, worst: USD?, choice: ModelChoice = model
    ) async -> AccessRefusal.Code? {
        do {
            _ = try await control.admit(grant, model: choice, worstCase: worst)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("a model that is not allowed, an unknown worst case, a full minute and an empty budget are refused apart")
    func refusals() async throws {
        let grant = try await issue(
            .init(budget: Self.money("1"), models: [.provider("openai"), .auto(.planning)], requestsPerMinute: 3))
        let control = control()
        let other = ModelChoice.model(ModelID(provider: "groq", name: "m"))
        #expect(await refusal(control, grant, worst: Self.money("0.1"), choice: other) == .modelNotAllowed)
        #expect(await refusal(control, grant, worst: Self.money("0.1"), choice: .auto) == .modelNotAllowed)
        #expect(await refusal(control, grant, worst: nil) == .costUnknown)
        #expect(await refusal(control, grant, worst: Self.money("1.000000000001")) == .insufficientQuota)
        let hold = try await control.admit(grant, model: .auto, task: .planning, worstCase: Self.money("0.1"))
        control.settle(hold, cost: .zero, tokens: 0)
        for _ in 0..<2 { #expect(await refusal(control, grant, worst: Self.money("0.1")) == nil) }
        #expect(await refusal(control, grant, worst: Self.money("0.1")) == .rateLimited)
    }

    @Test("a budget is spent to the last pico-dollar and not beyond, and every cost is recorded")
    func exact() async throws {
        let grant = try await issue(.init(budget: USD(pico: 1_000)))
        let control = control()
        for _ in 0..<100 {
            let hold = try await control.admit(grant, model: Self.model, worstCase: USD(pico: 10))
            control.settle(hold, cost: USD(pico: 10), tokens: 7)
        }
        #expect(await refusal(control, grant, worst: USD(pico: 1)) == .insufficientQuota)
        #expect(await refusal(control, grant, worst: .zero) == nil, "what costs nothing needs no budget")
        await control.close()
        let key = try await store.key
        #expect(key?.usage == VirtualKeyUsage(spent: USD(pico: 1_000), requests: 101, tokens: 700))
        #expect(key?.reserved == .zero)
    }

    @Test("requests are admitted from memory: the store is asked once for a block")
    func fromMemory() async throws {
        let grant = try await issue(.init(budget: Self.money("100")))
        let control = control()
        #expect(try control.admitFromMemory(grant, model: Self.model, worstCase: Self.money("0.001")) == nil)
        for _ in 0..<1_000 {
            let hold = try await control.admit(grant, model: Self.model, worstCase: Self.money("0.001"))
            control.settle(hold, cost: Self.money("0.0005"), tokens: nil)
        }
        #expect(store.counts.renewals == 1)
    }

    @Test("a refused client costs the store four looks a second at most")
    func hammering() async throws {
        let grant = try await issue(.init(budget: Self.money("1")))
        let control = control()
        for _ in 0..<1_000 {
            #expect(await refusal(control, grant, worst: Self.money("2")) == .insufficientQuota)
            clock.advance(by: .milliseconds(1))
        }
        #expect(store.counts.renewals <= 5)
    }

    @Test("a hold that is dropped is settled at its worst case, assumed; one that is settled twice counts once")
    func dropped() async throws {
        let grant = try await issue(.init(budget: Self.money("1")))
        let control = control()
        do { _ = try await control.admit(grant, model: Self.model, worstCase: Self.money("0.25"), tokens: 9) }
        let hold = try await control.admit(grant, model: Self.model, worstCase: Self.money("0.5"))
        for cost in ["0.125", "0.5"] { control.settle(hold, cost: Self.money(cost), tokens: 3) }
        await control.flush()
        let usage = VirtualKeyUsage(spent: Self.money("0.375"), assumed: Self.money("0.25"), requests: 2, tokens: 3)
        #expect(try await store.key?.usage == usage)
    }

    @Test("a key without a budget is counted, priced or not, and never waits for the store")
    func unlimited() async throws {
        let grant = try await issue(.init())
        let control = control()
        for cost in [Self.money("0.5"), nil] {
            let hold = try #require(try control.admitFromMemory(grant, model: Self.model, worstCase: nil))
            control.settle(hold, cost: cost, tokens: 5)
        }
        #expect(store.counts.renewals == 0)
        await control.flush()
        #expect(
            try await store.key?.usage
                == VirtualKeyUsage(spent: Self.money("0.5"), requests: 2, tokens: 10, unpriced: 1))
    }

    @Test("an idle block returns to the budget, and a second control finds it")
    func idle() async throws {
        let grant = try await issue(.init(budget: Self.money("1")))
        let (one, two) = (control(), control())
        #expect(try await admitted(one, grant, "0.75"))
        #expect(await refusal(two, grant, worst: Self.money("1")) == .insufficientQuota)
        #expect(try await store.key?.reserved == Self.money("1"), "who was refused holds the rest")
        await two.flush()
        #expect(try #require(try await store.key?.reserved) < Self.money("0.85"), "until it is known to be of no use")
        clock.advance(by: .seconds(10))
        for control in [one, two] { await control.flush() }
        #expect(try await store.key?.reserved == .zero)
        #expect(await refusal(two, grant, worst: Self.money("1")) == nil)
    }

    /// Admits a request and settles it at nothing.
    private func admitted(_ control: AccessControl, _ grant: AccessGrant, _ worst: String) async throws -> Bool {
        let hold = try await control.admit(grant, model: Self.model, worstCase: Self.money(worst))
        control.settle(hold, cost: .zero, tokens: nil)
        return true
    }

    @Test("a store that refuses makes the service unavailable, not free; what was spent meanwhile is recorded later")
    func failingStore() async throws {
        let grant = try await issue(.init(budget: Self.money("1")))
        let control = control()
        store.fail(.refuses)
        #expect(await refusal(control, grant, worst: Self.money("0.5")) == .unavailable)
        store.fail(nil)
        let hold = try await control.admit(grant, model: Self.model, worstCase: Self.money("0.5"))
        store.fail(.refuses)
        control.settle(hold, cost: Self.money("0.25"), tokens: nil)
        await control.flush()
        store.fail(nil)
        await control.flush()
        #expect(try await store.key?.usage.spent == Self.money("0.25"))
    }

    @Test("an answer that got lost is neither counted twice nor spent twice")
    func lostAnswers() async throws {
        let grant = try await issue(.init(budget: Self.money("1")))
        let control = control()
        #expect(try await admitted(control, grant, "0.5"))
        let hold = try await control.admit(grant, model: Self.model, worstCase: Self.money("0.5"))
        control.settle(hold, cost: Self.money("0.5"), tokens: nil)
        store.fail(.losesAnswer)
        await control.flush()
        // The block is returned, and the control does not know it: it may spend nothing of it.
        clock.advance(by: .seconds(10))
        await control.flush()
        #expect(try await store.key?.reserved == .zero)
        #expect(try control.admitFromMemory(grant, model: Self.model, worstCase: USD(pico: 1)) == nil)
        store.fail(nil)
        await control.flush()
        #expect(try await store.key?.usage.spent == Self.money("0.5"))
        #expect(await refusal(control, grant, worst: Self.money("0.500000000001")) == .insufficientQuota)
        #expect(try await admitted(control, grant, "0.5"))
    }

    @Test("killed, a process forfeits its block at most, which is what was in flight and the spare", arguments: 0..<20)
    func killed(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let (budget, spare) = (USD(pico: 1_000_000), USD(pico: 50_000))
        let grant = try await issue(.init(budget: budget))
        let killed = control(LeasePolicy(spare: spare))
        var inFlight: [SpendingHold] = []
        var (spent, reserved, peak) = (USD.zero, USD.zero, USD.zero)
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let worst = USD(pico: Int64.random(in: 1...10_000, using: &random))
            let hold = try await killed.admit(grant, model: Self.model, worstCase: worst)
            peak = max(peak, reserved + worst)
            if Bool.random(using: &random) {
                let cost = USD(pico: Int64.random(in: 0...worst.pico, using: &random))
                killed.settle(hold, cost: cost, tokens: nil)
                spent += cost
            } else {
                inFlight.append(hold)
                reserved += worst
            }
            if Int.random(in: 0..<8, using: &random) == 0 { await killed.flush() }
        }
        // From here on nothing is heard of the first. The other spends what is left.
        let block = try #require(try await store.key?.reserved)
        let other = control(LeasePolicy(spare: spare))
        var others = USD.zero
        while let hold = try? await other.admit(grant, model: Self.model, worstCase: USD(pico: 100)) {
            other.settle(hold, cost: USD(pico: 100), tokens: nil)
            others += USD(pico: 100)
        }
        #expect(spent + reserved + others <= budget, "over the budget, even if all in flight cost its worst")
        let forfeited = budget - others - spent - reserved
        #expect(forfeited < block + USD(pico: 100), "the last request would have cost 100")
        #expect(block <= peak + spare)
        withExtendedLifetime(inFlight) {}
    }
}
