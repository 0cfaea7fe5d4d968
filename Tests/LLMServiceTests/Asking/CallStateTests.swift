import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("The state of a call", .timeLimit(.minutes(1)))
struct CallStateTests {
    private let start = ContinuousClock.now
    private let models = ["a/m", "b/m"].compactMap { ModelID($0) }

    private func state(maxCost: Int64? = nil, delivery: EventDelivery = .live) throws -> CallState {
        let request = AskRequest(
            id: CallID(rawValue: "c"), model: .auto, chat: ServiceHarness.question,
            policy: AskPolicy(retries: 0, maxCost: maxCost.map { USD(pico: $0) }, delivery: delivery))
        var state = CallState(
            AskContext(request), origin: .live, simulated: false, commit: .whole, now: start, startedAt: 0)
        var plan = CandidatePlan(criteria: .init(model: .auto, task: .general), reason: "because")
        plan.candidates = models.map { Candidate(model: $0, why: "planned") }
        state.begin(plan, deadline: start + .seconds(60), backoff: Backoff())
        return state
    }

    private func attempt(_ index: Int, worst: Int64?, number: Int = 1) -> OpenAttempt {
        let id = CallID(rawValue: "c")
        return OpenAttempt(
            index: index,
            intent: AttemptIntent(
                attempt: AttemptID(call: id, number: number), call: id, model: models[index], endpoint: "e",
                simulated: false, key: nil, worstCase: worst.map { USD(pico: $0) }, origin: .live, task: .general,
                requested: .auto),
            sentAt: start, grant: Grant())
    }

    private func open(_ attempt: OpenAttempt, in state: inout CallState) {
        let stream = ChatStream(batches: { { nil } })
        state.apply(.sent(RunningAttempt(attempt, stream)), to: attempt.index, now: start)
    }

    @Test("what open attempts may cost counts against the budget until their cost is known")
    func atRisk() throws {
        var state = try state(maxCost: 100)
        let first = attempt(0, worst: 60)
        #expect(state.overspending(first.intent) == nil)
        open(first, in: &state)
        #expect(state.nextNumber == 2)
        let second = attempt(1, worst: 50, number: 2)
        #expect(state.overspending(second.intent)?.spent == USD(pico: 60))
        let report = state.report(of: first, .serverError, now: start)
        state.settle(report, of: first, cost: CostReading(computed: USD(pico: 10)))
        #expect(state.overspending(second.intent) == nil)
        #expect(state.overspending(attempt(1, worst: nil).intent)?.needed == nil)
    }

    @Test(
        "of the candidates that the budget refused, the record names the cheapest, whatever their order",
        arguments: [([70, 90], 70), ([90, 70], 70), ([nil, 90], 90), ([90, nil], 90), ([nil, nil], nil)]
            as [([Int64?], Int64?)])
    func cheapest(worst: [Int64?], expected: Int64?) throws {
        var state = try state(maxCost: 50)
        for (index, worst) in worst.enumerated() {
            let exhausted = try #require(state.overspending(attempt(index, worst: worst).intent))
            state.apply(.overBudget(exhausted), to: index, now: start)
        }
        #expect(state.schedule.step(now: start) == .exhausted)
        let record = state.finish(.cancelled, now: start)
        #expect(record.stoppedBy?.needed == expected.map { USD(pico: $0) })
        #expect(record.decision.candidates.map(\.skipped) == [true, true])
    }

    @Test("a deferral is recorded once, is told while it lasts, and is a skip reason when the call fails")
    func deferral() throws {
        var state = try state()
        for wait in [20, 10] {
            state.apply(
                .deferred(.init(reason: "a/m is limited", wait: .seconds(wait))), to: 0, now: start)
        }
        #expect(state.decision.steps.map(\.what) == ["put off by 20000 ms: a/m is limited"])
        #expect(state.schedule.step(now: start) == .attempt([1]))
        state.apply(.refused("every key of b is retired"), to: 1, now: start)
        #expect(state.schedule.step(now: start) == .wait(until: start + .seconds(10)))
        #expect(state.announce(start + .seconds(10), now: start)?.reason == "a/m is limited")
        #expect(state.announce(start + .seconds(10), now: start) == nil)
        let record = state.finish(.cancelled, now: start)
        #expect(
            record.decision.candidates.map(\.why) == [
                "planned; a/m is limited for another 10 s", "planned; every key of b is retired",
            ])
    }

    @Test("an outage is waited for ten seconds at most, a limit as long as there is time", arguments: [9, 11])
    func outage(seconds: Int) throws {
        for isOutage in [true, false] {
            var state = try state()
            for index in models.indices {
                let deferral = CallState.Deferral(reason: "broken", wait: .seconds(seconds), isOutage: isOutage)
                state.apply(.deferred(deferral), to: index, now: start)
            }
            let isWaitedFor = seconds <= 10 || !isOutage
            #expect(
                state.schedule.step(now: start) == (isWaitedFor ? .wait(until: start + .seconds(seconds)) : .exhausted))
        }
    }

    @Test("a buffered response commits nobody: the longest partial one is the answer when none is complete")
    func partial() throws {
        var state = try state(delivery: .atEnd)
        for (index, text) in ["the longer", "short"].enumerated() {
            let attempt = attempt(index, worst: 1, number: index + 1)
            open(attempt, in: &state)
            #expect(state.response.receive(.text(text)).isNil)
            let report = state.report(of: attempt, .streamTruncated, now: start)
            state.settle(report, of: attempt, cost: CostReading(computed: .zero))
            #expect(state.conclude(report, of: index, keys: 1, now: start, jitter: 0) == nil)
            #expect(state.response.pop().isNil)
        }
        #expect(state.commitPartial() == .streamTruncated)
        #expect(state.commitPartial() == nil)
        let record = state.finish(.streamTruncated, now: start)
        #expect(record.answer.text == "the longer" && record.model == models[0])
        guard case .text("the longer")? = state.response.pop() else {
            Issue.record("nothing to read")
            return
        }
        #expect(state.response.pop().isNil)
    }
}

extension Optional {
    /// For values that cannot be compared.
    fileprivate var isNil: Bool { if case .none = self { true } else { false } }
}
