import LLMCore
import Testing

@testable import LLMService

/// A kept connection that the server had closed when the next request came.
@Suite(.timeLimit(.minutes(1))) struct StaleConnectionTests {
    /// The order in which two models are tried while these attempts fail.
    private func order(stale: Set<Int>, retries: Int = 2, attempts: Int = 3) -> [String] {
        let now = ContinuousClock.now
        let candidates = ["a", "b"].map { provider in
            Candidate(model: ModelID(provider: ProviderID(rawValue: provider), name: "m"), why: "")
        }
        var schedule = AttemptSchedule(
            candidates: candidates, retries: retries, deadline: now + .seconds(60), backoff: .init())
        var tried: [String] = []
        while tried.count < attempts, case .attempt(let equals) = schedule.step(now: now), let index = equals.first {
            tried.append(candidates[index].model.provider.rawValue)
            let report = AttemptReport(
                id: AttemptID(rawValue: "\(tried.count)"), model: candidates[index].model, endpoint: "",
                simulated: false, timings: AttemptTimings(sentAt: now, end: .zero), outcome: .connectionReset,
                wasStaleConnection: stale.contains(tried.count))
            schedule.failed(index, report: report, now: now, jitter: 0.5)
        }
        return tried
    }

    @Test("the same model is asked again at once, before any other")
    func atOnce() {
        #expect(order(stale: [1]) == ["a", "a", "b"])
        #expect(order(stale: []).first == "a" && order(stale: [])[1] == "b")
    }

    @Test("twice in a row it is a failure like any other, and without retries it is one at once")
    func limits() {
        #expect(order(stale: [1, 2]) == ["a", "a", "b"])
        #expect(order(stale: [1], retries: 0, attempts: 2) == ["a", "b"])
    }

    @Test("nobody is blamed for it")
    func blame() {
        var report = AttemptReport(
            id: AttemptID(rawValue: "1"), model: ModelID(provider: "openai", name: "m"), endpoint: "", simulated: false,
            timings: AttemptTimings(sentAt: .now, end: .zero), outcome: .connectionReset)
        #expect(FailurePolicy(of: report).blame == .provider)
        report.wasStaleConnection = true
        #expect(FailurePolicy(of: report).blame == nil)
        #expect(FailurePolicy(of: HealthFacts(report).outcome).blame == nil)
    }
}
