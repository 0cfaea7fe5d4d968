import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import LLMService

@Suite("The stages of the ask pipeline", .timeLimit(.minutes(1)))
struct PipelineTests {
    /// Counts how often the table of each task is read.
    private final class CountedTables: SelectionTableSource {
        private let reads = Mutex<[TaskType: Int]>([:])

        func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
            reads.withLock { $0[task, default: 0] += 1 }
            return task == .simpleGeneration
                ? .fixture(
                    task: task, sharedCases: 100,
                    rows: [.fixture(ModelID(provider: "groq", name: "cheap"), quality: 0.9, cost: USD(pico: 1))])
                : nil
        }
        func count(_ task: TaskType) -> Int { reads.withLock { $0[task] ?? 0 } }
    }

    private func service(
        _ tables: CountedTables, _ background: BackgroundWork, recorder: InMemoryCallRecorder = .init()
    ) -> LLMService {
        let clock = ManualClock()
        let targets = ["openai", "groq"].map { name in
            ProviderTarget(
                client: ScriptedClient(ProviderID(name), clock: clock, .text("yes")),
                defaultModel: ModelID(provider: ProviderID(name), name: name == "groq" ? "cheap" : "gpt-5"))
        }
        return LLMService(
            configuration: ServiceConfiguration(targets: targets), tables: tables, recorder: recorder,
            background: background, time: clock.source, logger: ServiceHarness.quietLogger)
    }

    private func request(_ turns: Int = 0, origin: String = "call") -> AskRequest {
        let messages = (0..<turns).flatMap { _ in
            [Message.user(String(repeating: "word", count: 50)), .assistant(String(repeating: "word", count: 50))]
        }
        return AskRequest(
            id: CallID(rawValue: origin), model: .auto,
            chat: ChatRequest(
                messages: messages + [.user("And now?")], parameters: GenerationParameters(maxOutputTokens: 100)),
            task: .architecture, useCache: true,
            policy: AskPolicy(history: HistoryPolicy(above: 200, keep: 100, summary: 50)))
    }

    @Test("a request is planned once, whatever stages it passes", arguments: [0, 8])
    func plannedOnce(turns: Int) async throws {
        try await withBackground { background in
            let tables = CountedTables()
            let service = service(tables, background)
            let cache = AnswerCache(storage: InMemoryCacheStorage(), logger: ServiceHarness.quietLogger)
            let asker: any Asker = service.summarisingHistory(over: service.cached(by: cache))
            var record: CallRecord?
            for try await event in asker.ask(request(turns)) { if case .ended(let end) = event { record = end } }
            #expect(record?.outcome == .ok)
            #expect((record?.decision.history == nil) == (turns == 0))
            #expect(tables.count(.architecture) == 1)
        }
    }

    @Test("what a stage found out is in the decision of the call, and the request stays as it came")
    func context() async throws {
        try await withBackground { background in
            let service = service(CountedTables(), background)
            var context = AskContext(request())
            context.cacheUse = CacheUse(kind: .miss)
            context.history = HistorySummarisation(description: "nothing to summarise")
            context.chat.messages = [.user("shorter")]
            var record: CallRecord?
            for try await event in service.ask(context) { if case .ended(let end) = event { record = end } }
            #expect(record?.decision.cache?.kind == .miss)
            #expect(record?.decision.history?.description == "nothing to summarise")
            let client = try #require(service.configuration.targets["openai"]?.client as? ScriptedClient)
            let groq = try #require(service.configuration.targets["groq"]?.client as? ScriptedClient)
            #expect((client.calls + groq.calls).map(\.request.messages) == [[.user("shorter")]])
            #expect(context.request.chat.messages == [.user("And now?")])
        }
    }

    @Test("an isolated service marks its calls, asks with the first key and leaves nothing learnt")
    func isolated() async throws {
        let clock = ManualClock()
        let openai = ScriptedClient("openai", clock: clock, .failure(.auth, status: 401))
        let harness = ServiceHarness(clock: clock, clients: [openai], keys: 2)
        let isolated = harness.service.isolated(as: .bench)
        var record: CallRecord?
        for try await event in isolated.ask(harness.request()) { if case .ended(let end) = event { record = end } }
        #expect(record?.origin == .bench)
        #expect(openai.calls.map(\.credential) == [APIKey("key-0-of-openai")])
        #expect(await harness.service.health.snapshot(now: clock.source.wallMicroseconds()).entries.isEmpty)
        #expect(try await harness.ask(harness.request()).record?.origin == .live)
    }
}
