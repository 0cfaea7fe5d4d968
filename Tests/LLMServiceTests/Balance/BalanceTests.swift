import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("Questions spread over equals", .timeLimit(.minutes(2)))
struct BalanceTests {
    private let clock = ManualClock()
    private static let names = ["groq", "openai"]
    private let fast = LoadTracker.Target(model: ModelID(provider: "a", name: "m"), endpoint: "a")
    private let slow = LoadTracker.Target(model: ModelID(provider: "b", name: "m"), endpoint: "b")

    private func sample(
        _ milliseconds: Int, perToken: Int = 0, tokens: Int = 101, _ outcome: AttemptClass = .ok
    ) -> ServingSample {
        let first = Duration.milliseconds(milliseconds)
        let last = first + .milliseconds(perToken * (tokens - 1))
        let report = AttemptReport(
            id: AttemptID(rawValue: "x"), model: fast.model, endpoint: "a", simulated: false,
            timings: AttemptTimings(
                sentAt: clock.now, firstToken: outcome == .ok ? first : nil, lastToken: outcome == .ok ? last : nil,
                end: last), outcome: outcome, usage: .fixture(output: tokens))
        return ServingSample(report, isFailure: FailurePolicy(of: report).blame != nil)
    }

    private func pick(_ tracker: LoadTracker) -> LoadTracker.Target {
        [fast, slow][tracker.pick([fast, slow], at: clock.now, draw: { 0.5 })]
    }

    @Test("the quicker of two is asked, until it has more in flight than it is quicker")
    func quicker() {
        let tracker = LoadTracker()
        tracker.ended(fast, sample(200), at: clock.now)
        tracker.ended(slow, sample(500), at: clock.now)
        #expect(pick(tracker) == fast)
        tracker.began(fast)
        #expect(pick(tracker) == fast, "400 ms beside another are still less than 500")
        tracker.began(fast)
        #expect(pick(tracker) == slow)
    }

    @Test("long answers do not make a target look slow")
    func longAnswers() {
        let tracker = LoadTracker()
        tracker.ended(fast, sample(200, perToken: 10, tokens: 4_000), at: clock.now)
        tracker.ended(slow, sample(300, perToken: 20, tokens: 10), at: clock.now)
        #expect(pick(tracker) == fast)
    }

    @Test("one that fails at once does not look quick")
    func failing() {
        let tracker = LoadTracker()
        tracker.ended(fast, sample(1, .serverError), at: clock.now)
        tracker.ended(slow, sample(2_000), at: clock.now)
        #expect(pick(tracker) == slow)
    }

    @Test("a refusal of the request says nothing about its target's speed")
    func callersFault() {
        #expect(sample(1, .badRequest).firstToken == nil)
        #expect(sample(1, .serverError).firstToken == ServingLoad.failureSeconds)
        #expect(sample(700, .cancelled).firstToken == 0.7)
    }

    @Test("a rise counts at once, and fades")
    func fading() {
        var average = PeakAverage(0.2, at: clock.now)
        average.add(3, at: clock.now)
        #expect(average.current(at: clock.now) == 3)
        average.add(0.2, at: clock.now + .seconds(1))
        #expect(average.current(at: clock.now + .seconds(1)) > 2.8)
        for second in 2...120 { average.add(0.2, at: clock.now + .seconds(second)) }
        #expect(abs(average.current(at: clock.now + .seconds(120)) - 0.2) < 0.1)
        #expect(average.current(at: clock.now + .seconds(300)) < 0.01, "who is never asked is tried again")
    }

    @Test("two draws find the less loaded of many, whatever they are")
    func draws() {
        let tracker = LoadTracker()
        let targets = (0..<8).map { LoadTracker.Target(model: fast.model, endpoint: "\($0)") }
        for (index, target) in targets.enumerated() { tracker.ended(target, sample(100 * (index + 1)), at: clock.now) }
        var generator = SeededGenerator(seed: 7)
        var counts = [Int](repeating: 0, count: 8)
        for _ in 0..<4_000 {
            counts[tracker.pick(targets, at: clock.now, draw: { Double.random(in: 0..<1, using: &generator) })] += 1
        }
        #expect(counts == counts.sorted(by: >))
        #expect(counts[7] == 0, "the slowest loses against any other")
    }

    @Test("equals of which nothing is known, or nothing that differs, are asked by turns")
    func unknown() {
        var generator = SeededGenerator(seed: 3)
        for heard in [false, true] {
            let tracker = LoadTracker()
            if heard {
                tracker.ended(fast, sample(200), at: clock.now)
                tracker.ended(slow, sample(205), at: clock.now)
            }
            let picks = (0..<1_000).map { _ in
                tracker.pick([fast, slow], at: clock.now, draw: { Double.random(in: 0..<1, using: &generator) })
            }
            #expect((400...600).contains(picks.count { $0 == 0 }))
        }
    }

