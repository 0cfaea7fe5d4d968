import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("How long a first token is waited for")
struct FirstTokenTests {
    @Test(
        "as long as ninety-nine of a hundred answers took, within bounds",
        arguments: [
            (p99: 8_000, weight: 500.0, givenUp: 0.0, alternative: true, expected: 8_000),
            (p99: 300, weight: 500, givenUp: 0, alternative: true, expected: 2_000),
            (p99: 200_000, weight: 500, givenUp: 0, alternative: true, expected: 60_000),
            (p99: 8_000, weight: 99, givenUp: 0, alternative: true, expected: 60_000),
            (p99: 8_000, weight: 500, givenUp: 0.02, alternative: true, expected: 60_000),
            (p99: 8_000, weight: 500, givenUp: 0, alternative: false, expected: 60_000),
        ])
    func limit(_ row: (p99: Int, weight: Double, givenUp: Double, alternative: Bool, expected: Int)) {
        let figures = ServedFigures(
            weight: row.weight, failureShare: 0, firstTokenWeight: row.weight, firstTokenP99: .milliseconds(row.p99),
            timedOutShare: row.givenUp)
        #expect(
            FirstTokenPatience.limit(figures, hasAlternative: row.alternative) == .milliseconds(row.expected))
    }

    @Test("an unknown history leaves the usual bound")
    func unknown() {
        #expect(FirstTokenPatience.limit(nil, hasAlternative: true) == .seconds(60))
    }

    private func asked(_ change: (inout AskRequest) -> Void) async throws -> [Duration] {
        let clock = ManualClock()
        let gemini = ScriptedClient("gemini", clock: clock, .failure(.timeoutFirstToken))
        let openai = ScriptedClient("openai", clock: clock, .text("yes"))
        let history = InMemoryAttemptHistory()
        for (provider, seconds) in [(ProviderID("gemini"), 7), ("openai", 9)] {
            let model = try #require(ServiceHarness.models[provider])
            history.add(.firstTokens(of: model, [Duration](repeating: .seconds(seconds), count: 200)))
        }
        let harness = ServiceHarness(
            clock: clock, priority: ["gemini", "openai"], clients: [gemini, openai], history: history)
        var request = harness.request(policy: AskPolicy(retries: 0))
        change(&request)
        _ = try await harness.ask(request)
        return (gemini.calls + openai.calls).map(\.deadline.firstToken)
    }

    @Test("each model gets its own time, the last one all there is")
    func learnt() async throws {
        #expect(try await asked { _ in } == [.seconds(7), .seconds(60)])
    }

    @Test("what somebody set holds, and a run and a whole answer are not hurried")
    func set() async throws {
        #expect(try await asked { $0.policy.limits.firstToken = .seconds(20) } == [.seconds(20), .seconds(20)])
        #expect(try await asked { $0.chat.stream = false } == [.seconds(60), .seconds(60)])
        #expect(try await asked { $0.policy.origin = .bench } == [.seconds(60), .seconds(60)])
    }
}
