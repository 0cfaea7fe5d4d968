import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("Long conversations, shortened before they are asked", .timeLimit(.minutes(2)))
struct HistorySummariserTests {
    private static let asked = ModelID(provider: "openai", name: "gpt-5")
    private static let cheap = ModelID(provider: "groq", name: "openai/gpt-oss-120b")
    private static let own = ModelID(provider: "local", name: "ai/smollm3")
    private static let policy = HistoryPolicy(above: 590, keep: 224, summary: 50)

    private let clock = ManualClock()
    private let recorder = InMemoryCallRecorder()

    /// Six turns of about 110 tokens and a question.
    private static let conversation: [Message] =
        [.system("Be brief.")]
        + (0..<6).flatMap { number in
            [
                Message.user("Question \(number) " + String(repeating: "word", count: 50)),
                Message.assistant("Answer \(number) " + String(repeating: "word", count: 50)),
            ]
        } + [.user("And now?")]

    private struct World {
        var asker: HistorySummariser
        var clients: [ProviderID: ScriptedClient]
        func calls(_ provider: ProviderID) -> [ModelCall] { clients[provider]?.calls ?? [] }
    }

    /// - Parameter certified: The models in the table of `simple_generation`, the cheapest first.
    private func world(
        _ background: BackgroundWork, certified: [ModelID] = [cheap], cases: Int = 100,
        summary: ScriptedAnswer = .text("They ", "agreed.")
    ) -> World {
        let scripts: [(ModelID, ScriptedAnswer)] = [
            (Self.asked, .text("Now.")), (Self.cheap, summary), (Self.own, summary),
        ]
        let clients = scripts.map { ScriptedClient($0.0.provider, clock: clock, $0.1) }
        let targets = zip(clients, scripts).map { client, script in
            ProviderTarget(client: client, defaultModel: script.0, isLocal: client.provider == .local)
        }
        var rows = certified.enumerated().map { index, model in
            SelectionRow.fixture(model, quality: 0.9, cost: USD(pico: Int64(index + 1) * 1_000_000))
        }
        // One alone would be measured, not certified.
        rows.append(.fixture(Self.asked, quality: 0.3))
        let table = SelectionTable.fixture(task: .simpleGeneration, sharedCases: cases, rows: rows)
        let service = LLMService(
            configuration: ServiceConfiguration(targets: targets), tables: FixedTables(table), recorder: recorder,
            background: background, time: clock.source, jitter: { 0.5 }, logger: ServiceHarness.quietLogger)
        let cache = AnswerCache(
            storage: InMemoryCacheStorage(), time: clock.source, logger: ServiceHarness.quietLogger)
        let asker = HistorySummariser(service, upstream: service.cached(by: cache)) { CallID(rawValue: "summary") }
        return World(asker: asker, clients: Dictionary(uniqueKeysWithValues: clients.map { ($0.provider, $0) }))
    }

    private func ask(_ world: World, _ id: String = "call", _ change: (inout AskRequest) -> Void = { _ in })
        async throws
        -> CallRecord
    {
        var request = AskRequest(
            id: CallID(rawValue: id), model: .model(Self.asked),
            chat: ChatRequest(messages: Self.conversation, parameters: GenerationParameters(maxOutputTokens: 100)),
            task: .architecture, policy: AskPolicy(fallback: false, history: Self.policy))
        change(&request)
        var transcript = Transcript()
        for try await event in world.asker.ask(request) { transcript.events.append(event) }
        return try #require(transcript.record)
    }

