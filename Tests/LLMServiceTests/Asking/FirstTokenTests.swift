import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("How long a first token is waited for", .timeLimit(.minutes(2)))
struct FirstTokenTests {
    private func figures(p50: Int = 500, p99: Int, weight: Double = 500, givenUp: Double = 0) -> ServedFigures {
        ServedFigures(
            weight: weight, failureShare: 0, firstTokenWeight: weight, firstTokenP50: .milliseconds(p50),
            firstTokenP99: .milliseconds(p99), timedOutShare: givenUp)
    }

    @Test(
        "as long as ninety-nine of a hundred answers took, within bounds",
        arguments: [
            (p99: 8_000, weight: 500.0, givenUp: 0.0, alternatives: .later, expected: 8_000),
            (p99: 300, weight: 500, givenUp: 0, alternatives: .later, expected: 2_000),
            (p99: 200_000, weight: 500, givenUp: 0, alternatives: .later, expected: 60_000),
            (p99: 8_000, weight: 99, givenUp: 0, alternatives: .later, expected: 60_000),
            (p99: 8_000, weight: 500, givenUp: 0.02, alternatives: .later, expected: 60_000),
            (p99: 8_000, weight: 500, givenUp: 0, alternatives: .none, expected: 600_000),
            (p99: 8_000, weight: 500, givenUp: 0, alternatives: .ready(isFirstAttempt: true), expected: 8_000),
        ] as [(p99: Int, weight: Double, givenUp: Double, alternatives: FirstTokenTimeout.Alternatives, expected: Int)])
    func limit(p99: Int, weight: Double, givenUp: Double, alternatives: FirstTokenTimeout.Alternatives, expected: Int) {
        let timeout = FirstTokenTimeout(
            figures(p99: p99, weight: weight, givenUp: givenUp), alternatives: alternatives, remaining: .seconds(300),
            isBuffered: false, isNamed: false)
        #expect(timeout.firstToken == .milliseconds(expected))
        #expect(timeout.idle == nil)
    }

