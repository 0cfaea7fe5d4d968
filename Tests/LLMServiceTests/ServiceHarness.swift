import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@testable import LLMService

/// A service over scripted providers, with everything it asked of its ports kept for inspection.
struct ServiceHarness {
    static let question = ChatRequest(
        messages: [.user("Why a queue?")], parameters: GenerationParameters(maxOutputTokens: 1_000))

    static let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let clock: ManualClock
    let recorder: InMemoryCallRecorder
    let tables: FixedTables
    let clients: [ScriptedClient]
    var service: LLMService
    let jobs: JobList

    /// The model each provider contributes; those of `openai` and `gemini` have a price.
    static let models: [ProviderID: ModelID] = [
        "openai": ModelID(provider: "openai", name: "gpt-5"),
        "gemini": ModelID(provider: "gemini", name: "gemini-2.5-pro"),
        "groq": ModelID(provider: "groq", name: "openai/gpt-oss-120b"),
        "local": ModelID(provider: "local", name: "ai/smollm3"),
    ]

    init(
        clock: ManualClock = ManualClock(), recorder: InMemoryCallRecorder = .init(), tables: FixedTables = .init(),
        skipped: [SkippedProvider] = [], priority: [ProviderID] = ServiceConfiguration.defaultPriority,
        clients: [any ModelClient], keys: Int = 1, telemetry: Telemetry = .init(), time: TimeSource? = nil,
        balance: [[ModelID]] = [], health: (any HealthStore)? = nil, history: (any AttemptHistory)? = nil
    ) {
        self.clock = clock
        self.recorder = recorder
        self.tables = tables
        self.clients = clients.compactMap { $0 as? ScriptedClient }
        let jobs = JobList()
        self.jobs = jobs
        let targets = clients.map { client in
            ProviderTarget(
                client: client,
                keys: (0..<keys).map {
                    APIKey(keys == 1 ? "key-of-\(client.provider)" : "key-\($0)-of-\(client.provider)")
                },
                defaultModel: ServiceHarness.models[client.provider]
                    ?? ModelID(provider: client.provider, name: "default"),
                isLocal: client.provider == .local)
        }
        service = LLMService(
            configuration: ServiceConfiguration(
                targets: targets, skipped: skipped, priority: priority, balance: balance),
            tables: tables, recorder: recorder, background: BackgroundWork { jobs.add($0) },
            time: time ?? clock.source, jitter: { 0.5 }, logger: ServiceHarness.quietLogger, telemetry: telemetry,
            health: health.map { HealthTracker(store: $0, simulated: false) },
            history: history.map {
                CallHistory($0, simulated: false, time: clock.source, logger: ServiceHarness.quietLogger)
            })
    }

    /// Providers that follow scripts, in the default priority order.
    init(
        _ scripts: KeyValuePairs<ProviderID, [ScriptedAnswer]>, recorder: InMemoryCallRecorder = .init(),
        telemetry: Telemetry = .init()
    ) {
        let clock = ManualClock()
        let clients = scripts.map { provider, answers in
            ScriptedClient(provider, clock: clock) { _, index in
                answers.isEmpty ? ScriptedAnswer() : answers[min(index, answers.count - 1)]
            }
        }
        self.init(clock: clock, recorder: recorder, clients: clients, telemetry: telemetry)
    }

    func request(
        _ model: ModelChoice = .auto, task: TaskType = .general, profile: AgentProfile? = nil,
        policy: AskPolicy = .init(), chat: ChatRequest = question
    ) -> AskRequest {
        AskRequest(
            id: CallID(rawValue: "call"), model: model, chat: chat, task: task, profile: profile, policy: policy)
    }

    /// Makes the service what a run of the bench asks.
    mutating func isolate() { service = service.isolated(as: .bench) }

    var hedges: HedgeBudget { get throws { try #require(service.strategies.hedging?.budget) } }

    func ask(_ request: AskRequest) async throws -> Transcript {
        var transcript = Transcript()
        for try await event in service.ask(request) { transcript.events.append(event) }
        return transcript
    }
}

/// What a caller saw.
struct Transcript {
    var events: [AnswerEvent] = []

    var text: String { events.map { if case .text(let piece) = $0 { piece } else { "" } }.joined() }
    var record: CallRecord? { if case .ended(let record)? = events.last { record } else { nil } }
    var failures: Int { events.count { if case .attemptFailed = $0 { true } else { false } } }
    var waits: [AskWait] { events.compactMap { if case .waiting(let wait) = $0 { wait } else { nil } } }
    /// `gemini:rate_limited`, in order.
    var attempts: [String] {
        record?.attempts.map { "\($0.report.model.provider):\($0.report.outcome.rawValue)" } ?? []
    }
}

/// Work handed to the background, run when a test says so.
final class JobList: Sendable {
    private let jobs = Mutex<[BackgroundWork.Job]>([])
    func add(_ job: @escaping BackgroundWork.Job) { jobs.withLock { $0.append(job) } }
    var isEmpty: Bool { jobs.withLock(\.isEmpty) }
    func runAll() async {
        for job in jobs.withLock({ jobs in
            defer { jobs = [] }
            return jobs
        }) {
            await job()
        }
    }
}
