import LLMCore
import Testing

@testable import LLMService

@Suite(.timeLimit(.minutes(2))) struct LimitTests {
    let policy = LimitPolicy()
    let attempt = AttemptID(rawValue: "a")

    private func notice(
        _ outcome: AttemptClass, _ reading: RateLimitReading? = nil, admittedAt: Double = 0, attempt: String = "a"
    ) -> LimitNotice {
        LimitNotice(
            attempt: AttemptID(rawValue: attempt), admittedAt: at(admittedAt), outcome: outcome, reading: reading)
    }
    private func requests(_ remaining: Int, of limit: Int? = 60, resetAfter: Duration? = .seconds(60))
        -> RateLimitReading
    {
        RateLimitReading(buckets: [
            .init(resource: .requests, window: .minute, limit: limit, remaining: remaining, resetAfter: resetAfter)
        ])
    }
    private func state(_ reading: RateLimitReading) -> LimitState {
        var state = LimitState()
        _ = state.settle(notice(.ok, reading), now: at(0), draw: 0, policy: policy)
        return state
    }
    private func ask(_ state: LimitState, _ estimate: LimitEstimate = .init(), at seconds: Double) -> LimitAdmission {
        state.admission(estimate, now: at(seconds), policy: policy)
    }

    @Test("nothing is known before a provider said something")
    func unknown() { #expect(ask(LimitState(), at: 0) == .unknown) }

    @Test("a bucket fills evenly from what was left to its limit at the reset")
    func refill() {
        let state = state(requests(0))
        #expect(ask(state, at: 0) == .notBefore(at(1)))
        #expect(ask(state, at: 0.9) == .notBefore(at(1)))
        #expect(ask(state, at: 1) == .now)
        #expect(state.buckets[0].available(now: at(30)) == 30)
        #expect(state.buckets[0].available(now: at(600)) == 60)
    }

    @Test("xAI names no reset: the limit comes back in a window; a bucket without a limit is trusted for one")
    func withoutReset() {
        #expect(ask(state(requests(0, resetAfter: nil)), at: 0) == .notBefore(at(1)))
        let bare = state(requests(0, of: nil, resetAfter: nil))
        #expect(ask(bare, at: 0) == .notBefore(at(60)))
        #expect(ask(bare, at: 60) == .now)
    }

    @Test("without a limit nothing comes back before the reset")
    func withoutLimit() {
        let state = state(requests(0, of: nil, resetAfter: .seconds(7)))
        #expect(ask(state, at: 6.9) == .notBefore(at(7)))
        #expect(ask(state, at: 7) == .now)
    }

    @Test("calls in flight are taken off until they end or their lease does, or the provider has counted them")
    func reservations() {
        var state = state(requests(2, resetAfter: .seconds(3_600)))
        state.reserve(.init(), attempt: AttemptID(rawValue: "b"), expiresAt: at(10), now: at(1))
        state.reserve(.init(), attempt: AttemptID(rawValue: "c"), expiresAt: at(10), now: at(1))
        #expect(ask(state, at: 1) != .now)
        #expect(ask(state, at: 11) == .now)
        var released = state
        released.release(attempt: AttemptID(rawValue: "b"))
        #expect(ask(released, at: 2) == .now)
        // An answer to a call sent after both: the provider's count of one left includes them.
        var counted = state
        _ = counted.settle(
            notice(.ok, requests(1), admittedAt: 2, attempt: "d"), now: at(3), draw: 0, policy: policy)
        #expect(ask(counted, at: 3) == .now)
    }

    @Test("a full window holds no more calls in flight than its limit", arguments: [1.0, 61, 600])
    func fullWindow(seconds: Double) {
        // Headers said three of sixty were left; a minute later all are.
        var state = state(requests(3, resetAfter: .seconds(60)))
        let now = at(seconds)
        var admitted = 0
        for call in 0..<100 {
            guard case .now = state.admission(.init(), now: now, policy: policy) else { continue }
            admitted += 1
            state.reserve(.init(), attempt: AttemptID(rawValue: "\(call)"), expiresAt: at(10_000), now: now)
        }
        #expect(admitted == (seconds > 60 ? 60 : 3))
        guard case .notBefore(let instant) = state.admission(.init(), now: now, policy: policy) else { return }
        #expect(instant >= now + 250_000 || seconds < 60, "nobody looks again at once")
    }

    @Test("the late answer of an older call may only tell of less")
    func lateReading() {
        var state = state(requests(50))
        _ = state.settle(notice(.ok, requests(3), admittedAt: 5), now: at(6), draw: 0, policy: policy)
        _ = state.settle(notice(.ok, requests(40), admittedAt: 1), now: at(6), draw: 0, policy: policy)
        #expect(state.buckets[0].remaining == 3)
    }

    @Test("tokens are counted as the resource counts them, and an estimate above the limit waits for a full window")
    func tokens() {
        let reading = RateLimitReading(buckets: [
            .init(resource: .tokens, window: .minute, limit: 1_000, remaining: 500, resetAfter: .seconds(50)),
            .init(resource: .inputTokens, window: .minute, limit: 1_000, remaining: 1_000, resetAfter: .zero),
        ])
        let state = state(reading)
        #expect(ask(state, .init(inputTokens: 400, outputTokens: 100), at: 0) == .now)
        #expect(ask(state, .init(inputTokens: 400, outputTokens: 200), at: 0) == .notBefore(at(10)))
        #expect(ask(state, .init(inputTokens: 90_000), at: 0) == .notBefore(at(50)))
        #expect(ask(state, .init(inputTokens: 90_000), at: 50) == .now)
    }

    @Test("what is reported to hold is what a call waits for: the later of the refusal and the bucket")
    func reportedHold() throws {
        var state = LimitState()
        let refusal = RateLimitReading(
            buckets: [.init(resource: .requests, window: .minute, limit: 2, remaining: 0)], retryAfter: .seconds(3),
            window: .minute)
        _ = state.settle(notice(.rateLimited, refusal), now: at(0), draw: 0, policy: policy)
        let model = try #require(ModelID("gemini/gemini-3.5-flash"))
        let key = HealthKey(.limits(model, nil), endpoint: "e", simulated: true)
        let snapshot = HealthSnapshot([key: .limits(state)])
        let limit = try #require(HealthReport(snapshot, simulated: true, clouds: [], now: at(0)).limits.first)
        #expect(ask(state, at: 0) == .notBefore(at(30)))
        #expect(limit.blockedUntil == at(30) && limit.blockedWindow == .minute)
    }

    @Test("a wait named with a success is no limit: Anthropic sends one with every answer")
    func waitOnSuccess() {
        let state = state(RateLimitReading(retryAfter: .seconds(61)))
        #expect(state.blockedUntil == nil)
        #expect(ask(state, at: 0) == .unknown)
    }

    static let refusals: [(RateLimitReading?, Double)] = [
        (RateLimitReading(retryAfter: .seconds(48), window: .minute), 48),
        (nil, 5),
        (RateLimitReading(window: .minute), 5),
        // Gemini names seconds for a quota of a day; they are not believed.
        (RateLimitReading(retryAfter: .seconds(48), window: .day), 900),
        // Groq shows how its day refills, and is.
        (
            RateLimitReading(
                buckets: [
                    .init(
                        resource: .requests, window: .day, limit: 14_400, remaining: 0, resetAfter: .seconds(86_400))
                ], retryAfter: .seconds(6), window: .day), 6
        ),
        (
            RateLimitReading(buckets: [
                .init(resource: .requests, window: .minute, limit: 10, remaining: 0, resetAfter: .seconds(20))
            ]), 20
        ),
        (RateLimitReading(retryAfter: .seconds(10_000_000)), 90_000),
    ]
    @Test("a refusal holds for the wait the provider named, else for an estimate", arguments: refusals)
    func refusal(_ reading: RateLimitReading?, _ seconds: Double) {
        var state = LimitState()
        let change = state.settle(notice(.rateLimited, reading), now: at(0), draw: 0, policy: policy)
        #expect(ask(state, at: 0) == .notBefore(at(seconds)))
        guard case .limited(let until, _, _) = change else {
            Issue.record("no transition")
            return
        }
        #expect(until == at(seconds))
    }

    @Test("estimated waits double with each refusal, not with each call refused together")
    func doubling() {
        var state = LimitState()
        for attempt in ["a", "b", "c"] {
            let change = state.settle(
                notice(.rateLimited, attempt: attempt), now: at(1), draw: 0, policy: policy)
            #expect((change != nil) == (attempt == "a"))
        }
        #expect(state.refusals == 1)
        _ = state.settle(notice(.rateLimited, admittedAt: 6), now: at(7), draw: 0, policy: policy)
        #expect(ask(state, at: 7) == .notBefore(at(17)))
        _ = state.settle(notice(.rateLimited, admittedAt: 20), now: at(20), draw: 0.5, policy: policy)
        #expect(ask(state, at: 20) == .notBefore(at(42)))
    }

    @Test("a longer wait is never cut short by a later, shorter one")
    func longestHolds() {
        var state = LimitState()
        _ = state.settle(
            notice(.rateLimited, RateLimitReading(retryAfter: .seconds(300))), now: at(0), draw: 0, policy: policy)
        _ = state.settle(
            notice(.rateLimited, RateLimitReading(retryAfter: .seconds(2)), attempt: "b"), now: at(1), draw: 0,
            policy: policy)
        #expect(ask(state, at: 1) == .notBefore(at(300)))
    }

    @Test("only a success that was admitted after the refusal lifts it")
    func lifting() {
        var state = LimitState()
        _ = state.settle(notice(.rateLimited, admittedAt: 5), now: at(6), draw: 0, policy: policy)
        #expect(state.settle(notice(.ok, admittedAt: 4), now: at(7), draw: 0, policy: policy) == nil)
        #expect(state.blockedUntil != nil)
        #expect(state.settle(notice(.ok, admittedAt: 11), now: at(12), draw: 0, policy: policy) == .limitLifted)
        #expect(state.refusals == 0)
    }

    @Test("a clock that was set back frees what it had limited")
    func clockBackwards() {
        var state = state(requests(0))
        _ = state.settle(
            notice(.rateLimited, RateLimitReading(retryAfter: .seconds(30))), now: at(0), draw: 0, policy: policy)
        #expect(ask(state, at: -3_600) == .now)
    }
}
