import BenchCore
import LLMCore
import Synchronization
import TestSupport

@testable import BenchRunner

/// Answers with what `reply` gives, after reserving attempts as the service does.
struct FakeAsker: Asker {
    var attempts = 1
    var outcome: AttemptClass = .ok
    var cost: @Sendable (AskRequest) -> USD? = { _ in USD(pico: 1_000_000) }
    var worst = USD(pico: 50_000_000)
    var text: @Sendable (AskRequest) -> String = { _ in "yes" }
    /// Runs while the call is in flight.
    var during: @Sendable (AskRequest) async throws -> Void = { _ in }

    func ask(_ request: AskRequest) -> AnswerStream {
        AnswerStream {
            let done = Mutex(false)
            return {
                guard
                    !done.withLock({ done in
                        defer { done = true }; return done
                    })
                else { return nil }
                return .ended(try await answer(request))
            }
        }
    }

    private func answer(_ request: AskRequest) async throws -> CallRecord {
        guard case .model(let model) = request.model else { throw CancellationError() }
        var records: [AttemptRecord] = []
        for number in 1...attempts {
            let id = AttemptID(call: request.id, number: number)
            try await request.recorder?.reserve(
                AttemptIntent(
                    attempt: id, call: request.id, model: model, endpoint: "test", simulated: true, key: nil,
                    worstCase: worst,
                    origin: .bench))
            try await during(request)
            let report = AttemptReport(
                id: id, model: model, endpoint: "test", simulated: true,
                timings: AttemptTimings(sentAt: .now, end: .milliseconds(5)),
                outcome: number == attempts ? outcome : .overloaded)
            records.append(AttemptRecord(report: report, cost: CostReading(computed: cost(request))))
        }
        return CallRecord(
            id: request.id, origin: .bench, task: request.task, requested: request.model, model: model,
            endpoint: "test", simulated: true,
            outcome: outcome, attempts: records, answer: Answer(text: text(request)),
            decision: DecisionRecord(reason: "asked for"),
            openedAt: .now, endedAt: .now, startedAt: 1)
    }
}

/// A store in memory with a log of what was asked of it, and with room for so many trials.
final class WatchedStore: TrialStore {
    struct Log: Sendable {
        var reserved: [AttemptIntent] = []
        var finished: [RunRecord.Status] = []
        var failures = 0
        /// Trials that there was room for.
        var written = 0
        var grades = 0
    }
    struct DiskFull: Error {}

    private let inner = MemoryStore()
    private let state = Mutex(Log())
    private let room: Int
    /// Works again after the first failure.
    private let recovers: Bool
    private let reservationsFailAfter: Int
    init(room: Int = .max, recovers: Bool = false, reservationsFailAfter: Int = .max) {
        self.room = room
        self.recovers = recovers
        self.reservationsFailAfter = reservationsFailAfter
    }

    var log: Log { state.withLock { $0 } }
    var reserved: [AttemptIntent] { log.reserved }
    var trials: [Trial] { inner.current.trials.map(\.trial) }

    func begin(_ run: RunRecord, cases: [BenchCase]) async throws { try await inner.begin(run, cases: cases) }

    func reserve(_ intent: AttemptIntent, run: RunID) async throws {
        try state.withLock { state in
            guard state.reserved.count < reservationsFailAfter else {
                state.failures += 1
                throw DiskFull()
            }
            state.reserved.append(intent)
        }
        try await inner.reserve(intent, run: run)
    }

    func record(_ trials: [Trial], storeContent: Bool) async throws {
        try state.withLock { state in
            guard state.written + trials.count > room, !(recovers && state.failures > 0) else {
                state.written += trials.count
                return
            }
            state.failures += 1
            throw DiskFull()
        }
        try await inner.record(trials, storeContent: storeContent)
    }

    func record(grade: RegradedTrial, of run: RunID) async throws {
        state.withLock { $0.grades += 1 }
        try await inner.record(grade: grade, of: run)
    }

    func record(judge call: CallRecord, of trial: CallID, run: RunID, storeContent: Bool) async throws {
        try await inner.record(judge: call, of: trial, run: run, storeContent: storeContent)
    }

    func record(_ health: HarnessHealth, of run: RunID) async throws {
        try await inner.record(health, of: run)
    }

    func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {
        try await inner.finish(run, status: status, endedAt: endedAt)
        state.withLock { $0.finished.append(status) }
    }
}

/// Judges like ``Grader``, after waiting for whatever the test waits for.
struct GatedGrader: AnswerGrader {
    var before: @Sendable () async -> Void

    func judge(_ benchCase: BenchCase, call: CallRecord, metrics: TrialMetrics) async -> (
        grade: Grade, outcome: TrialOutcome
    ) {
        await before()
        return Grader().judge(benchCase, call: call, metrics: metrics)
    }
}
