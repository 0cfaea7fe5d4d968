import BenchCore
import LLMCore
import Synchronization

/// Answers with what `reply` gives, after reserving attempts as the service does.
struct FakeAsker: Asker {
    var attempts = 1
    var outcome: AttemptClass = .ok
    var cost: @Sendable (AskRequest) -> USD? = { _ in USD(pico: 1_000_000) }
    var worst = USD(pico: 50_000_000)
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
            outcome: outcome, attempts: records, answer: Answer(text: "yes"),
            decision: DecisionRecord(reason: "asked for"),
            openedAt: .now, endedAt: .now, startedAt: 1)
    }
}

/// Keeps what a run writes, and fails when told to.
final class FakeStore: TrialStore {
    struct State: Sendable {
        var begun: [RunRecord] = []
        var reserved: [AttemptIntent] = []
        var trials: [Trial] = []
        var finished: [RunRecord.Status] = []
        var failures = 0
    }
    struct DiskFull: Error {}

    private let state = Mutex(State())
    let failsAfter: Int
    /// Works again after the first failure.
    let recovers: Bool
    let reservationsFailAfter: Int
    init(failsAfter: Int = .max, recovers: Bool = false, reservationsFailAfter: Int = .max) {
        self.failsAfter = failsAfter
        self.recovers = recovers
        self.reservationsFailAfter = reservationsFailAfter
    }
    var current: State { state.withLock { $0 } }

    func begin(_ run: RunRecord, cases: [BenchCase]) async throws { state.withLock { $0.begun.append(run) } }
    func reserve(_ intent: AttemptIntent, run: RunID) async throws {
        try state.withLock { state in
            guard state.reserved.count < reservationsFailAfter else {
                state.failures += 1
                throw DiskFull()
            }
            state.reserved.append(intent)
        }
    }
    func record(_ trials: [Trial], storeContent: Bool) async throws {
        // A real store refuses to work in a cancelled task.
        try Task.checkCancellation()
        try state.withLock { state in
            let isOver = state.trials.count + trials.count > failsAfter && !(recovers && state.failures > 0)
            guard !isOver else {
                // Several at once are tried again one by one.
                if trials.count == 1 { state.failures += 1 }
                throw DiskFull()
            }
            state.trials += trials
        }
    }
    func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {
        state.withLock { $0.finished.append(status) }
    }
}
