import LLMCore
import LLMService
import Logging
import SQLiteStore
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

let model = ModelID(provider: "openai", name: "gpt-5")
let endpoint = "https://openai.test"
private let answer = Answer(text: String(repeating: "An answer of about one kilobyte. ", count: 30))

func question(_ text: String = "Is this right?") -> AskRequest {
    AskRequest(
        id: CallID(rawValue: Identifier.make()), model: .model(model), chat: ChatRequest(messages: [.user(text)]),
        task: .verification)
}

func entry() -> CacheEntry {
    let now = TimeSource.live.wallMicroseconds()
    return CacheEntry(
        model: model, endpoint: endpoint, simulated: false, task: .verification, answer: answer,
        finish: FinishReason(kind: .stop, raw: "stop"), tokens: nil, cost: USD(pico: 1_000_000),
        call: CallID(rawValue: "earlier"), storedAt: now, expiresAt: now + 3_600_000_000)
}

/// Reads an answer to its end.
@discardableResult
func finish(_ stream: AnswerStream) async throws -> CallRecord? {
    for try await event in stream { if case .ended(let record) = event { return record } }
    return nil
}

/// An asker over a model that answers a little later, so that others can join meanwhile.
func withAsker(
    _ policy: CachePolicy = .init(), storage: (any CacheStorage)?, _ body: (CachedAsker) async throws -> Void
) async throws {
    let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    let (jobs, feed) = AsyncStream<BackgroundWork.Job>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            await withDiscardingTaskGroup { workers in for await job in jobs { workers.addTask { await job() } } }
        }
        let asker = CachedAsker(
            cache: AnswerCache(policy: policy, storage: storage, logger: logger),
            background: BackgroundWork { feed.yield($0) }, recorder: Nobody(), logger: logger,
            resolve: { context in
                [
                    CacheRequest(
                        tenant: nil, simulated: false, endpoint: endpoint, model: model, chat: context.request.chat)
                ]
            }, upstream: later)
        defer { feed.finish() }
        try await body(asker)
    }
}

@Sendable private func later(_ context: AskContext) -> AnswerStream {
    AnswerStream {
        let progress = Progress()
        return {
            guard !progress.hasAnswered.exchange(true, ordering: .relaxed) else { return nil }
            try await Task.sleep(for: .milliseconds(5))
            return .ended(record(of: context.request))
        }
    }
}

private final class Progress: Sendable {
    let hasAnswered = Atomic(false)
}

private func record(of request: AskRequest) -> CallRecord {
    let now = ContinuousClock.now
    let report = AttemptReport(
        id: AttemptID(call: request.id, number: 1), model: model, endpoint: endpoint, simulated: false,
        timings: AttemptTimings(sentAt: now, end: .milliseconds(5)), outcome: .ok,
        finish: FinishReason(kind: .stop, raw: "stop"))
    return CallRecord(
        id: request.id, origin: .live, task: request.task, requested: request.model, model: model,
        endpoint: endpoint, simulated: false, outcome: .ok,
        attempts: [AttemptRecord(report: report, cost: CostReading(computed: USD(pico: 1_000_000)))],
        answer: answer, decision: DecisionRecord(reason: ""), openedAt: now, endedAt: now + .milliseconds(5),
        startedAt: TimeSource.live.wallMicroseconds())
}

/// Writes nothing down.
private struct Nobody: CallRecorder {
    func reserve(_ intent: AttemptIntent) async throws {}
    func record(_ call: CallRecord) async throws {}
}

/// A database in a folder of its own, which goes with it.
func withStore(_ body: (SQLiteStore) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dirgen-cache-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLiteStore.open(at: folder.appendingPathComponent("bench.sqlite").path)
    try await body(store)
    try store.close()
}