    @Test("a process that has just begun knows from the others who is quicker")
    func learnt() async throws {
        let groq = client("groq", takes: .milliseconds(10))
        let openai = client("openai", takes: .milliseconds(10))
        let history = InMemoryAttemptHistory()
        for (provider, seconds) in [(ProviderID("groq"), 3), ("openai", 1)] {
            let model = try #require(ServiceHarness.models[provider])
            history.add(.firstTokens(of: model, [Duration](repeating: .seconds(seconds), count: 30)))
        }
        let harness = ServiceHarness(
            clock: clock, priority: ["groq", "openai"], clients: [groq, openai], balance: group, history: history)
        let transcript = try await harness.ask(harness.request())
        #expect(transcript.attempts == ["openai:ok"])
        let steps = try #require(transcript.record).decision.steps.map(\.what)
        #expect(steps.contains { $0.hasPrefix("chosen among 2 equals") }, "\(steps)")
    }

    // MARK: In the service

    private func client(_ provider: ProviderID, takes: Duration, input: Int = 100) -> ScriptedClient {
        ScriptedClient(provider, clock: clock) { _, _ in
            ScriptedAnswer(events: [.text("\(provider)")], usage: .fixture(input: input), takes: takes)
        }
    }

    private var group: [[ModelID]] { [BalanceTests.names.compactMap { ServiceHarness.models[ProviderID($0)] }] }

    @Test("equals share the requests, and the slower gets fewer")
    func shares() async throws {
        let groq = client("groq", takes: .milliseconds(10))
        let openai = client("openai", takes: .milliseconds(400))
        let harness = ServiceHarness(
            clock: clock, priority: ["groq", "openai"], clients: [groq, openai], balance: group)
        for _ in 0..<200 {
            _ = try await harness.ask(harness.request())
            clock.advance(by: .seconds(5))
        }
        #expect(groq.calls.count + openai.calls.count == 200)
        #expect(openai.calls.count > 0, "it is tried again now and then")
        #expect(groq.calls.count > 3 * openai.calls.count)
    }

    @Test("without a group the first goes first, every time")
    func ungrouped() async throws {
        let groq = client("groq", takes: .milliseconds(900))
        let openai = client("openai", takes: .milliseconds(1))
        let harness = ServiceHarness(clock: clock, priority: ["groq", "openai"], clients: [groq, openai])
        for _ in 0..<20 { _ = try await harness.ask(harness.request()) }
        #expect(groq.calls.count == 20)
    }

    @Test("an equal stands right behind the candidate it equals, and is skipped when it cannot be called")
    func planning() {
        let clients = [client("groq", takes: .zero), client("gemini", takes: .zero)]
        let harness = ServiceHarness(
            clock: clock,
            skipped: [
                SkippedProvider(
                    provider: "openai", defaultModel: group[0][1], reason: "no key", help: "set OPENAI_API_KEY")
            ], priority: ["groq", "gemini"], clients: clients,
            balance: [[group[0][0], ModelID(provider: "gemini", name: "twin"), group[0][1]]])
        let planner = CandidatePlanner(configuration: harness.service.configuration, prices: .builtIn)
        let plan = planner.plan(.init(model: .auto, task: .general), table: nil)
        #expect(
            plan.candidates.map(\.model.description)
                == ["groq/openai/gpt-oss-120b", "gemini/twin", "gemini/gemini-2.5-pro"])
        #expect(plan.candidates.map(\.place) == [0, 0, nil])
        #expect(plan.skipped.map(\.model.provider) == ["openai"])
    }

    // MARK: Prompt caches

    private func turns(_ count: Int) -> ChatRequest {
        var messages = [Message.system(String(repeating: "Rules of the house. ", count: 300))]
        for turn in 0..<count {
            if turn > 0 { messages.append(.assistant("Answer \(turn)")) }
            messages.append(.user("Question \(turn)"))
        }
        return ChatRequest(messages: messages, parameters: GenerationParameters(maxOutputTokens: 100))
    }

    @Test("the next turn of a conversation goes where its beginning is cached, with the same key")
    func affinity() async throws {
        let gemini = client("gemini", takes: .milliseconds(50), input: 3_000)
        let openai = client("openai", takes: .milliseconds(400), input: 3_000)
        let models = ["gemini", "openai"].compactMap { ServiceHarness.models[ProviderID($0)] }
        let harness = ServiceHarness(
            clock: clock, priority: ["openai", "gemini"], clients: [gemini, openai], keys: 3, balance: [models])
        let first = try await harness.ask(harness.request(chat: turns(1)))
        let place = try #require(first.record?.attempts.first?.report)
        for turn in 2...5 {
            let next = try await harness.ask(harness.request(chat: turns(turn)))
            let report = try #require(next.record?.attempts.first?.report)
            #expect(report.model == place.model && report.key == place.key, "turn \(turn)")
        }
        // Another conversation, and this one of another tenant, are free to go elsewhere.
        var stranger = harness.request(chat: turns(2))
        stranger.tenant = "other"
        let report = try #require(try await harness.ask(stranger).record?.attempts.first?.report)
        #expect(report.model != place.model || report.key != place.key)
    }
}
