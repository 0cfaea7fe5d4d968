package import BenchCore
package import LLMCore
import Synchronization

/// A store in memory that keeps the rules of every port: for tests of what writes or reads a store.
package final class MemoryStore: BenchStore {
    package struct State: Sendable {
        package var runs: [RunRecord] = []
        package var cases: [RunID: [BenchCase]] = [:]
        package var trials: [(trial: Trial, storeContent: Bool)] = []
        /// Calls of trials that newer ones have replaced.
        package var replaced: Set<CallID> = []
        /// Calls of runs and live ones, in the order they began.
        package var calls: [CallEntry] = []
        package var tables: [StoredEntry] = []
        package var pins: Set<String> = []
        /// By name.
        package var evidence: [String: SelectionEvidence] = [:]
        package var results: [(file: ImportedFile, results: [ImportedResult])] = []
        package var cache: [CacheKey: CachedAnswer] = [:]
        package var cacheCounts: [CacheCounters.Scope: CacheCounts] = [:]
        package var health: [HealthKey: (state: HealthState, changedAt: Int64)] = [:]
        package var healthVersion: Int64 = 0
        /// Calls of judges, by name, with the trial's that each judged.
        package var judgeCalls: [CallID: CallID] = [:]
        package var gradings: [GradingRecord] = []
        package var calibrations: [JudgeCalibration] = []
        package var virtualKeys: [VirtualKeyID: VirtualKey] = [:]
        package var leases: [VirtualKeyID: [BudgetLease]] = [:]
        var lastSequence: Int64 = 0

        package init() {}

        /// The trials that count.
        package var counted: [(trial: Trial, storeContent: Bool)] {
            replaced.isEmpty ? trials : trials.filter { !replaced.contains($0.trial.call.id) }
        }
    }

    /// A selection table with what it was saved with.
    package struct StoredEntry: Sendable {
        package var table: SelectionTable
        package var runs: [RunID]
        package var evidence: [String]
    }

    /// A call under way, or one that has ended.
    package struct CallEntry: Sendable {
        package var sequence: Int64
        package var id: CallID
        package var run: RunID?
        package var origin: CallOrigin
        package var simulated: Bool
        package var startedAt: Int64
        package var task: TaskType?
        package var requested: ModelChoice?
        /// Every attempt that was reserved.
        package var intents: [AttemptIntent] = []
        /// Its attempts are settled at their worst case.
        package var isAssumed = false
        /// `nil` while it is under way.
        package var record: CallRecord?
    }

    /// A cached answer with the instant it was last used, in microseconds since 1970.
    package struct CachedAnswer: Sendable {
        package var entry: CacheEntry
        package var usedAt: Int64
    }

    package let location = "memory"
    package let isReadOnly = false
    let limits: CacheLimits
    let time: TimeSource
    private let state: Mutex<State>

    package init(_ state: State = State(), limits: CacheLimits = .init(), time: TimeSource = .live) {
        self.limits = limits
        self.time = time
        self.state = Mutex(state)
    }

    /// A snapshot of all that was written.
    package var current: State { state.withLock { $0 } }

    /// One step that nobody else can interleave.
    func change<Value: Sendable>(_ body: (inout State) throws -> Value) rethrows -> Value {
        try state.withLock { try body(&$0) }
    }

    static func refusal(_ message: String, _ code: StoreError.Code = .conflict) -> StoreError {
        StoreError(code, location: "memory", message)
    }

    package func close() async throws {}

    /// A reservation made here ends with its process.
    package func settleAbandonedWork() async throws {}
}
