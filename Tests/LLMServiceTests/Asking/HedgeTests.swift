import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import LLMService

@Suite("A second model started beside a slow one", .timeLimit(.minutes(2)))
struct HedgeTests {
    private let clock = ManualClock()

    private func harness(
        _ clients: any ModelClient..., spent: USD = USD(pico: USD.picoPerDollar), store: (any HealthStore)? = nil,
        history: (any AttemptHistory)? = nil
    ) async throws -> ServiceHarness {
        let harness = ServiceHarness(
            clock: clock, priority: ["gemini", "openai", "groq"], clients: clients, health: store, history: history)
        try await harness.hedges.settle(spent: spent, hedges: [])
        return harness
    }

    private func request(
        _ harness: ServiceHarness, after: Duration? = .milliseconds(800), share: Double = 0.05, maxCost: USD? = nil
    ) -> AskRequest {
        harness.request(
            policy: AskPolicy(retries: 0, maxCost: maxCost, hedge: HedgePolicy(maxShare: share, after: after)))
    }

    private func account(_ harness: ServiceHarness) async throws -> HedgeState {
        let budget = try harness.hedges
        return try await budget.store.states(simulated: false)[budget.part] ?? HedgeState()
    }

    @Test("the second model answers, the first is let go, and both are booked")
    func secondWins() async throws {
        let gemini = HandClient("gemini")
        let openai = HandClient("openai") { call, pen in
            pen.yield(.text("yes"))
            pen.yield(.text(", indeed"))
            pen.yield(HandClient.end(call, characters: 11))
            pen.finish()
        }
        let harness = try await harness(gemini, openai)
        let transcript = try await harness.ask(request(harness))
        #expect(transcript.text == "yes, indeed")
        #expect(transcript.attempts == ["gemini:cancelled", "openai:ok"])
        #expect(gemini.closed == 1, "the first must stop generating")
        #expect(clock.sleeps.first == .milliseconds(800))

        let record = try #require(transcript.record)
        #expect(record.model?.provider == "openai")
        #expect(record.outcome == .ok && record.error == nil)
        #expect(record.cost == nil, "what the first cost is not known")
        let worst = try #require(harness.recorder.intents.first?.worstCase)
        let won = try #require(record.attempts.last?.cost.settled)
        #expect(worst > .zero && record.attempts.map(\.worstCase) == harness.recorder.intents.map(\.worstCase))
        #expect(record.costAtMost == worst + won && record.totalCostAtMost == worst + won)
        #expect(record.decision.steps.map(\.what).contains { $0.hasPrefix("started beside gemini/") })
        let ids = record.attempts.map(\.report.id)
        #expect(Set(ids).count == 2 && Set(harness.recorder.intents.map(\.attempt)) == Set(ids))

        let cost = try #require(record.attempts.last?.cost.settled)
        #expect(try await account(harness) == HedgeState(spent: USD(pico: USD.picoPerDollar) + cost, hedged: cost))
    }

    @Test("who lost a race is not told among the failures of a winner whose answer is cut")
    func winnerIsCut() async throws {
        let openai = HandClient("openai") { call, pen in
            pen.yield(.text("yes, but"))
            pen.yield(HandClient.end(call, .lengthTruncated, characters: 8))
            pen.finish()
        }
        let harness = try await harness(HandClient("gemini"), openai)
        let transcript = try await harness.ask(request(harness))
        #expect(transcript.attempts == ["gemini:cancelled", "openai:length_truncated"])
        let words = try #require(transcript.record?.error)
        #expect(words.contains("- openai/gpt-5: length_truncated") && !words.contains("gemini"), "\(words)")
    }

    @Test("the first may still win, and the second is let go at its worst case")
    func firstWins() async throws {
        let first = Mutex<(ModelCall, HandClient.Pen)?>(nil)
        let gemini = HandClient("gemini") { call, pen in first.withLock { $0 = (call, pen) } }
        let openai = HandClient("openai") { _, _ in
            first.withLock { first in first.map { call, pen in pen.answer("at last", to: call) } }
        }
        let harness = try await harness(gemini, openai)
        let transcript = try await harness.ask(request(harness))
        #expect(transcript.text == "at last")
        #expect(transcript.attempts == ["openai:cancelled", "gemini:ok"])
        #expect(openai.closed == 1)
        let worst = try #require(harness.recorder.intents.first { $0.model.provider == "openai" }?.worstCase)
        #expect(try await account(harness).hedged == worst)
    }

    @Test("when both fail before a first token the next model is asked")
    func bothFail() async throws {
        let first = Mutex<(ModelCall, HandClient.Pen)?>(nil)
        let gemini = HandClient("gemini") { call, pen in first.withLock { $0 = (call, pen) } }
        let openai = HandClient("openai") { call, pen in
            pen.fail(.serverError, call)
            first.withLock { first in first.map { call, pen in pen.fail(.overloaded, call) } }
        }
        let groq = HandClient("groq") { call, pen in pen.answer("third", to: call) }
        let harness = try await harness(gemini, openai, groq)
        let transcript = try await harness.ask(request(harness))
        #expect(transcript.text == "third")
        #expect(Set(transcript.attempts.prefix(2)) == ["gemini:overloaded", "openai:server_error"])
        #expect(transcript.attempts.last == "groq:ok")
        #expect(transcript.failures == 2)
    }

