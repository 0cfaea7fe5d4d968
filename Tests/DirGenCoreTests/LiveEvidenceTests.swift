import BenchCore
import DirGenCore
import LLMCore
import LLMService
import ProviderSimulator
import TestSupport
import Testing

/// What live calls teach, through the database and real sockets, with the simulator as the other side.
@Suite(.timeLimit(.minutes(2))) struct LiveEvidenceTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private static let winner = ModelID(provider: "groq", name: "openai/gpt-oss-20b")
    private static let other = ModelID(provider: "openai", name: "gpt-6-luna")

    private func load(_ environment: [String: String] = [:]) throws -> Configuration {
        try Configuration.load(
            .init(database: folder.path + "/dirgen.sqlite"),
            environment: environment.merging(["HOME": folder.path]) { own, _ in own }, directory: folder.path)
    }

    private func withSimulated<Value: Sendable>(
        _ scenario: Scenario = Scenario(), _ body: (DirGen) async throws -> Value
    ) async throws -> Value {
        try await withSimulator(options: SimulatorOptions(scenario: scenario, timeScale: 0.001)) { address in
            let configuration = try load().simulated(at: address.baseURL(for:), models: SimulatorAddress.models(of:))
            return try await withDirGen(configuration, body)
        }
    }

    private func table(_ task: TaskType, simulated: Bool) -> SelectionTable {
        let rows = [(Self.winner, 1), (Self.other, 5)].map { model, cost in
            SelectionRow.fixture(
                model, quality: 0.9, cost: USD(pico: Int64(cost) * 1_000_000),
                endpoint: simulated ? "simulator" : "https://\(model.provider).test", simulated: simulated)
        }
        return SelectionTable.fixture(
            id: "\(task)-\(simulated)", task: task, simulated: simulated, rows: rows)
    }

    private func ask(_ dirgen: DirGen, _ request: AskRequest) async throws -> CallRecord? {
        for try await event in dirgen.asker.ask(request) { if case .ended(let record) = event { return record } }
        return nil
    }

    @Test("a winner of the bench that breaks loses its place, in its own world only")
    func broken() async throws {
        var scenario = Scenario()
        var effect = FaultEffect()
        effect.fail = .serverError
        scenario.faults = [
            FaultRule(name: "broken", match: RequestMatch(provider: "groq", model: Self.winner.name), effect: effect)
        ]
        try await withSimulated(scenario) { dirgen in
            let store = try #require(dirgen.store as? any BenchStore)
            try await store.save(table(.architecture, simulated: true), from: [])
            try await store.save(table(.architecture, simulated: false), from: [])
            #expect(try await dirgen.service.selectOptimalModel(for: .architecture).model == Self.winner)
            // As many as open a breaker, which lets no more through.
            for number in 0..<5 {
                var request = dirgen.request("Question \(number)?", task: .architecture, model: Self.winner)
                request.policy.fallback = false
                request.policy.retries = 0
                _ = try await ask(dirgen, request)
            }
        }
        try await withSimulated(scenario) { dirgen in
            let selection = try await dirgen.service.selectOptimalModel(for: .architecture)
            #expect(selection.model == Self.other)
            #expect(selection.reason.contains("live calls failed"), "\(selection.reason)")
            let record = try #require(await ask(dirgen, dirgen.request("Which?", task: .architecture)))
            #expect(record.model == Self.other)
            #expect(record.attempts.count == 1)
        }
        let keys = ["GROQ_API_KEY": "k", "OPENAI_API_KEY": "k"]
        let bases = ["GROQ_BASE_URL": "https://groq.test", "OPENAI_BASE_URL": "https://openai.test"]
        try await withDirGen(try load(keys.merging(bases) { $1 })) { dirgen in
            let selection = try await dirgen.service.selectOptimalModel(for: .architecture)
            #expect(selection.model == Self.winner)
            #expect(selection.live.isEmpty)
        }
    }

    @Test("a long conversation is summarised by the certified model, and both calls are in the log, linked")
    func consolidated() async throws {
        try await withSimulated { dirgen in
            let store = try #require(dirgen.store as? any BenchStore)
            try await store.save(table(.simpleGeneration, simulated: true), from: [])
            var request = dirgen.request("And now?", task: .architecture, model: Self.other)
            let words = String(repeating: "Service A publishes events to the queue. ", count: 60)
            let turns = (0..<8).flatMap { [Message.user("Fact \($0): \(words)"), .assistant("Noted \($0). \(words)")] }
            request.chat.messages = [.system("Be brief.")] + turns + request.chat.messages
            request.policy.history = HistoryPolicy(above: 4_000, keep: 1_500, summary: 300)
            let record = try #require(await ask(dirgen, request))
            #expect(record.outcome == .ok, "\(record.error ?? "")")
            let history = try #require(record.decision.history)
            #expect(history.turns > 0 && history.model == Self.winner, "\(history.description)")
            let kept = try #require(await store.call(matching: request.id.rawValue))
            #expect(kept.decision.history?.description == history.description)
            #expect(kept.decision.history?.summary == history.summary)
            let id = try #require(history.summary)
            let summary = try #require(await store.call(matching: id.rawValue))
            #expect(summary.decision.history?.summaryFor == request.id)
            #expect(summary.model == Self.winner && summary.task == .simpleGeneration)
            #expect(summary.cost == history.cost)
            let tokens = try #require(record.attempts.first?.report.usage?.tokens.promptTokens)
            let before = try #require(history.tokensBefore)
            #expect(tokens < before)
        }
    }
}