    @Test(
        "while somebody else is ready, half of the time at most is spent on a model of which no more is known",
        arguments: [
            (p99: nil, remaining: 10_000, alternatives: .ready(isFirstAttempt: true), expected: 5_000),
            (p99: nil, remaining: 10_000, alternatives: .later, expected: 60_000),
            (p99: nil, remaining: 10_000, alternatives: .none, expected: 600_000),
            (p99: nil, remaining: 3_000, alternatives: .ready(isFirstAttempt: true), expected: 1_500),
            // A quarter of three seconds is too short for anybody, and all there is is better than two of them.
            (p99: nil, remaining: 3_000, alternatives: .ready(isFirstAttempt: false), expected: 2_000),
            (p99: nil, remaining: 1_500, alternatives: .ready(isFirstAttempt: false), expected: 60_000),
            (p99: nil, remaining: 300_000, alternatives: .ready(isFirstAttempt: true), expected: 60_000),
            // It is known to need so long.
            (p99: 8_000, remaining: 10_000, alternatives: .ready(isFirstAttempt: true), expected: 8_000),
            (p99: 12_000, remaining: 10_000, alternatives: .ready(isFirstAttempt: true), expected: 5_000),
        ] as [(p99: Int?, remaining: Int, alternatives: FirstTokenTimeout.Alternatives, expected: Int)])
    func room(p99: Int?, remaining: Int, alternatives: FirstTokenTimeout.Alternatives, expected: Int) {
        let known = p99.map { figures(p99: $0) }
        for isBuffered in [false, true] {
            let timeout = FirstTokenTimeout(
                known, alternatives: alternatives, remaining: .milliseconds(remaining), isBuffered: isBuffered,
                isNamed: false)
            #expect(timeout.firstToken == .milliseconds(expected))
            // One who gets the answer whole can still be served by another after the first token.
            #expect(
                (timeout.idle != nil)
                    == (isBuffered && alternatives != .none && alternatives != .later && remaining > 1_500))
        }
    }

    @Test(
        "a wait the caller's hurry cut short is nobody's fault; a long one in vain is the model's, whoever ended it",
        arguments: [
            // Nothing is known of the model: ten seconds tell.
            (.timeoutFirstToken, p50: nil, remaining: 10, waited: 5_000, told: .timeoutTotal),
            (.timeoutFirstToken, p50: nil, remaining: 40, waited: 20_000, told: .timeoutFirstToken),
            (.timeoutTotal, p50: nil, remaining: 10, waited: 9_000, told: .timeoutTotal),
            (.timeoutTotal, p50: nil, remaining: 40, waited: 11_000, told: .timeoutFirstToken),
            (.timeoutIdle, p50: nil, remaining: 4, waited: 2_100, told: .timeoutTotal),
            // Usually it answers in half a second: two tell.
            (.timeoutFirstToken, p50: 500, remaining: 10, waited: 5_000, told: .timeoutFirstToken),
            (.timeoutFirstToken, p50: 3_000, remaining: 10, waited: 5_000, told: .timeoutTotal),
            (.timeoutTotal, p50: 500, remaining: 10, waited: 3_000, told: .timeoutFirstToken),
            (.serverError, p50: nil, remaining: 10, waited: 10, told: .serverError),
        ] as [(AttemptClass, p50: Int?, remaining: Int, waited: Int, told: AttemptClass)])
    func blame(_ outcome: AttemptClass, p50: Int?, remaining: Int, waited: Int, told: AttemptClass) {
        let timeout = FirstTokenTimeout(
            p50.map { figures(p50: $0, p99: 8_000, givenUp: 0.1) }, alternatives: .ready(isFirstAttempt: true),
            remaining: .seconds(remaining), isBuffered: true, isNamed: false)
        let report = AttemptReport(
            id: AttemptID(rawValue: "a.1"), model: ModelID(provider: "openai", name: "gpt-5"),
            endpoint: "https://openai.test", simulated: false,
            timings: AttemptTimings(sentAt: .now, end: .milliseconds(waited)), outcome: outcome)
        #expect(timeout.attributed(report).outcome == told)
    }

    @Test(
        "a response that has begun may think longer than another would take to begin, and a named model as long as vendors' clients wait",
        arguments: [
            (p99: nil, isNamed: true, remaining: 600, alternatives: .none, first: 600, thinking: 600),
            (p99: nil, isNamed: true, remaining: 600, alternatives: .later, first: 600, thinking: 600),
            (
                p99: 2, isNamed: true, remaining: 1_200, alternatives: .ready(isFirstAttempt: true), first: 2,
                thinking: 600
            ),
            (p99: 200, isNamed: true, remaining: 600, alternatives: .later, first: 200, thinking: 600),
            // Half of what there is: another model is to have time, too.
            (
                p99: 2, isNamed: true, remaining: 600, alternatives: .ready(isFirstAttempt: true), first: 2,
                thinking: 300
            ),
            (p99: 8, isNamed: true, remaining: 10, alternatives: .ready(isFirstAttempt: true), first: 8, thinking: 8),
            (p99: nil, isNamed: false, remaining: 600, alternatives: .later, first: 60, thinking: 60),
            (
                p99: 2, isNamed: false, remaining: 600, alternatives: .ready(isFirstAttempt: true), first: 2,
                thinking: 60
            ),
            (p99: nil, isNamed: false, remaining: 600, alternatives: .none, first: 600, thinking: 600),
        ]
            as [(
                p99: Int?, isNamed: Bool, remaining: Int, alternatives: FirstTokenTimeout.Alternatives, first: Int,
                thinking: Int
            )])
    func thinking(
        p99: Int?, isNamed: Bool, remaining: Int, alternatives: FirstTokenTimeout.Alternatives, first: Int,
        thinking: Int
    ) {
        let timeout = FirstTokenTimeout(
            p99.map { figures(p99: $0 * 1_000) }, alternatives: alternatives, remaining: .seconds(remaining),
            isBuffered: false, isNamed: isNamed)
        #expect(timeout.firstToken == .seconds(first))
        #expect(timeout.thinking == .seconds(thinking))
    }

    @Test(
        "a whole answer has the time of its request, but where another model is as good",
        arguments: [
            (isNamed: true, remaining: 600, alternatives: .ready(isFirstAttempt: true), expected: 600),
            (isNamed: false, remaining: 600, alternatives: .none, expected: 600),
            (isNamed: false, remaining: 600, alternatives: .ready(isFirstAttempt: true), expected: 300),
            (isNamed: false, remaining: 10, alternatives: .ready(isFirstAttempt: true), expected: 60),
        ] as [(isNamed: Bool, remaining: Int, alternatives: FirstTokenTimeout.Alternatives, expected: Int)])
    func whole(isNamed: Bool, remaining: Int, alternatives: FirstTokenTimeout.Alternatives, expected: Int) {
        let timeout = FirstTokenTimeout(
            wholeWithin: .seconds(remaining), alternatives: alternatives, isNamed: isNamed)
        #expect(timeout.firstToken == .seconds(expected))
    }

    @Test("what somebody set holds, and its end is the model's fault however short it was")
    func configured() {
        let timeout = FirstTokenTimeout(limits: TimeLimits(firstToken: .milliseconds(400)))
        #expect(timeout.firstToken == .milliseconds(400))
        let report = AttemptReport(
            id: AttemptID(rawValue: "a.1"), model: ModelID(provider: "openai", name: "gpt-5"),
            endpoint: "https://openai.test", simulated: false,
            timings: AttemptTimings(sentAt: .now, end: .milliseconds(400)), outcome: .timeoutFirstToken)
        #expect(timeout.attributed(report).outcome == .timeoutFirstToken)
    }

    @Test("a provider that hangs leaves another the time to answer, although the request has little")
    func hanging() async throws {
        let clock = ManualClock()
        let gemini = ScriptedClient("gemini", clock: clock, .failure(.timeoutFirstToken))
        let openai = ScriptedClient("openai", clock: clock, .text("yes"))
        let harness = ServiceHarness(clock: clock, priority: ["gemini", "openai"], clients: [gemini, openai])
        let limits = TimeLimits(total: .seconds(4))
        let transcript = try await harness.ask(harness.request(policy: AskPolicy(retries: 0, limits: limits)))
        #expect(transcript.attempts == ["gemini:timeout_first_token", "openai:ok"])
        #expect(gemini.calls.map(\.deadline.firstToken) == [.seconds(2)])
    }

    private func asked(isolated: Bool = false, _ change: (inout AskRequest) -> Void) async throws -> [Duration] {
        let clock = ManualClock()
        let gemini = ScriptedClient("gemini", clock: clock, .failure(.timeoutFirstToken))
        let openai = ScriptedClient("openai", clock: clock, .text("yes"))
        let history = InMemoryAttemptHistory()
        for (provider, seconds) in [(ProviderID("gemini"), 7), ("openai", 9)] {
            let model = try #require(ServiceHarness.models[provider])
            history.add(.firstTokens(of: model, [Duration](repeating: .seconds(seconds), count: 200)))
        }
        var harness = ServiceHarness(
            clock: clock, priority: ["gemini", "openai"], clients: [gemini, openai], history: history)
        if isolated { harness.isolate() }
        var request = harness.request(policy: AskPolicy(retries: 0))
        change(&request)
        _ = try await harness.ask(request)
        return (gemini.calls + openai.calls).map(\.deadline.firstToken)
    }

    @Test("each model gets its own time, the last one all there is")
    func learnt() async throws {
        #expect(try await asked { _ in } == [.seconds(7), .seconds(600)])
    }

    @Test("what somebody set holds, and a run and a whole answer are not hurried")
    func set() async throws {
        #expect(try await asked { $0.policy.limits.firstToken = .seconds(20) } == [.seconds(20), .seconds(20)])
        let whole = try await asked { $0.chat.stream = false }
        #expect(whole.map { ($0.milliseconds / 1_000).rounded() } == [150, 300])
        let named: (inout AskRequest) -> Void = {
            ($0.chat.stream, $0.policy.limits.firstToken) = (false, .seconds(20))
            $0.model = ServiceHarness.models["gemini"].map(ModelChoice.model) ?? .auto
        }
        #expect(try await asked(named).map { ($0.milliseconds / 1_000).rounded() } == [300, 300])
        #expect(try await asked(isolated: true) { _ in } == [.seconds(60), .seconds(60)])
    }
}
