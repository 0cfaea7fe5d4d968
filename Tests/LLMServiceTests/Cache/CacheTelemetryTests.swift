import LLMCore
import Metrics
import MetricsTestKit
import Synchronization
import TestSupport
import Testing

@testable import LLMService

@Suite("Questions counted behind a cache", .timeLimit(.minutes(2)))
struct CacheTelemetryTests {
    private let metrics = TestMetrics()
    private let clock = ManualClock()
    private let storage = InMemoryCacheStorage()

    private func asker(
        _ client: any ModelClient, _ background: BackgroundWork, policy: CachePolicy = .init()
    ) -> CachedAsker {
        let target = ProviderTarget(client: client, defaultModel: ModelID(provider: "openai", name: "gpt-5"))
        let service = LLMService(
            configuration: ServiceConfiguration(targets: [target]), tables: FixedTables(),
            recorder: InMemoryCallRecorder(), background: background, time: clock.source, jitter: { 0.5 },
            logger: ServiceHarness.quietLogger, telemetry: Telemetry(metrics: metrics))
        return service.cached(
            by: AnswerCache(
                policy: policy, storage: storage, time: clock.source, logger: ServiceHarness.quietLogger))
    }

    private func request(_ id: String) -> AskRequest {
        AskRequest(
            id: CallID(rawValue: id), model: .auto, chat: ServiceHarness.question, task: .verification,
            policy: AskPolicy(retries: 0))
    }

    private func read(_ asker: CachedAsker, _ request: AskRequest) async throws {
        for try await _ in asker.ask(request) {}
    }

    /// `served outcome`, each with its number.
    private var asks: [String: Int64] {
        let counters = metrics.counters.filter { $0.label == "dirgen.asks" }
        return counters.reduce(into: [:]) { counts, counter in
            let words = ["served", "outcome"].compactMap { name in counter.dimensions.first { $0.0 == name }?.1 }
            counts[words.joined(separator: " "), default: 0] += counter.totalValue
        }
    }

    @Test("a request counts once, whether a model, the cache, another's call or nobody served it")
    func served() async throws {
        let pens = Mutex<[(ModelCall, HandClient.Pen)]>([])
        let client = HandClient("openai") { call, pen in
            if call.request.parameters.temperature == 1 { return pen.answer("yes", to: call) }
            pens.withLock { $0.append((call, pen)) }
        }
        try await withBackground { background in
            let asker = asker(client, background)
            let leader = Task { try await read(asker, request("leader")) }
            try await until { client.calls.count == 1 }
            let follower = Task { try await read(asker, request("follower")) }
            try await until { asker.callersUnderWay == 2 }
            let deserter = Task { try await read(asker, request("deserter")) }
            try await until { asker.callersUnderWay == 3 }
            deserter.cancel()
            _ = await deserter.result
            for (call, pen) in pens.withLock({ $0 }) { pen.answer("yes", to: call) }
            try await leader.value
            try await follower.value
            try await read(asker, request("late"))
            var passing = request("passing")
            passing.useCache = false
            passing.chat.parameters.temperature = 1
            try await read(asker, passing)
        }
        // A session ends a moment after its caller has left.
        try await until { asks["nobody cancelled"] == 1 }
        #expect(asks == ["model ok": 2, "shared ok": 1, "hit ok": 1, "nobody cancelled": 1])
    }

    @Test("one that fails and gets an answer past its time counts as that, and not as a failure besides")
    func stale() async throws {
        let client = ScriptedClient("openai", clock: clock, .text("yes"), .failure(.serverError, status: 500))
        try await withBackground { background in
            let asker = asker(client, background, policy: CachePolicy(staleIfError: .seconds(30 * 86_400)))
            try await read(asker, request("first"))
            // It is kept a moment after its caller has it.
            try await until { storage.entries.count == 1 }
            clock.advance(by: .seconds(8 * 86_400))
            try await read(asker, request("second"))
        }
        #expect(asks == ["model ok": 1, "stale ok": 1])
    }

    @Test("a call that all its callers left counts each of them once")
    func abandoned() async throws {
        let client = HandClient("openai")
        try await withBackground { background in
            let asker = asker(client, background)
            let callers = (0..<2).map { number in Task { try await read(asker, request("call-\(number)")) } }
            try await until { asker.callersUnderWay == 2 && client.calls.count == 1 }
            for caller in callers { caller.cancel() }
            for caller in callers { _ = await caller.result }
            try await until { client.closed == 1 }
        }
        try await until { asks == ["nobody cancelled": 2] }
    }
}
