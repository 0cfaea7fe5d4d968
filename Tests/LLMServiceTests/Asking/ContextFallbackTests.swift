import LLMCore
import Testing

@testable import LLMService

/// Who is asked after a model whose context a prompt overflowed.
@Suite(.timeLimit(.minutes(1))) struct ContextFallbackTests {
    private func candidate(_ name: String, _ window: Int?, local: Bool = false) -> Candidate {
        var candidate = Candidate(
            model: ModelID(provider: ProviderID(rawValue: name), name: "m"), why: "", contextWindow: window)
        candidate.isLocal = local
        return candidate
    }

    /// The order in which the others are tried when all fail.
    private func order(_ candidates: [Candidate], prompt: Int? = nil, limit: Int? = nil) -> [String] {
        let now = ContinuousClock.now
        var schedule = AttemptSchedule(
            candidates: candidates, retries: 2, deadline: now + .seconds(60), backoff: .init())
        var words = ProviderFailure(status: 400, message: "too long")
        (words.promptTokens, words.contextLimit) = (prompt, limit)
        var tried: [String] = []
        while case .attempt(let equals) = schedule.step(now: now), let index = equals.first, tried.count < 20 {
            tried.append(candidates[index].model.provider.rawValue)
            let report = AttemptReport(
                id: AttemptID(rawValue: "\(tried.count)"), model: candidates[index].model, endpoint: "",
                simulated: false, timings: AttemptTimings(sentAt: now, end: .zero), outcome: .contextOverflow,
                failure: tried.count == 1 ? words : nil)
            schedule.failed(index, report: report, now: now, jitter: 0.5)
        }
        return tried
    }

    @Test("one that reads more goes next, one that reads as much or less never")
    func larger() {
        let all = [candidate("a", 8_192), candidate("b", 4_096), candidate("c", 8_192), candidate("d", 200_000)]
        #expect(order(all) == ["a", "d"])
    }

    @Test("what the server says that it holds counts more than what its model could")
    func told() {
        let all = [candidate("a", 131_072), candidate("b", 32_768), candidate("c", 4_096)]
        #expect(order(all, prompt: 9_000, limit: 8_192) == ["a", "b"])
        #expect(order(all, prompt: 40_000, limit: 8_192) == ["a"])
    }

    @Test("one of unknown size goes last, and not on our own machine, where a prompt may be cut in silence")
    func unknown() {
        let all = [
            candidate("a", 8_192), candidate("b", nil), candidate("l", nil, local: true), candidate("c", 16_384),
        ]
        #expect(order(all) == ["a", "c", "b"])
        #expect(order([candidate("a", nil), candidate("b", nil), candidate("c", 4_096)]) == ["a", "c", "b"])
    }

    @Test("it is nobody's failure, and asked once")
    func blame() {
        let policy = FailurePolicy(of: .contextOverflow)
        #expect(policy.blame == nil && policy.isHealthy && !policy.retry && !policy.rotate)
    }
}
