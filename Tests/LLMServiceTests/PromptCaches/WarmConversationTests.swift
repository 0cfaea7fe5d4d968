import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import LLMService

@Suite("Conversations that weigh their warm prompt caches", .timeLimit(.minutes(2)))
struct WarmConversationTests {
    private let clock = ManualClock()

    private func harness(
        _ providers: CachingProvider..., keys: Int = 1, weighing: Bool = true
    ) -> ServiceHarness {
        var harness = ServiceHarness(
            clock: clock, priority: providers.map(\.provider), clients: providers.map(\.client), keys: keys)
        if !weighing { harness.service.strategies.promptCaches = nil }
        return harness
    }

    private func ask(_ harness: ServiceHarness, turn: Int, _ model: ModelChoice = .auto) async throws -> CallRecord {
        let transcript = try await harness.ask(
            harness.request(model, policy: AskPolicy(retries: 0), chat: conversation(turns: turn)))
        return try #require(transcript.record)
    }

    /// Twenty turns a minute apart, with the first provider down from the eighth to the twelfth.
    private func twenty(weighing: Bool, _ first: ProviderID, _ second: ProviderID) async throws -> [CallRecord] {
        let providers = [first, second].map { provider in
            let model = ServiceHarness.models[provider]
            let rules = model.flatMap { PromptCacheRules(of: $0, in: .builtIn, at: ManualClock.wallStart) }
            return CachingProvider(provider, ttl: rules?.ttl ?? .zero, clock: clock)
        }
        let harness = harness(providers[0], providers[1], weighing: weighing)
        var records: [CallRecord] = []
        for turn in 1...20 {
            providers[0].setDown((8...12).contains(turn))
            records.append(try await ask(harness, turn: turn))
            clock.advance(by: .seconds(60))
        }
        return records
    }

