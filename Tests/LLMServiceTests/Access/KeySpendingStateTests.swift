import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("The spending of a key in one process", .timeLimit(.minutes(1)))
struct KeySpendingStateTests {
    private static let start = ContinuousClock.now
    private static let policy = LeasePolicy(spare: USD(pico: 80))
    private static let key = VirtualKeyID(rawValue: "k")

    private static func state(budget: Int64?, rpm: Int? = nil, tpm: Int? = nil) -> KeySpendingState {
        let limits = VirtualKey.Limits(
            budget: budget.map(USD.init(pico:)), requestsPerMinute: rpm, tokensPerMinute: tpm)
        return KeySpendingState(
            VirtualKeyFixtures.key("k", limits), lease: BudgetLeaseID(rawValue: "l"), now: start)
    }

    private static func demand(_ worst: Int64?, tokens: Int = 0) -> SpendingDemand {
        SpendingDemand(worstCase: worst.map(USD.init(pico:)), tokens: tokens)
    }

    /// One step, with what is available after it, in pico-dollars.
    enum Step: Sendable {
        case admit(Int64?, Answer, leaves: Int64)
        case grant(Int64, leaves: Int64)
        case settle(Int64?, of: Int64, leaves: Int64)
        case fail(leaves: Int64)
        case returnBlock(leaves: Int64)
        case pass(Duration)
    }
    enum Answer: Sendable, Hashable {
        case admitted, needsLease
        case refused(AccessRefusal.Code)
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var budget: Int64? = 1_000
        let steps: [Step]
    }

    static let stories = [
        Story(
            testDescription: "a block is spent to its end, and what a request left over is there again",
            steps: [
                .admit(40, .needsLease, leaves: 0), .grant(100, leaves: 100), .admit(40, .admitted, leaves: 60),
                .admit(60, .admitted, leaves: 0), .admit(1, .needsLease, leaves: 0), .settle(10, of: 40, leaves: 30),
                .admit(30, .admitted, leaves: 0),
            ]),
        Story(
            testDescription: "an unknown cost is settled at its worst case, and zero gives everything back",
            steps: [
                .grant(100, leaves: 100), .admit(40, .admitted, leaves: 60), .settle(nil, of: 40, leaves: 60),
                .admit(50, .admitted, leaves: 10), .settle(0, of: 50, leaves: 60),
            ]),
        Story(
            testDescription: "a bill above its worst case leaves a debt, in which only what is free is admitted",
            steps: [
                .grant(100, leaves: 100), .admit(40, .admitted, leaves: 60), .settle(140, of: 40, leaves: -40),
                .admit(1, .needsLease, leaves: -40), .admit(0, .admitted, leaves: -40),
            ]),
        Story(
            testDescription: "an unknown worst case is refused with a budget",
            steps: [.grant(100, leaves: 100), .admit(nil, .refused(.costUnknown), leaves: 100)]),
        Story(
            testDescription: "and admitted without one, where nothing needs a block", budget: nil,
            steps: [.admit(nil, .admitted, leaves: 0), .admit(900, .admitted, leaves: -900)]),
        Story(
            testDescription: "a block that is being returned is not spent meanwhile; after a failure it is left alone",
            steps: [
                .grant(100, leaves: 100), .pass(.seconds(10)), .returnBlock(leaves: 80),
                .admit(1, .needsLease, leaves: 80), .fail(leaves: 0), .admit(1, .needsLease, leaves: 0),
                .grant(50, leaves: 50), .admit(1, .admitted, leaves: 49),
            ]),
        Story(
            testDescription: "a failed renewal changes nothing of the block",
            steps: [.grant(100, leaves: 100), .admit(30, .admitted, leaves: 70), .fail(leaves: 70)]),
    ]

    @Test("step by step", arguments: stories)
    func story(story: Story) {
        var state = Self.state(budget: story.budget)
        var now = Self.start
        for (number, step) in story.steps.enumerated() {
            let place = Comment(rawValue: "step \(number): \(step)")
            switch step {
            case .pass(let time): now += time
            case .admit(let worst, let answer, let left):
                let verdict = state.admit(Self.demand(worst), now: now)
                #expect(Self.answer(verdict) == answer, place)
                #expect(state.available.pico == left, place)
            case .grant(let held, let left):
                let renewal = state.renewal(of: Self.key, wall: 0, policy: Self.policy)
                state.apply(
                    LeaseBalance(held: USD(pico: held), spent: .zero, reservedElsewhere: .zero), of: renewal, now: now)
                #expect(state.available.pico == left, place)
            case .settle(let cost, let worst, let left):
                let end = Settlement(cost: cost.map(USD.init(pico:)))
                state.settle(end, worstCase: USD(pico: worst), held: 0, now: now)
                #expect(state.available.pico == left, place)
            case .fail(let left):
                state.fail()
                #expect(state.available.pico == left, place)
            case .returnBlock(let left):
                let due = state.dueRenewal(of: Self.key, now: now, wall: 0, policy: Self.policy)
                #expect(due?.wanted == .zero, place)
                #expect(state.available.pico == left, place)
            }
        }
    }

    private static func answer(_ verdict: SpendingVerdict) -> Answer {
        switch verdict {
        case .admitted: .admitted
        case .needsLease: .needsLease
        case .refused(let refusal): .refused(refusal.code)
        }
    }

