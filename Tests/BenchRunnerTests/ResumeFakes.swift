import BenchCore
import LLMCore
import Synchronization
import TestSupport

/// A store whose process dies after some writes: nothing is written any more, not even how the run ended.
final class MortalStore: TrialStore {
    struct Death: Error {}

    private let inner: MemoryStore
    private let isAlive: @Sendable () -> Bool

    /// - Parameter isAlive: Is asked before each write.
    init(_ inner: MemoryStore, while isAlive: @escaping @Sendable () -> Bool) {
        self.inner = inner
        self.isAlive = isAlive
    }

    convenience init(_ inner: MemoryStore, writes: Int) {
        let left = Countdown(writes)
        self.init(inner) { left.next() }
    }

    private final class Countdown: Sendable {
        private let left: Mutex<Int>
        init(_ count: Int) { left = Mutex(count) }

        func next() -> Bool {
            left.withLock { left in
                left -= 1
                return left >= 0
            }
        }
    }

    private func write(_ body: () async throws -> Void) async throws {
        guard isAlive() else { throw Death() }
        try await body()
    }

    func begin(_ run: RunRecord, cases: [BenchCase]) async throws {
        try await write { try await inner.begin(run, cases: cases) }
    }
    func reserve(_ intent: AttemptIntent, run: RunID) async throws {
        try await write { try await inner.reserve(intent, run: run) }
    }
    func record(_ trials: [Trial], storeContent: Bool) async throws {
        try await write { try await inner.record(trials, storeContent: storeContent) }
    }
    func record(grade: RegradedTrial, of run: RunID) async throws {
        try await write { try await inner.record(grade: grade, of: run) }
    }
    func record(judge call: CallRecord, of trial: CallID, run: RunID, storeContent: Bool) async throws {
        try await write { try await inner.record(judge: call, of: trial, run: run, storeContent: storeContent) }
    }
    func record(_ health: HarnessHealth, of run: RunID) async throws {
        try await write { try await inner.record(health, of: run) }
    }
    func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {
        try await write { try await inner.finish(run, status: status, endedAt: endedAt) }
    }
}

/// A provider with books of its own: what it billed for each attempt, in order, whether or not anybody heard of it.
final class BillingProvider: Asker {
    static let day: Int64 = 1_795_910_400_000_000  // 2026-11-29
    static let time = TimeSource(
        now: TimeSource.live.now, wallMicroseconds: { day }, sleep: TimeSource.live.sleep)

    struct Entry: Sendable {
        let call: CallID
        let prompt: String
        let billed: USD
        let isFailure: Bool
    }
    private struct State: Sendable {
        var random: SeededGenerator
        var entries: [Entry] = []
    }
    private let state: Mutex<State>
    /// One call in so many ends in the provider's failure; 0: none.
    private let failing: Int

    init(seed: UInt64, failing: Int = 0) {
        state = Mutex(State(random: SeededGenerator(seed: seed)))
        self.failing = failing
    }

    var entries: [Entry] { state.withLock { $0.entries } }

    func ask(_ request: AskRequest) -> AnswerStream {
        AnswerStream(ending: { try await self.answer(request) })
    }

    private func answer(_ request: AskRequest) async throws -> CallRecord {
        guard case .model(let model) = request.model else { throw CancellationError() }
        let (attempts, isFailure) = state.withLock { state in
            (
                Int.random(in: 1...3, using: &state.random),
                failing > 0 && Int.random(in: 0..<failing, using: &state.random) == 0
            )
        }
        var records: [AttemptRecord] = []
        for number in 1...attempts {
            let id = AttemptID(call: request.id, number: number)
            let worst = PriceBook.builtIn.worstCase(for: request.chat, to: model, at: BillingProvider.day)
            try await request.recorder?.reserve(
                AttemptIntent(
                    attempt: id, call: request.id, model: model, endpoint: "test", simulated: true, key: nil,
                    worstCase: worst, origin: .bench))
            for _ in 0..<(state.withLock { Int.random(in: 0...3, using: &$0.random) }) { await Task.yield() }
            let last = number == attempts
            let cost = bill(request, worst: worst ?? .zero, isFailure: isFailure && last)
            let report = AttemptReport(
                id: id, model: model, endpoint: "test", simulated: true,
                timings: AttemptTimings(sentAt: .now, end: .milliseconds(5)),
                outcome: last ? (isFailure ? .serverError : .ok) : .overloaded)
            records.append(AttemptRecord(report: report, cost: cost, worstCase: worst))
        }
        return CallRecord(
            id: request.id, origin: .bench, task: request.task, requested: request.model, model: model,
            endpoint: "test", simulated: true, outcome: isFailure ? .serverError : .ok, attempts: records,
            answer: Answer(text: "yes"), decision: DecisionRecord(reason: "asked for"), openedAt: .now,
            endedAt: .now, startedAt: 1)
    }

    private func bill(_ request: AskRequest, worst: USD, isFailure: Bool) -> CostReading {
        state.withLock { state in
            let billed = USD(pico: Int64.random(in: 0...worst.pico, using: &state.random))
            state.entries.append(
                Entry(
                    call: request.id, prompt: "\(request.model) \(request.chat.messages[0].text)", billed: billed,
                    isFailure: isFailure))
            // One in ten is billed, and nobody says so.
            return Int.random(in: 0..<10, using: &state.random) == 0
                ? CostReading(unknownBecause: "no usage") : CostReading(computed: billed)
        }
    }
}