    private func total(_ records: [CallRecord]) throws -> USD {
        try records.reduce(USD.zero) { try $0 + #require($1.cost) }
    }

    @Test("after an outage a conversation stays where its prompt is warm, which is cheaper than to return at once")
    func stays() async throws {
        let weighed = try await twenty(weighing: true, "gemini", "openai")
        let plain = try await twenty(weighing: false, "gemini", "openai")
        func places(_ records: [CallRecord]) -> String {
            records.map { $0.model?.provider == "gemini" ? "g" : "o" }.joined()
        }
        #expect(places(weighed) == "gggggggooooooooooooo")
        #expect(places(plain).hasSuffix("gg"), "\(places(plain))")
        let (with, without) = (try total(weighed), try total(plain))
        #expect(with < without)
        // The dearest turn of the plain one is the return: the whole prompt, cold.
        #expect((without - with).dollars > 0.008, "\(with) \(without)")
        let back = try #require(weighed.last?.decision.candidates.first)
        #expect(back.model.provider == "openai" && back.why.contains("its prompt is warm"))
    }

    @Test("it returns at once where the first is cheaper even cold")
    func returns() async throws {
        let records = try await twenty(weighing: true, "groq", "openai")
        let home = records.map { $0.model?.provider == "groq" }
        #expect(!home.prefix(7).contains(false))
        #expect(!home[7] && !home.suffix(5).contains(false))
        let change = try #require(records.compactMap(\.decision.promptCache?.change).last)
        #expect(change.from == .gpt5 && change.to == .oss)
        #expect(try #require(change.cost) < .zero, "left tokens behind, and was cheaper all the same")
    }

    @Test("a switch says what it cost: this turn less what the same tokens would have cost where they were warm")
    func switchCost() async throws {
        let records = try await twenty(weighing: true, "gemini", "openai")
        let changed = records.filter { $0.decision.promptCache?.change != nil }
        #expect(changed.count == 1)
        let record = try #require(changed.first)
        let change = try #require(record.decision.promptCache?.change)
        #expect(change.from == .geminiPro && change.to == .gpt5 && change.isEstimate)
        let prompt = CachingProvider.tokens(conversation(turns: 8).messages)
        let before = CachingProvider.tokens(conversation(turns: 7).messages)
        #expect(abs(change.tokensLeft - before) <= 1, "\(change.tokensLeft) \(before)")
        // Both at 1.25 fresh and 0.125 read; 100 tokens of output at 10.
        let stayed = Int64(prompt - before) * 1_250_000 + Int64(before) * 125_000 + 100 * 10_000_000
        let cost = try #require(record.attempts.last?.cost.settled)
        #expect(cost.pico == Int64(prompt) * 1_250_000 + 100 * 10_000_000)
        #expect(try #require(change.cost).pico == cost.pico - stayed)
        #expect(change.summary.hasPrefix("switch cost: $0.01"), "\(change.summary)")
    }

    @Test("the ledger's dollars are the accounted ones: costs and savings add up to the price without any cache")
    func accounts() async throws {
        let records = try await twenty(weighing: true, "gemini", "openai")
        var plain: Int64 = 0
        for turn in 1...20 {
            plain += Int64(CachingProvider.tokens(conversation(turns: turn).messages)) * 1_250_000 + 1_000_000_000
        }
        let saved = try records.reduce(USD.zero) { try $0 + #require(($1.decision.promptCache ?? .init()).saved) }
        #expect((try total(records) + saved).pico == plain)
        #expect(saved > .zero)
        // What was expected of a warm turn is what it cost, but for the tokens of the newest message, which are estimated.
        for record in records.dropFirst(1) {
            let use = try #require(record.decision.promptCache)
            // A cold fallback was compared with nothing.
            guard let option = use.options.first(where: { $0.model == record.model }) else { continue }
            #expect(option.warmTokens > 9_000)
            let (expected, cost) = (try #require(option.cost).dollars, try #require(record.cost).dollars)
            // Expected output is the limit of 200, 100 came.
            #expect(abs(expected - 0.001 - cost) < 0.0003, "\(expected) \(cost)")
        }
    }

    @Test("a requested model is returned to as soon as it answers, whatever that costs")
    func requested() async throws {
        let gemini = CachingProvider("gemini", ttl: .seconds(180), clock: clock)
        let openai = CachingProvider("openai", ttl: .seconds(300), clock: clock)
        let harness = harness(gemini, openai)
        gemini.setDown(true)
        for turn in 1...3 {
            #expect(try await ask(harness, turn: turn, .model(.geminiPro)).model == .gpt5)
            clock.advance(by: .seconds(100))
        }
        gemini.setDown(false)
        let record = try await ask(harness, turn: 4, .model(.geminiPro))
        #expect(record.model == .geminiPro)
        let change = try #require(record.decision.promptCache?.change)
        #expect(change.from == .gpt5 && change.cost.map { $0 > .zero } == true)
    }

    @Test(
        "a breaker opens and closes within a conversation: while it is open the warm fallback answers, then the requested model"
    )
    func breaker() async throws {
        let gemini = CachingProvider("gemini", ttl: .seconds(180), clock: clock)
        let openai = CachingProvider("openai", ttl: .seconds(300), clock: clock)
        let harness = harness(gemini, openai)
        gemini.setDown(true)
        var attempts: [Int] = []
        for turn in 1...7 {
            let record = try await ask(harness, turn: turn, .model(.geminiPro))
            #expect(record.model == .gpt5)
            attempts.append(record.attempts.count)
        }
        #expect(attempts == [2, 2, 2, 2, 2, 1, 1], "five failures open it: then nothing is sent there")
        gemini.setDown(false)
        clock.advance(by: .seconds(120))
        let record = try await ask(harness, turn: 8, .model(.geminiPro))
        #expect(record.model == .geminiPro)
        #expect(record.decision.promptCache?.change?.cost.map { $0 > .zero } == true)
    }

    @Test("of two fallbacks the warm one is asked before a cold one that is planned ahead, where it is cheaper")
    func fallbackOrder() async throws {
        let gemini = CachingProvider("gemini", ttl: .seconds(180), clock: clock)
        let groq = CachingProvider("groq", ttl: .seconds(7_200), clock: clock)
        let openai = CachingProvider("openai", ttl: .seconds(300), clock: clock)
        let harness = harness(gemini, openai, groq)
        _ = try await ask(harness, turn: 1)
        gemini.setDown(true)
        openai.setDown(true)
        // Both down: Groq, the third, takes a turn, and is warm.
        #expect(try await ask(harness, turn: 2).model == .oss)
        openai.setDown(false)
        let record = try await ask(harness, turn: 3)
        #expect(record.model == .oss, "warm, and cheaper than either")
        #expect(record.attempts.count == 1)
    }

    @Test("another key than the one before finds the cache cold, and the decision says so")
    func keyRotation() async throws {
        let seen = CachingProvider("openai", ttl: .seconds(300), clock: clock)
        let harness = harness(seen, keys: 2)
        let first = try await ask(harness, turn: 1)
        let key = try #require(first.attempts.first?.report.key)
        #expect(try await ask(harness, turn: 2).attempts.first?.report.key == key, "the warm key is preferred")
        let chat = conversation(turns: 3)
        let plan = try await harness.service.plan(AskContext(harness.request(chat: chat)))
        let outlook = try #require(harness.service.outlook(AskContext(harness.request(chat: chat)), plan))
        #expect(outlook.key(of: .gpt5) == key && outlook.options.first?.warmTokens ?? 0 > 9_000)
        var report = try #require(first.attempts.first).report
        report.key = KeyFingerprint(rawValue: "another")
        report.usage = UsageReading(raw: .null, tokens: TokenUsage(promptTokens: 11_000, outputTokens: 100))
        let cost = CostReading(computed: USD("0.01475"))
        let change = try #require(harness.service.cacheSwitch(to: report, cost: cost, outlook))
        #expect(change.from == change.to && change.cost.map { $0 > .zero } == true)
        #expect(change.summary.contains("under another key of openai/gpt-5"))
        report.key = key
        #expect(harness.service.cacheSwitch(to: report, cost: cost, outlook) == nil)
    }

    @Test("a hedge says what its turn costs, cold or warm")
    func hedge() async throws {
        let openai = CachingProvider("openai", ttl: .seconds(300), clock: clock)
        let slow = HandClient("gemini")
        let harness = ServiceHarness(clock: clock, priority: ["gemini", "openai"], clients: [slow, openai.client])
        try await harness.hedges.settle(spent: USD(pico: 100 * USD.picoPerDollar), hedges: [])
        let policy = AskPolicy(retries: 0, hedge: HedgePolicy(maxShare: 0.5, after: .milliseconds(800)))
        for turn in 1...2 {
            let record = try #require(
                try await harness.ask(
                    harness.request(.model(.geminiPro), policy: policy, chat: conversation(turns: turn))
                ).record)
            #expect(record.model == .gpt5)
            let step = try #require(record.decision.steps.first { $0.what.hasPrefix("started beside gemini/") })
            if turn == 2 { #expect(step.what.contains("tokens warm"), "\(step.what)") }
        }
    }

    @Test(
        "a slow model whose cache is warm is raced only by one that costs no more, and the decision says what each costs",
        arguments: [("gemini", false), ("groq", true)] as [(ProviderID, Bool)])
    func coldHedge(_ second: ProviderID, starts: Bool) async throws {
        let isSlow = Mutex(false)
        let slow = Mutex<(HandClient.Pen, ModelCall)?>(nil)
        let answer: @Sendable (HandClient.Pen, ModelCall) -> Void = { pen, call in
            let prompt = CachingProvider.tokens(call.request.messages)
            guard case .ended(var report) = HandClient.end(call, characters: 4) else { return }
            report.usage = UsageReading(
                raw: .null, tokens: TokenUsage(promptTokens: prompt, cacheReadTokens: 0, outputTokens: 100))
            pen.yield(.text("fine"))
            pen.yield(.ended(report))
            pen.finish()
        }
        let openai = HandClient("openai") { call, pen in
            if isSlow.withLock(\.self) { slow.withLock { $0 = (pen, call) } } else { answer(pen, call) }
        }
        let other = CachingProvider(second, ttl: .zero, clock: clock)
        let harness = ServiceHarness(clock: clock, priority: ["openai", second], clients: [openai, other.client])
        try await harness.hedges.settle(spent: USD(pico: 100 * USD.picoPerDollar), hedges: [])
        func turn(_ number: Int, _ hedge: HedgePolicy? = nil) async throws -> CallRecord {
            try #require(
                try await harness.ask(
                    harness.request(
                        .model(.gpt5), policy: AskPolicy(retries: 0, hedge: hedge), chat: conversation(turns: number))
                ).record)
        }
        // Without a race, which this clock, whose waits take no time, might let the other model win.
        #expect(try await turn(1).model == .gpt5)
        isSlow.withLock { $0 = true }
        async let record = turn(2, HedgePolicy(maxShare: 0.5, after: .milliseconds(800)))
        if !starts {
            try await until { clock.sleeps.contains(.milliseconds(800)) && slow.withLock { $0 != nil } }
            try await Task.sleep(for: .milliseconds(50))
            if let (pen, call) = slow.withLock(\.self) { answer(pen, call) }
        }
        let steps = try await record.decision.steps.map(\.what)
        if starts {
            #expect(try await record.model?.provider == second)
            #expect(steps.contains { $0.hasPrefix("started beside openai/gpt-5") && $0.contains("; cold, $0.00") })
        } else {
            #expect(try await record.attempts.count == 1)
            let step = try #require(steps.first { $0.hasPrefix("not hedged: cold, $0.01") }, "\(steps)")
            #expect(step.contains("; at openai/gpt-5 ") && step.contains("tokens warm"), "\(step)")
        }
    }

    @Test("a short conversation, and one that nothing knows, records nothing")
    func silent() async throws {
        let openai = CachingProvider("openai", ttl: .seconds(300), clock: clock)
        let harness = harness(openai)
        let short = try await harness.ask(harness.request())
        #expect(try #require(short.record).decision.promptCache == nil)
        #expect(try await ask(harness, turn: 1).decision.promptCache == nil)
        #expect(try await ask(harness, turn: 2).decision.promptCache?.saved.map { $0 > .zero } == true)
    }

    @Test("an answer that was cut at its limit has filled the cache, too")
    func cut() async throws {
        let usage = UsageReading(raw: .null, tokens: TokenUsage(promptTokens: 10_000, outputTokens: 200))
        let openai = ScriptedClient("openai", clock: clock) { _, _ in
            ScriptedAnswer(events: [.text("so far")], outcome: .lengthTruncated, usage: usage)
        }
        let harness = ServiceHarness(clock: clock, priority: ["openai"], clients: [openai])
        for turn in 1...2 {
            let record = try await ask(harness, turn: turn)
            #expect(record.outcome == .lengthTruncated)
            #expect((record.decision.promptCache?.options.first?.warmTokens ?? 0 > 9_000) == (turn == 2))
        }
    }

    @Test("an isolated service neither weighs caches nor records them")
    func isolated() async throws {
        let openai = CachingProvider("openai", ttl: .seconds(300), clock: clock)
        var harness = harness(openai)
        harness.isolate()
        for turn in 1...2 { #expect(try await ask(harness, turn: turn).decision.promptCache == nil) }
    }
}

@Suite("Candidates that may change places", .timeLimit(.minutes(1)))
struct InterchangeableTests {
    private func free(_ criteria: CandidatePlanner.Criteria, table: SelectionTable? = nil) -> [String] {
        let clock = ManualClock()
        let clients = ["gemini", "openai", "groq"].map {
            ScriptedClient(ProviderID($0), clock: clock) { _, _ in .text("x") }
        }
        let harness = ServiceHarness(clock: clock, priority: ["gemini", "openai", "groq"], clients: clients)
        let planner = CandidatePlanner(configuration: harness.service.configuration, prices: .builtIn)
        return planner.plan(criteria, table: table).candidates.filter(\.isInterchangeable).map(\.model.description)
    }

    @Test("without evidence all that nobody asked for; a requested model, a profile's and a pinned one never")
    func withoutEvidence() {
        #expect(free(.init(model: .auto, task: .general)).count == 3)
        let requested = free(.init(model: .model(.gpt5), task: .general))
        #expect(requested.count == 2 && !requested.contains("openai/gpt-5"))
        let profile = AgentProfile(role: "r", model: .gpt5, fallback: .geminiPro)
        #expect(free(.init(model: .auto, task: .general, profile: profile)) == ["groq/openai/gpt-oss-120b"])
        var pinned = profile
        pinned.pinsModel = true
        #expect(free(.init(model: .auto, task: .general, profile: pinned)).isEmpty)
    }
}