    @Test("older turns become a summary by the certified model; both calls are recorded, each with its part")
    func shortened() async throws {
        try await withBackground { background in
            let world = world(background)
            let record = try await ask(world)
            #expect(record.answer.text == "Now.")
            let sent = try #require(world.calls("openai").first?.request.messages)
            #expect(sent.map(\.role) == [.system, .user, .assistant, .user, .assistant, .user])
            #expect(sent[1].text.contains("They agreed."))
            #expect(sent[1].text.hasSuffix("Question 4 " + String(repeating: "word", count: 50)))
            #expect(Array(sent[2...]) == Array(Self.conversation[10...]))
            let history = try #require(record.decision.history)
            #expect(history.turns == 4 && history.model == Self.cheap && history.summary?.rawValue == "summary")
            #expect(history.message.hasPrefix("4 older turns became a summary by groq/openai/gpt-oss-120b: about "))
            let (before, after) = (try #require(history.tokensBefore), try #require(history.tokensAfter))
            #expect(after < before)
            let summary = try #require(recorder.calls.first { $0.id.rawValue == "summary" })
            #expect(summary.decision.history?.summaryFor?.rawValue == "call")
            #expect(summary.task == .simpleGeneration && summary.cost == history.cost && history.cost != nil)
            #expect(history.saves.map { $0 > .zero } == true)
            // One call's cost is its own: nothing is booked twice. What was paid for the question is both.
            #expect(record.totalCost == (try #require(record.cost)) + (try #require(summary.cost)))
            #expect(record.attempts.count == 1)
            #expect(DecisionRecord(json: record.decision.json).history == history)
        }
    }

    @Test("the same history is summarised once, also as the conversation goes on")
    func once() async throws {
        try await withBackground { background in
            let world = world(background)
            _ = try await ask(world, "first")
            let second = try await ask(world, "second") {
                $0.chat.messages += [.assistant("Now."), .user("Sure?")]
            }
            #expect(world.calls("groq").count == 1)
            #expect(second.decision.history?.turns == 4)
            #expect(second.decision.history?.cost == .zero)
            #expect(second.decision.history?.message.contains("which was in the cache") == true)
        }
    }

    @Test(
        "a summary that would cost more than it saves, of this question and those to come, is not bought; one that is there is used"
    )
    func notWorthIt() async throws {
        try await withBackground { background in
            // As dear as the model that is asked, whose answers cost eight times what its prompts do.
            let dear = world(background, certified: [Self.asked])
            let several = try await ask(dear, "several")
            #expect(several.decision.history?.turns == 4, "two questions more will use it, which pays for it")
            let record = try await ask(dear) { $0.policy.history?.summary = 200 }
            #expect(dear.calls("openai").last?.request.messages == Self.conversation)
            let words = try #require(record.decision.history?.message)
            #expect(words.hasPrefix("4 older turns were not summarised: a summary would cost about "), "\(words)")
            #expect(words.hasSuffix(" USD of this request and about 1 more"), "\(words)")
            #expect(record.decision.summaryCost == .zero && record.totalCost == record.cost)

            let free = world(background)
            _ = try await ask(free, "first")
            let second = try await ask(free, "second") {
                // Nothing is saved where the model is free, but the summary is free by now, too.
                $0.model = .model(Self.own)
            }
            #expect(second.decision.history?.turns == 4)
            #expect(free.calls("groq").count == 1)
            let third = try await ask(world(background), "third") { $0.model = .model(Self.own) }
            #expect(third.decision.history?.turns == 0, "\(third.decision.history?.message ?? "")")
        }
    }

    @Test("off by default, and never for a run, a client's own bytes, or a short conversation", arguments: 0..<4)
    func untouched(kind: Int) async throws {
        try await withBackground { background in
            let world = world(background)
            let record = try await ask(world) { request in
                switch kind {
                case 0: request.policy.history = nil
                case 1: request.recorder = InMemoryCallRecorder()
                case 2: request.chat.original = OriginalRequest(dialect: .anthropic, body: [])
                default: request.policy.history?.above = 10_000
                }
            }
            #expect(world.calls("groq").isEmpty)
            #expect(world.calls("openai").first?.request.messages == Self.conversation)
            #expect(record.decision.history == nil)
        }
    }

    @Test(
        "without a certified model nothing is summarised, and the decision says so",
        arguments: [([ModelID](), 100), ([cheap], 20)] as [([ModelID], Int)])
    func uncertified(certified: [ModelID], cases: Int) async throws {
        try await withBackground { background in
            let world = world(background, certified: certified, cases: cases)
            let record = try await ask(world)
            #expect(world.calls("groq").isEmpty)
            #expect(world.calls("openai").first?.request.messages == Self.conversation)
            #expect(
                record.decision.history?.message
                    == "4 older turns were not summarised: no model is certified for simple_generation")
        }
    }

