public import BenchCore
public import LLMCore
import Synchronization

/// Keeps runs in memory by the rules that every store keeps: for tests of what writes or reads one.
public final class MemoryStore: TrialStore, RunReader, SelectionTableStore, CallRecorder {
    /// An operation that the store refuses.
    public struct Refused: Error, Sendable, Hashable {
        public var reason: String
    }

    public struct State: Sendable {
        public var runs: [RunRecord] = []
        public var cases: [RunID: [BenchCase]] = [:]
        public var trials: [(trial: Trial, storeContent: Bool)] = []
        /// Live calls.
        public var calls: [CallRecord] = []
        /// Attempts that are reserved and not settled.
        public var reserved: [AttemptIntent] = []
        public var tables: [(table: SelectionTable, runs: [RunID])] = []
    }

    private let state: Mutex<State>
    public init() { state = Mutex(State()) }
    /// A snapshot of all that was written.
    public var current: State { state.withLock { $0 } }

    public func begin(_ run: RunRecord, cases: [BenchCase]) async throws {
        try state.withLock { state in
            guard !state.runs.contains(where: { $0.id == run.id }) else { throw Refused(reason: "the run exists") }
            guard Set(cases.map(\.id)).count == cases.count else { throw Refused(reason: "two cases of one id") }
            state.runs.append(run)
            state.cases[run.id] = cases
        }
    }

    public func reserve(_ intent: AttemptIntent, run: RunID) async throws {
        try state.withLock { state in
            guard state.runs.contains(where: { $0.id == run }) else { throw Refused(reason: "no such run") }
            state.reserve(intent)
        }
    }

    public func record(_ trials: [Trial], storeContent: Bool) async throws {
        try state.withLock { state in
            var next = state
            for trial in trials { try next.record(trial, storeContent: storeContent) }
            state = next
        }
    }

    public func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {
        try state.withLock { state in
            guard let index = state.runs.firstIndex(where: { $0.id == run }) else {
                throw Refused(reason: "no such run")
            }
            state.runs[index].status = status
            state.runs[index].endedAt = endedAt
        }
    }

    // MARK: - Live calls

    public func reserve(_ intent: AttemptIntent) async throws { state.withLock { $0.reserve(intent) } }

    public func record(_ call: CallRecord) async throws {
        state.withLock { state in
            state.reserved.removeAll { $0.call == call.id }
            state.calls.append(call)
        }
    }

    // MARK: - Tables

    public func save(_ table: SelectionTable, from runs: [RunID]) async throws {
        try state.withLock { state in
            guard !state.tables.contains(where: { $0.table.id == table.id }) else {
                throw Refused(reason: "the table exists")
            }
            state.tables.append((table, runs))
        }
    }

    public func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        current.tables.map(\.table).filter { $0.task == task && $0.simulated == simulated }
            .max { ($0.derivedAt, $0.id) < ($1.derivedAt, $1.id) }
    }

    public func firstTable(from run: RunID) async throws -> SelectionTable? {
        current.tables.filter { $0.runs.contains(run) }.map(\.table)
            .min { ($0.derivedAt, $0.id) < ($1.derivedAt, $1.id) }
    }
}

extension MemoryStore.State {
    fileprivate mutating func reserve(_ intent: AttemptIntent) {
        guard !reserved.contains(where: { $0.attempt == intent.attempt }) else { return }
        reserved.append(intent)
    }

    fileprivate mutating func record(_ trial: Trial, storeContent: Bool) throws {
        guard !trials.contains(where: { $0.trial.call.id == trial.call.id }) else { return }
        guard let run = runs.first(where: { $0.id == trial.run }) else {
            throw MemoryStore.Refused(reason: "no such run")
        }
        guard run.arms.contains(where: { $0.id == trial.arm.id && $0.endpoint == trial.arm.endpoint }),
            cases[run.id]?.contains(where: { $0.id == trial.caseID }) == true
        else { throw MemoryStore.Refused(reason: "not in the plan") }
        guard !trials.contains(where: { $0.trial.isSamePlace(as: trial) }) else {
            throw MemoryStore.Refused(reason: "another call has this place")
        }
        reserved.removeAll { $0.call == trial.call.id }
        trials.append((trial, storeContent))
    }
}

extension Trial {
    fileprivate func isSamePlace(as other: Trial) -> Bool {
        run == other.run && caseID == other.caseID && arm.id == other.arm.id && arm.endpoint == other.arm.endpoint
            && repetition == other.repetition
    }
}