    @Test("usage counts what is known, what is assumed, and what is in no sum")
    func usage() {
        var state = Self.state(budget: nil)
        for _ in 0..<4 { _ = state.admit(Self.demand(5), now: Self.start) }
        state.settle(Settlement(cost: USD(pico: 3), tokens: 10), worstCase: USD(pico: 5), held: 0, now: Self.start)
        state.settle(Settlement(cost: nil, tokens: 20), worstCase: USD(pico: 5), held: 0, now: Self.start)
        state.settle(Settlement(cost: nil, tokens: nil), worstCase: nil, held: 0, now: Self.start)
        state.settle(Settlement(cost: USD(pico: -9), tokens: -1), worstCase: USD(pico: 5), held: 0, now: Self.start)
        #expect(
            state.usage
                == VirtualKeyUsage(spent: USD(pico: 8), assumed: USD(pico: 5), requests: 4, tokens: 30, unpriced: 1))
    }

    @Test("after a renewal that gave too little, requests are refused from memory for a while, with what is missing")
    func shortage() {
        var state = Self.state(budget: 100)
        var renewal = state.renewal(of: Self.key, for: USD(pico: 60), wall: 0, policy: Self.policy)
        // An eighth of what is left, beside the need.
        #expect(renewal.wanted.pico == 65)
        state.apply(
            LeaseBalance(held: USD(pico: 20), spent: USD(pico: 50), reservedElsewhere: USD(pico: 30)), of: renewal,
            now: Self.start)
        guard case .refused(let refusal) = state.admitFinally(Self.demand(60), now: Self.start, policy: Self.policy)
        else {
            Issue.record("admitted over the budget")
            return
        }
        #expect(refusal.code == .insufficientQuota && refusal.retryAfter == nil && !refusal.isRetryable)
        for fact in [
            "0.0000000001 USD", "0.00000000005 USD spent", "0.00000000003 USD set aside", "cost 0.00000000006 USD",
        ] {
            #expect(refusal.message.contains(fact), "\(refusal.message)")
        }
        #expect(state.admit(Self.demand(60), now: Self.start + .milliseconds(249)) == .refused(refusal))
        #expect(state.admit(Self.demand(60), now: Self.start + .milliseconds(250)) == .needsLease)
        #expect(state.admit(Self.demand(20), now: Self.start + .milliseconds(1)) == .admitted)
        // Nothing is left to spare.
        renewal = state.renewal(of: Self.key, wall: 0, policy: Self.policy)
        #expect(renewal.wanted.pico == 20)
    }

    @Test("a refusal for the rate names the longer wait, and takes nothing")
    func rates() {
        var state = Self.state(budget: nil, rpm: 2, tpm: 600)
        #expect(state.admit(Self.demand(nil, tokens: 300), now: Self.start) == .admitted)
        // Twice as many as expected: the bucket is in debt.
        state.settle(Settlement(cost: .zero, tokens: 900), worstCase: nil, held: 300, now: Self.start)
        for _ in 0..<3 {
            guard case .refused(let refusal) = state.admit(Self.demand(nil, tokens: 10), now: Self.start) else {
                Issue.record("admitted over the limit")
                return
            }
            #expect(refusal.code == .rateLimited && refusal.retryAfter == .seconds(31) && refusal.isRetryable)
            #expect(refusal.message.contains("tokens"))
        }
        let later = Self.start + .seconds(31)
        #expect(state.admit(Self.demand(nil, tokens: 10), now: later) == .admitted)
        #expect(state.admit(Self.demand(nil, tokens: 0), now: later + .seconds(1)) == .admitted)
        guard case .refused(let refusal) = state.admit(Self.demand(nil), now: later + .seconds(2)) else {
            Issue.record("a third request passed")
            return
        }
        #expect(refusal.message.contains("requests"))
    }

    @Test("a renewal is due for usage, for a lease that ages, and for a block nobody uses")
    func due() {
        var state = Self.state(budget: 1_000)
        func due(_ seconds: Double) -> LeaseRenewal? {
            state.dueRenewal(of: Self.key, now: Self.start + .seconds(seconds), wall: 7, policy: Self.policy)
        }
        #expect(due(100) == nil, "nothing is held, and nothing was used")
        let renewal = state.renewal(of: Self.key, for: USD(pico: 20), wall: 7, policy: Self.policy)
        #expect(renewal.wanted.pico == 100 && renewal.expiresAt == 60_000_007)
        state.apply(
            LeaseBalance(held: USD(pico: 100), spent: .zero, reservedElsewhere: .zero), of: renewal, now: Self.start)
        #expect(state.admit(Self.demand(20), now: Self.start) == .admitted)
        #expect(due(19) == nil)
        #expect(due(20)?.wanted.pico == 100, "a third of the lease has passed")
        state.settle(Settlement(cost: USD(pico: 5)), worstCase: USD(pico: 20), held: 0, now: Self.start + .seconds(20))
        let used = due(21)
        #expect(used?.usage.spent.pico == 5 && used?.wanted.pico == 80)
        #expect(due(30)?.wanted == .zero, "idle for ten seconds")
        #expect(!state.isForgettable(now: Self.start + .seconds(1_000)))
    }

    @Test("a block that is larger than is needed now is given up but for the spare, before the store answers")
    func shrinks() {
        var state = Self.state(budget: 1_000)
        var renewal = state.renewal(of: Self.key, wall: 0, policy: Self.policy)
        state.apply(
            LeaseBalance(held: USD(pico: 500), spent: .zero, reservedElsewhere: .zero), of: renewal, now: Self.start)
        #expect(state.admit(Self.demand(20), now: Self.start) == .admitted)
        renewal = state.renewal(of: Self.key, wall: 0, policy: Self.policy)
        #expect(renewal.wanted.pico == 100 && state.available.pico == 80)
    }
}
