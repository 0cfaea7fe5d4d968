package import BenchCore
package import LLMCore
import Synchronization

/// A store in memory that keeps the rules of every port: for tests of what writes or reads a store.
package final class MemoryStore: BenchStore {
    package struct State: Sendable {
        package var runs: [RunRecord] = []
        package var cases: [RunID: [BenchCase]] = [:]
        package var trials: [(trial: Trial, storeContent: Bool)] = []
        /// Calls of runs and live ones, in the order they began.
        package var calls: [CallEntry] = []
        package var tables: [(table: SelectionTable, runs: [RunID])] = []
        package var cache: [CacheKey: CachedAnswer] = [:]
        package var cacheCounts: [CacheCounters.Scope: CacheCounts] = [:]
        package var health: [HealthKey: (state: HealthState, changedAt: Int64)] = [:]
        package var healthVersion: Int64 = 0
        var lastSequence: Int64 = 0

        package init() {}
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

// MARK: - Selection tables

extension MemoryStore {
    package func save(_ table: SelectionTable, from runs: [RunID]) async throws {
        try change { state in
            guard !state.tables.contains(where: { $0.table.id == table.id }) else {
                throw Self.refusal("the table exists")
            }
            state.tables.append((table, runs))
        }
    }

    package func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        current.tables.map(\.table).filter { $0.task == task && $0.simulated == simulated }
            .max { ($0.derivedAt, $0.id) < ($1.derivedAt, $1.id) }
    }

    package func firstTable(from run: RunID) async throws -> SelectionTable? {
        current.tables.filter { $0.runs.contains(run) }.map(\.table)
            .min { ($0.derivedAt, $0.id) < ($1.derivedAt, $1.id) }
    }
}
