public import BenchCore
public import LLMCore
import Synchronization

/// A store in memory that keeps the rules of every port: for tests of what writes or reads a store.
public final class MemoryStore: BenchStore {
    public struct State: Sendable {
        public var runs: [RunRecord] = []
        public var cases: [RunID: [BenchCase]] = [:]
        public var trials: [(trial: Trial, storeContent: Bool)] = []
        /// Calls of runs and live ones, in the order they began.
        public var calls: [CallEntry] = []
        public var tables: [(table: SelectionTable, runs: [RunID])] = []
        public var cache: [CacheKey: CachedAnswer] = [:]
        public var cacheCounts: [CacheCounters.Scope: CacheCounts] = [:]
        public var health: [HealthKey: (state: HealthState, changedAt: Int64)] = [:]
        public var healthVersion: Int64 = 0
        var lastSequence: Int64 = 0

        public init() {}
    }

    /// A call under way, or one that has ended.
    public struct CallEntry: Sendable {
        public var sequence: Int64
        public var id: CallID
        public var run: RunID?
        public var origin: CallOrigin
        public var simulated: Bool
        public var startedAt: Int64
        public var task: TaskType?
        public var requested: ModelChoice?
        /// Every attempt that was reserved.
        public var intents: [AttemptIntent] = []
        /// `nil` while it is under way.
        public var record: CallRecord?
    }

    /// A cached answer with the instant it was last used, in microseconds since 1970.
    public struct CachedAnswer: Sendable {
        public var entry: CacheEntry
        public var usedAt: Int64
    }

    public let location = "memory"
    public let isReadOnly = false
    let limits: CacheLimits
    let time: TimeSource
    private let state: Mutex<State>

    public init(_ state: State = State(), limits: CacheLimits = .init(), time: TimeSource = .live) {
        self.limits = limits
        self.time = time
        self.state = Mutex(state)
    }

    /// A snapshot of all that was written.
    public var current: State { state.withLock { $0 } }

    /// One step that nobody else can interleave.
    func change<Value: Sendable>(_ body: (inout State) throws -> Value) rethrows -> Value {
        try state.withLock { try body(&$0) }
    }

    static func refusal(_ message: String, _ code: StoreError.Code = .conflict) -> StoreError {
        StoreError(code, location: "memory", message)
    }

    public func close() async throws {}

    /// What a process reserves here ends with it.
    public func settleAbandonedWork() async throws {}
}

// MARK: - Selection tables

extension MemoryStore {
    public func save(_ table: SelectionTable, from runs: [RunID]) async throws {
        try change { state in
            guard !state.tables.contains(where: { $0.table.id == table.id }) else {
                throw Self.refusal("the table exists")
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
