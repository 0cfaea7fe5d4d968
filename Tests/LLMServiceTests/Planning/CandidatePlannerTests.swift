import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite(.timeLimit(.minutes(2))) struct CandidatePlannerTests {
    private static let clock = ManualClock()

    private func configuration(
        _ providers: [ProviderID], skipped: [ProviderID] = [], simulated: Bool = false,
        priority: [ProviderID] = ServiceConfiguration.defaultPriority
    ) -> ServiceConfiguration {
        ServiceConfiguration(
            targets: providers.map { provider in
                ProviderTarget(
                    client: ScriptedClient(
                        provider, endpoint: simulated ? "simulator" : nil, simulated: simulated,
                        clock: CandidatePlannerTests.clock),
                    defaultModel: ModelID(provider: provider, name: "default"), isLocal: provider == .local)
            },
            skipped: skipped.map {
                SkippedProvider(
                    provider: $0, defaultModel: ModelID(provider: $0, name: "default"), reason: "no key", help: "set it"
                )
            }, priority: priority)
    }

    private func plan(
        _ configuration: ServiceConfiguration, _ model: ModelChoice = .auto, task: TaskType = .architecture,
        profile: AgentProfile? = nil, fallback: Bool = true, table: SelectionTable? = nil
    ) -> CandidatePlan {
        var question = CandidatePlanner.Criteria(model: model, task: task)
        question.profile = profile
        question.fallback = fallback
        return CandidatePlanner(configuration: configuration, prices: .builtIn).plan(question, table: table)
    }

    private func names(_ plan: CandidatePlan) -> [String] { plan.candidates.map(\.model.description) }

    private func model(_ text: String) -> ModelID {
        ModelID(text) ?? ModelID(provider: "none", name: text)
    }

    @Test("without a table each provider contributes its default in the priority order")
    func priorityOrder() {
        let plan = plan(configuration(["anthropic", "openai", "local", "gemini", "mine"]))
        #expect(
            names(plan)
                == ["gemini/default", "local/default", "openai/default", "anthropic/default", "mine/default"])
        #expect(plan.reason.contains("priority order"))
    }

    @Test("of a provider given twice the later counts, and tells whether all is simulated", arguments: [true, false])
    func twice(isSimulated: Bool) {
        let targets = [!isSimulated, isSimulated].map { simulated in
            ProviderTarget(
                client: ScriptedClient("openai", simulated: simulated, clock: CandidatePlannerTests.clock),
                defaultModel: ModelID(provider: "openai", name: "default"))
        }
        let configuration = ServiceConfiguration(targets: targets)
        #expect(configuration.targets["openai"]?.client.simulated == isSimulated)
        #expect(configuration.simulated == isSimulated)
    }

    @Test("simple generation puts local models first")
    func simpleGeneration() {
        let plan = plan(configuration(["gemini", "local", "openai"]), task: .simpleGeneration)
        #expect(names(plan) == ["local/default", "gemini/default", "openai/default"])
    }

    @Test("a requested model goes first and appears once")
    func requested() {
        let plan = plan(configuration(["gemini", "openai"]), .model(model("openai/default")))
        #expect(names(plan) == ["openai/default", "gemini/default"])
        #expect(plan.candidates.first?.why == "requested")
    }

    @Test("under a limited key no list, equal, profile, table or default leads to another model")
    func permitted() {
        let limits = VirtualKey.Limits(models: [.provider("openai")])
        let row = SelectionRow.fixture(model("gemini/best"), quality: 0.9)
        let table = SelectionTable.fixture(rows: [row, .fixture(model("openai/second"), quality: 0.8)])
        var configuration = configuration(["gemini", "openai", "groq"])
        configuration.balance = [[model("openai/default"), model("groq/default")]]
        let profile = AgentProfile(role: "r", model: model("gemini/x"), fallback: model("groq/x"))
        let permitted = limits.permitted(for: .auto, task: .architecture, alias: nil) { _ in nil }
        for choice in [ModelChoice.auto, .model(model("openai/default"))] {
            for table in [table, nil] {
                for profile in [profile, nil] {
                    for fallback in [true, false] {
                        var criteria = CandidatePlanner.Criteria(model: choice, task: .architecture)
                        criteria.profile = profile
                        criteria.fallback = fallback
                        criteria.permitted = permitted
                        let plan = CandidatePlanner(configuration: configuration, prices: .builtIn)
                            .plan(criteria, table: table)
                        #expect(!plan.candidates.isEmpty)
                        #expect(plan.candidates.allSatisfy { $0.model.provider == "openai" })
                    }
                }
            }
        }
    }

    @Test("a model that a key may not use is skipped by that name, and a plan without it is not another key's")
    func notPermitted() async {
        let configuration = configuration(["gemini", "openai"])
        let memo = RoutingMemo()
        func plan(_ limits: VirtualKey.Limits) async -> CandidatePlan {
            let permitted = limits.permitted(for: .auto, task: .architecture, alias: nil) { _ in nil }
            let criteria = CandidatePlanner.Criteria(model: .auto, task: .architecture, permitted: permitted)
            return await memo.plan(.init(criteria, nil)) {
                CandidatePlanner(configuration: configuration, prices: .builtIn, memo: memo).plan(criteria, table: nil)
            }
        }
        let limited = await plan(VirtualKey.Limits(models: [.provider("openai")]))
        #expect(names(limited) == ["openai/default"])
        #expect(limited.skipped.map(\.why) == ["the caller's key may not use it"])
        #expect(names(await plan(.init())) == ["gemini/default", "openai/default"])
    }

    @Test("a provider without key is skipped, and said so with what would help")
    func skipped() {
        let plan = plan(configuration(["openai"], skipped: ["gemini"]))
        #expect(names(plan) == ["openai/default"])
        #expect(plan.skipped.map(\.why) == ["no key: set it"])
        #expect(plan.decision.candidates.map(\.skipped) == [false, true])
    }

    @Test("without fallback only the requested model, or the first that can be asked, remains")
    func noFallback() {
        let both = configuration(["openai", "groq"], skipped: ["gemini"])
        #expect(names(plan(both, .model(model("openai/x")), fallback: false)) == ["openai/x"])
        #expect(names(plan(both, .model(model("gemini/x")), fallback: false)).isEmpty)
        #expect(names(plan(both, fallback: false)) == ["groq/default"])
    }

    @Test("auto puts the table's choice first, and each provider contributes its best")
    func table() {
        let table = SelectionTable.fixture(rows: [
            .fixture(model("openai/good"), quality: 0.95, cost: USD(pico: 5_000_000_000)),
            .fixture(model("openai/bad"), quality: 0.5), .fixture(model("gemini/poor"), quality: 0.6),
        ])
        let plan = plan(configuration(["gemini", "openai", "groq"]), table: table)
        #expect(names(plan) == ["openai/good", "gemini/poor", "groq/default"])
        #expect(plan.tableID == "table-1")
        #expect(plan.choice?.verdict == .certified)
    }

    @Test("parameters of the chosen arm go with the call, under those of the caller")
    func armParameters() throws {
        let row = SelectionRow.fixture(
            model("openai/good"), quality: 0.9, parameters: .init(temperature: 0.7, reasoningEffort: "low"))
        let plan = plan(configuration(["openai"]), table: .fixture(rows: [row]))
        let candidate = try #require(plan.candidates.first)
        let harness = ServiceHarness(["openai": [.text("hi")]])
        var request = harness.request()
        request.chat.parameters = GenerationParameters(temperature: 0.1)
        let parameters = harness.service.chat(for: candidate, AskContext(request)).parameters
        #expect(parameters.temperature == 0.1)
        #expect(parameters.reasoningEffort == "low")
    }

    @Test("a simulated row is never used when a real provider is configured")
    func worlds() {
        let simulated = SelectionTable.fixture(
            simulated: true,
            rows: [.fixture(model("openai/good"), quality: 0.9, endpoint: "simulator", simulated: true)])
        #expect(plan(configuration(["openai"]), table: simulated).tableID == nil)
        #expect(plan(configuration(["openai"], simulated: true), table: simulated).tableID == "table-1")

        // A real table that was tampered with, or a simulated provider beside real ones, changes nothing.
        let mixed = SelectionTable.fixture(rows: [
            .fixture(model("openai/good"), quality: 0.9, simulated: true),
            .fixture(model("openai/fair"), quality: 0.8),
        ])
        #expect(names(plan(configuration(["openai"]), table: mixed)) == ["openai/fair"])
    }

    @Test("evidence of another endpoint does not count")
    func endpoints() {
        let table = SelectionTable.fixture(rows: [
            .fixture(model("local/ai/smollm3"), quality: 0.9, endpoint: "http://other:12434")
        ])
        let plan = plan(configuration(["local"]), table: table)
        #expect(names(plan) == ["local/default"])
        #expect(plan.reason.contains("no model that is configured here"))
    }

    // MARK: Profiles

    private var profile: AgentProfile {
        AgentProfile(role: "planner", model: model("local/ai/a"), fallback: model("local/ai/b"))
    }

    @Test("a certified table wins over the profile, whose models are the last resort")
    func certifiedTableWins() {
        let table = SelectionTable.fixture(rows: [
            .fixture(model("openai/good"), quality: 0.9), .fixture(model("gemini/default"), quality: 0.5),
        ])
        let plan = plan(configuration(["openai", "local", "gemini"]), profile: profile, table: table)
        #expect(
            names(plan) == ["openai/good", "gemini/default", "local/default", "local/ai/a", "local/ai/b"])
    }

    @Test("below certification the profile's models go first")
    func uncertifiedTable() {
        let table = SelectionTable.fixture(
            sharedCases: 10, rows: [.fixture(model("openai/good"), quality: 0.9)])
        let plan = plan(configuration(["openai", "local"]), profile: profile, table: table)
        #expect(names(plan) == ["local/ai/a", "local/ai/b", "openai/good", "local/default"])
        #expect(plan.reason.contains("profile 'planner' decides"))
    }

    @Test("a pinned model is asked and nothing but its own fallback")
    func pinned() {
        var pinned = profile
        pinned.pinsModel = true
        let table = SelectionTable.fixture(rows: [.fixture(model("openai/good"), quality: 0.9)])
        let plan = plan(configuration(["openai", "local"]), profile: pinned, table: table)
        #expect(names(plan) == ["local/ai/a", "local/ai/b"])
    }

    @Test("solo_local leaves no cloud candidate, not even a requested one")
    func localOnly() {
        var local = profile
        local.localOnly = true
        let table = SelectionTable.fixture(rows: [.fixture(model("openai/good"), quality: 0.9)])
        let plan = plan(
            configuration(["openai", "local", "gemini"]), .model(model("openai/good")), profile: local, table: table)
        #expect(plan.candidates.allSatisfy { $0.model.provider == .local })
        #expect(plan.skipped.first?.why.contains("only local") == true)
    }
}
