import LLMCore
import Testing

@testable import LLMService

@Suite(.timeLimit(.minutes(2))) struct BreakerTests {
    let policy = BreakerPolicy()
    let attempt = AttemptID(rawValue: "a")

    private func fail(_ breaker: inout BreakerState, times: Int = 1, now: Int64, draw: Double = 0.5) {
        for _ in 0..<times {
            _ = breaker.settle(
                .failed(.serverError), attempt: attempt, generation: breaker.generation, now: now, draw: draw,
                policy: policy)
        }
    }
    private func succeed(_ breaker: inout BreakerState, times: Int = 1, now: Int64) {
        for _ in 0..<times {
            _ = breaker.settle(
                .healthy, attempt: attempt, generation: breaker.generation, now: now, draw: 0.5, policy: policy)
        }
    }
    private func opened(openings: Int = 0, draw: Double = 0.5) -> BreakerState {
        var breaker = BreakerState(openings: openings)
        fail(&breaker, times: 5, now: at(0), draw: draw)
        return breaker
    }

    @Test("it opens at the ratio, and never below the minimum of calls")
    func opening() {
        var breaker = BreakerState()
        fail(&breaker, times: 4, now: at(0))
        #expect(breaker.phase == .closed)
        fail(&breaker, now: at(1))
        #expect(breaker.phase.name == .open)
        #expect(breaker.lastFailure == .serverError)

        var mixed = BreakerState()
        succeed(&mixed, times: 6, now: at(0))
        fail(&mixed, times: 5, now: at(0))
        #expect(mixed.phase == .closed)
        fail(&mixed, now: at(0))
        #expect(mixed.phase.name == .open)
    }

    @Test("failures that left the window count no more")
    func rolling() {
        var breaker = BreakerState()
        fail(&breaker, times: 4, now: at(0))
        fail(&breaker, times: 4, now: at(61))
        #expect(breaker.phase == .closed)
        #expect(breaker.slices.count == 1)
    }

    @Test(
        "the open time doubles up to its ceiling, give or take a fifth",
        arguments: [
            (0, 0.5, 5.0), (1, 0.5, 10.0), (2, 0.5, 20.0), (0, 0.0, 4.0), (0, 1.0, 6.0), (30, 0.5, 300.0),
            (5_000, 1.0, 360.0),
        ])
    func openTime(_ openings: Int, _ draw: Double, _ seconds: Double) {
        #expect(opened(openings: openings, draw: draw).openUntil == at(seconds))
    }

    @Test("after the open time one probe goes, and nobody else while its lease lasts")
    func probing() {
        var breaker = opened()
        #expect(breaker.verdict(now: at(4.9), draw: 0, policy: policy) == .wait(until: at(5)))
        #expect(breaker.verdict(now: at(5), draw: 0, policy: policy) == .probe)
        let change = breaker.admit(.probe, attempt: attempt, expiresAt: at(65), now: at(5), policy: policy)
        #expect(change == .breakerProbing)
        #expect(breaker.verdict(now: at(6), draw: 0, policy: policy) == .wait(until: at(7)))
        #expect(breaker.verdict(now: at(65), draw: 0, policy: policy) == .probe)
    }

    @Test("a probe whose lease ran out is answered too late to change anything")
    func expiredProbe() {
        var breaker = opened()
        _ = breaker.admit(.probe, attempt: attempt, expiresAt: at(65), now: at(5), policy: policy)
        let first = breaker.generation
        let second = AttemptID(rawValue: "b")
        _ = breaker.admit(.probe, attempt: second, expiresAt: at(130), now: at(66), policy: policy)
        let before = breaker
        let late = breaker.settle(
            .healthy, attempt: attempt, generation: first, now: at(67), draw: 0, policy: policy)
        #expect(late == nil && breaker == before)
        let change = breaker.settle(
            .healthy, attempt: second, generation: breaker.generation, now: at(68), draw: 0, policy: policy)
        #expect(change == .breakerRamping)
    }

    @Test("results of an earlier generation neither close nor open it")
    func lateResults() {
        var breaker = opened()
        let before = breaker
        for evidence in [BreakerEvidence.healthy, .failed(.serverError)] {
            _ = breaker.settle(evidence, attempt: attempt, generation: 0, now: at(1), draw: 0, policy: policy)
        }
        #expect(breaker == before)
        _ = breaker.admit(.probe, attempt: attempt, expiresAt: at(65), now: at(5), policy: policy)
        _ = breaker.settle(
            .healthy, attempt: attempt, generation: breaker.generation, now: at(6), draw: 0, policy: policy)
        let ramping = breaker
        for _ in 0..<20 {
            _ = breaker.settle(
                .failed(.serverError), attempt: attempt, generation: 0, now: at(7), draw: 0, policy: policy)
        }
        #expect(breaker == ramping)
    }

    @Test("a probe that fails opens it for longer, one that says nothing lets another go")
    func failedProbe() {
        var breaker = opened()
        _ = breaker.admit(.probe, attempt: attempt, expiresAt: at(65), now: at(5), policy: policy)
        var silent = breaker
        _ = silent.settle(
            .none, attempt: attempt, generation: silent.generation, now: at(6), draw: 0, policy: policy)
        #expect(silent.verdict(now: at(6), draw: 0, policy: policy) == .probe)
        let change = breaker.settle(
            .failed(.overloaded), attempt: attempt, generation: breaker.generation, now: at(6), draw: 0.5,
            policy: policy)
        #expect(change == .breakerOpened(until: at(16), because: .overloaded))
    }

    @Test("after a good probe a growing share goes through, by the drawn number")
    func ramp() {
        var breaker = opened()
        _ = breaker.admit(.probe, attempt: attempt, expiresAt: at(65), now: at(5), policy: policy)
        _ = breaker.settle(
            .healthy, attempt: attempt, generation: breaker.generation, now: at(10), draw: 0, policy: policy)
        #expect(breaker.verdict(now: at(10), draw: 0.19, policy: policy) == .pass)
        #expect(breaker.verdict(now: at(10), draw: 0.21, policy: policy) != .pass)
        #expect(breaker.verdict(now: at(20), draw: 0.59, policy: policy) == .pass)
        #expect(breaker.verdict(now: at(20), draw: 0.61, policy: policy) != .pass)
        #expect(breaker.verdict(now: at(30), draw: 0.999, policy: policy) == .pass)
        #expect(
            breaker.admit(.pass, attempt: attempt, expiresAt: at(99), now: at(30), policy: policy) == .breakerClosed)

        var relapsing = BreakerState(phase: .ramping(since: at(0)), openings: 1)
        fail(&relapsing, times: 2, now: at(1))
        #expect(relapsing.phase == .open(until: at(11)))
    }

    @Test("openings are forgotten after a while of health")
    func forgetting() {
        var breaker = BreakerState(openings: 7, lastFailure: .serverError, changedAt: at(0))
        succeed(&breaker, now: at(599))
        #expect(breaker.openings == 7)
        succeed(&breaker, now: at(600))
        #expect(breaker.openings == 0 && breaker.lastFailure == nil)
    }

    @Test("a clock that was set back neither freezes the window nor lengthens the wait")
    func clockBackwards() {
        var breaker = BreakerState()
        succeed(&breaker, times: 50, now: at(7_200))
        fail(&breaker, times: 5, now: at(0))
        #expect(breaker.phase.name == .open)

        var open = BreakerState()
        fail(&open, times: 5, now: at(7_200))
        #expect(open.verdict(now: at(0), draw: 0, policy: policy) == .wait(until: at(360)))
    }
}