    @Test("hedges stay under their share of spending")
    func share() async throws {
        let first = Mutex<(ModelCall, HandClient.Pen)?>(nil)
        let store = WatchedStore {
            first.withLock { first in first.map { call, pen in pen.answer("alone", to: call) } }
        }
        let gemini = HandClient("gemini") { call, pen in first.withLock { $0 = (call, pen) } }
        let openai = HandClient("openai") { call, pen in pen.answer("too dear", to: call) }
        let harness = try await harness(gemini, openai, spent: USD(pico: 1_000), store: store)
        let transcript = try await harness.ask(request(harness))
        #expect(transcript.text == "alone")
        #expect(openai.calls.isEmpty)
        #expect(transcript.record?.decision.steps.map(\.what).contains { $0.hasPrefix("not hedged") } == true)
        #expect(try await account(harness).hedged == .zero)
    }

    @Test("both attempts must fit the request's own budget at once: a cheaper model may race where a dear one may not")
    func budget() async throws {
        let gemini = HandClient("gemini")
        let openai = HandClient("openai") { call, pen in pen.answer("too dear", to: call) }
        let groq = HandClient("groq") { call, pen in pen.answer("cheap", to: call) }
        let harness = try await harness(gemini, openai, groq)
        let budget = USD(pico: 12 * USD.picoPerDollar / 1_000)
        #expect(try await harness.ask(request(harness, maxCost: budget)).text == "cheap")
        #expect(openai.calls.isEmpty)
        let worst = harness.recorder.intents.compactMap(\.worstCase).reduce(USD.zero, +)
        #expect(harness.recorder.intents.count == 2 && worst <= budget)
    }

    @Test("without a time set, the p95 of the model's history starts the second")
    func learnt() async throws {
        let gemini = HandClient("gemini")
        let openai = HandClient("openai") { call, pen in pen.answer("yes", to: call) }
        let history = InMemoryAttemptHistory()
        let model = try #require(ServiceHarness.models["gemini"])
        history.add(.firstTokens(of: model, [Duration](repeating: .milliseconds(1_234), count: 40)))
        let harness = try await harness(gemini, openai, history: history)
        #expect(try await harness.ask(request(harness, after: nil)).text == "yes")
        #expect(clock.sleeps.first == .milliseconds(1_234))
    }

    @Test(
        "nothing is hedged without a policy, by a run, without streaming, or without another model",
        arguments: ["policy", "run", "unary", "fallback"])
    func off(_ what: String) async throws {
        let gemini = HandClient("gemini") { call, pen in pen.answer("alone", to: call) }
        let openai = HandClient("openai") { call, pen in pen.answer("second", to: call) }
        var harness = try await harness(gemini, openai)
        var request = request(harness, after: .zero)
        switch what {
        case "policy": request.policy.hedge = nil
        case "run": harness.isolate()
        case "unary": request.chat.stream = false
        default: request.policy.fallback = false
        }
        #expect(try await harness.ask(request).text == "alone")
        #expect(openai.calls.isEmpty)
        #expect(clock.sleeps.isEmpty, "no timer was started")
    }

    @Test("a caller who leaves during the race stops both, and both are booked")
    func left() async throws {
        let gemini = HandClient("gemini")
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let openai = HandClient("openai") { _, _ in signal.finish() }
        let harness = try await harness(gemini, openai)
        let request = request(harness)
        let task = Task { try await harness.ask(request) }
        for await _ in started {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await harness.jobs.runAll()
        let record = try #require(harness.recorder.calls.first)
        #expect(record.outcome == .cancelled)
        #expect(Set(record.attempts.map(\.report.model.provider)) == ["gemini", "openai"])
        #expect(gemini.closed == 1 && openai.closed == 1)
        #expect(try await account(harness).hedged > .zero)
    }
}

/// Tells when the account of hedges was looked at.
private struct WatchedStore: HealthStore {
    let inner = InMemoryHealthStore()
    let looked: @Sendable () -> Void

    init(_ looked: @escaping @Sendable () -> Void) { self.looked = looked }

    func update<Result: Sendable>(
        _ keys: Set<HealthKey>, _ transform: @escaping @Sendable (inout [HealthKey: HealthState]) -> Result
    ) async throws -> Result {
        let result = try await inner.update(keys, transform)
        if keys.contains(where: { $0.subject == .hedges }) { looked() }
        return result
    }
    func states(simulated: Bool) async throws -> [HealthKey: HealthState] {
        try await inner.states(simulated: simulated)
    }
    func version() async throws -> Int64 { try await inner.version() }
}
