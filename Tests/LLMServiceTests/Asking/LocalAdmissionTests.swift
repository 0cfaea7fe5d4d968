import LLMCore
import TestSupport
import Testing

@testable import LLMService

/// A local server is looked at once its model is admitted, and not before.
@Suite("Admission of local models", .timeLimit(.minutes(2)))
struct LocalAdmissionTests {
    private static let model = ModelID(provider: .local, name: "ai/smollm3")
    private let clock = ManualClock()
    private let jobs = JobList()
    private let client: ScriptedClient
    private let control: ScriptedLocalControl

    init() {
        client = ScriptedClient(.local, clock: clock, .text("here"))
        control = ScriptedLocalControl(stored: ["ai/smollm3"], clock: clock)
    }

    /// A service with a local server and a cloud. Alarms of its local models never ring: time is the test's.
    private func withService(_ body: (LLMService) async throws -> Void) async throws {
        let (clock, jobs) = (clock, jobs)
        let never = TimeSource(
            now: { clock.now }, wallMicroseconds: clock.source.wallMicroseconds,
            sleep: { _ in
                for await _ in AsyncStream<Never>.makeStream().stream {}
                throw CancellationError()
            })
        let manager = LocalModelManager(control, time: never, logger: ServiceHarness.quietLogger)
        let cloud = ScriptedClient("openai", clock: clock, .text("there"))
        let targets = [
            ProviderTarget(client: client, defaultModel: Self.model, isLocal: true, localModels: manager),
            ProviderTarget(
                client: cloud, keys: [APIKey("key-of-openai")],
                defaultModel: ModelID(provider: "openai", name: "gpt-5")),
        ]
        let service = LLMService(
            configuration: ServiceConfiguration(targets: targets), tables: FixedTables(),
            recorder: InMemoryCallRecorder(), background: BackgroundWork { jobs.add($0) }, time: clock.source,
            jitter: { 0.5 }, logger: ServiceHarness.quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await manager.run() }
            defer { group.cancelAll() }
            try await body(service)
        }
    }

    private func admission(_ number: Int) -> AdmissionRequest {
        AdmissionRequest(
            attempt: AttemptID(rawValue: "before.\(number)"), model: Self.model, endpoint: client.endpoint,
            simulated: false, isLocal: true, expiresAt: clock.source.wallMicroseconds() + 60_000_000)
    }

    private func openBreaker(of service: LLMService) async throws {
        for number in 0..<5 {
            let now = clock.source.wallMicroseconds()
            let permit = try #require(await service.health.admit(admission(number), now: now).permit)
            await service.health.fail(permit, .timeoutConnect, now: now)
        }
    }

    private static func request() -> AskRequest {
        AskRequest(id: CallID(rawValue: "call"), model: .model(model), chat: ServiceHarness.question, task: .general)
    }

    @Test("a server whose breaker is open is not looked at, and the next model answers")
    func open() async throws {
        try await withService { service in
            try await openBreaker(of: service)
            var transcript = Transcript()
            for try await event in service.ask(Self.request()) { transcript.events.append(event) }
            #expect(transcript.record?.model?.provider == "openai")
            #expect(transcript.waits.isEmpty && control.asked.isEmpty)
        }
    }

    @Test("a model that must be loaded is announced, loaded and asked with one admission")
    func cold() async throws {
        try await withService { service in
            var transcript = Transcript()
            for try await event in service.ask(Self.request()) { transcript.events.append(event) }
            #expect(transcript.waits.map(\.reason) == ["\(Self.model) has to be loaded"])
            #expect(transcript.attempts == ["local:ok"])
            #expect(control.loaded == ["ai/smollm3"])
        }
    }

    @Test("a probe whose caller cancels while its model is loaded is given back")
    func cancelled() async throws {
        try await withService { service in
            try await openBreaker(of: service)
            clock.advance(by: .seconds(10))
            for try await event in service.ask(Self.request()) {
                guard case .waiting = event else { continue }
                #expect(await service.health.admit(admission(6), now: clock.source.wallMicroseconds()).permit == nil)
                break
            }
            await jobs.runAll()
            let permit = await service.health.admit(admission(7), now: clock.source.wallMicroseconds()).permit
            #expect(permit?.isProbe == true)
        }
    }
}
