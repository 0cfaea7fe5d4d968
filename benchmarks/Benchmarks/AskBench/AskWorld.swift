import LLMCore
import LLMService
import Logging

let providers: [ProviderID] = ["openai", "anthropic", "gemini", "groq", "xai", "local"]
let models = providers.flatMap { provider in
    (0..<20).map { ModelID(provider: provider, name: "model-\($0)") }
}
let chat = ChatRequest(
    messages: [.system("Be brief."), .user("Why a queue between two services?")],
    parameters: GenerationParameters(maxOutputTokens: 500))

/// Answers at once, in three pieces.
struct InstantClient: ModelClient {
    let provider: ProviderID
    let endpoint: String
    let simulated = false

    init(provider: ProviderID) {
        self.provider = provider
        endpoint = "https://\(provider).example/v1"
    }

    func open(_ call: ModelCall) -> ChatStream {
        let report = AttemptReport(
            id: call.attemptID, model: call.model, endpoint: endpoint, simulated: false,
            key: call.credential?.fingerprint, timings: AttemptTimings(sentAt: .now, end: .zero), outcome: .ok,
            finish: FinishReason(kind: .stop, raw: "stop"), answerCharacters: 22)
        let events: [ChatEvent] = [.text("A queue "), .text("lets one "), .text("fail."), .ended(report)]
        return ChatStream(batches: { { events } })
    }
}

/// One table for every task: a hundred and twenty arms with three hundred draws.
struct OneTable: SelectionTableSource {
    let table: SelectionTable

    init() {
        var generator = SeededGenerator(seed: 1)
        let rows = models.enumerated().map { index, model in
            let quality = 0.5 + Double(index % 40) / 100
            let draws = (0..<300).map { _ in quality + Double.random(in: -0.05...0.05, using: &generator) }
            return SelectionRow(
                arm: Arm(model: model, endpoint: InstantClient(provider: model.provider).endpoint, simulated: false),
                quality: quality, qualityLow: quality - 0.05, qualityHigh: quality + 0.05, passRate: quality,
                cost: USD(pico: Int64(index + 1) * 1_000_000), respP95: 900, respP95Low: 800, respP95High: 1_000,
                failureRate: 0.01, n: 100, runs: ["run"],
                draws: SelectionDraws(
                    quality: draws, costUSD: draws.map { $0 / 1_000 }, respP95: draws.map { $0 * 1_000 }))
        }
        table = SelectionTable(
            id: "table", task: .general, derivedAt: 0, simulated: false, timeScale: 1, datasetHash: "",
            graderVersion: "1",
            priceVersion: "1", seed: 1, sharedCases: 100, defaults: SelectionConstraints(), incumbent: nil, rows: rows)
    }

    func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? { table }
}

struct NoTables: SelectionTableSource {
    func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? { nil }
}

/// Writes nothing down.
struct Nobody: CallRecorder {
    func reserve(_ intent: AttemptIntent) async throws {}
    func record(_ call: CallRecord) async throws {}
}

func service(_ tables: any SelectionTableSource) -> LLMService {
    let targets = providers.map { provider in
        ProviderTarget(
            client: InstantClient(provider: provider), keys: [APIKey("key-1"), APIKey("key-2")],
            defaultModel: ModelID(provider: provider, name: "model-0"), isLocal: provider == .local)
    }
    return LLMService(
        configuration: ServiceConfiguration(targets: targets), tables: tables, recorder: Nobody(),
        background: BackgroundWork { _ in }, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
}

func request(_ model: ModelChoice) -> AskRequest {
    AskRequest(id: CallID(rawValue: Identifier.make()), model: model, chat: chat)
}