    @Test("where only local models may be asked only a local one summarises", arguments: [true, false])
    func local(isThere: Bool) async throws {
        try await withBackground { background in
            let world = world(background, certified: isThere ? [Self.cheap, Self.own] : [Self.cheap])
            let record = try await ask(world) { request in
                request.model = .model(Self.own)
                request.profile = AgentProfile(role: "planner", model: Self.own, fallback: nil, localOnly: true)
            }
            #expect(world.calls("groq").isEmpty && world.calls("openai").isEmpty)
            #expect(record.outcome == .ok)
            #expect(record.decision.history?.turns == (isThere ? 4 : 0))
            #expect(isThere || record.decision.history?.message.contains("no local model is certified") == true)
        }
    }

    @Test(
        "without a usable summary the conversation goes as it came",
        arguments: [
            ScriptedAnswer.failure(.serverError, status: 500), .failure(.streamTruncated, after: "They"),
            ScriptedAnswer(events: [.text("They")], outcome: .lengthTruncated),
            .text(String(repeating: "long ", count: 500)),
        ])
    func failing(summary: ScriptedAnswer) async throws {
        try await withBackground { background in
            let world = world(background, summary: summary)
            let record = try await ask(world)
            #expect(record.answer.text == "Now.")
            #expect(world.calls("groq").count == 1)
            #expect(world.calls("openai").first?.request.messages == Self.conversation)
            #expect(record.decision.history?.turns == 0)
            #expect(record.decision.history?.summary?.rawValue == "summary")
        }
    }

    @Test("summary and request share one deadline, of which the summary has a third at most")
    func deadline() async throws {
        try await withBackground { background in
            var slow = ScriptedAnswer.text("They agreed.")
            slow.takes = .seconds(8)
            let world = world(background, summary: slow)
            _ = try await ask(world) { $0.policy.limits.total = .seconds(30) }
            let summary = try #require(world.calls("groq").first)
            let question = try #require(world.calls("openai").first)
            #expect(summary.deadline.total == clock.start + .seconds(10))
            #expect(question.deadline.total == clock.start + .seconds(30))
        }
    }

    @Test("summary and request share one budget, which must hold the request as it came")
    func budget() async throws {
        try await withBackground { background in
            let world = world(background)
            let roomy = try await ask(world, "roomy") { $0.policy.maxCost = USD(pico: USD.picoPerDollar) }
            #expect(roomy.decision.history?.turns == 4)
            let whole = try #require(recorder.intents.first { $0.call.rawValue == "roomy" }?.worstCase)
            // The question alone would fit.
            let tight = try await ask(world, "tight") {
                $0.policy.maxCost = whole + whole
                $0.policy.history?.summary = 100_000
            }
            #expect(tight.outcome == .ok)
            #expect(
                tight.decision.history?.message
                    == "4 older turns were not summarised: the budget may not cover a summary beside the request")
        }
    }

    @Test("an answer from the cache says what became of the conversation, too")
    func cachedAnswer() async throws {
        try await withBackground { background in
            let world = world(background)
            _ = try await ask(world, "first") { $0.useCache = true }
            let second = try await ask(world, "second") { $0.useCache = true }
            #expect(second.decision.cache?.kind == .hit)
            #expect(second.decision.history?.turns == 4)
            #expect(world.calls("openai").count == 1)
        }
    }
}
