public import LLMCore

/// The port for derived selection tables, each with the evidence it was derived from.
public protocol SelectionTableStore: SelectionTableSource {
    /// Keeps evidence, the same once, for tables that refer to it.
    ///
    /// - Returns: The name of each.
    func keep(_ evidence: [SelectionEvidence]) async throws -> [String]
    /// Keeps a table: it becomes the one in use where it is the task's newest and no table is pinned.
    ///
    /// - Parameter evidence: Names from ``keep(_:)``: the table's own, then that of other tasks which its estimates were steadied by.
    func save(_ table: SelectionTable, from runs: [RunID], keptEvidence evidence: [String]) async throws
    /// The oldest table that counts `run` since it was last graded and last went on: the one its report shows, whatever was derived
    /// since. `nil` when there is none.
    func firstTable(from run: RunID) async throws -> SelectionTable?
    /// The evidence that a table was saved with; empty for tables of older versions.
    func evidence(of table: String) async throws -> [SelectionEvidence]
    /// All tables, newest first.
    func storedTables() async throws -> [StoredTable]
    /// - Parameter id: Of a stored table.
    func table(withID id: String) async throws -> SelectionTable?
    /// Makes a stored table the one in use for its task, whatever is derived later.
    ///
    /// - Throws: ``LLMCore/StoreError`` when there is no such table.
    func pin(_ id: String) async throws
    /// Leaves a task to its newest table again.
    func unpin(_ task: TaskType, simulated: Bool) async throws
}

extension SelectionTableStore {
    /// Keeps a table with its evidence; none where it is not known.
    public func save(
        _ table: SelectionTable, from runs: [RunID], evidence: [SelectionEvidence] = []
    ) async throws {
        try await save(table, from: runs, keptEvidence: try await keep(evidence))
    }
}

/// A selection table in the store, without its rows.
public struct StoredTable: Sendable, Hashable {
    public var id: String
    public var task: TaskType
    public var simulated: Bool
    /// Wall clock, microseconds since 1970.
    public var derivedAt: Int64
    public var sharedCases: Int
    public var runs: [RunID]
    public var isPinned: Bool
    /// Pinned, or the task's newest where none is.
    public var isInUse: Bool

    public init(
        id: String, task: TaskType, simulated: Bool, derivedAt: Int64, sharedCases: Int, runs: [RunID],
        isPinned: Bool, isInUse: Bool
    ) {
        self.id = id
        self.task = task
        self.simulated = simulated
        self.derivedAt = derivedAt
        self.sharedCases = sharedCases
        self.runs = runs
        self.isPinned = isPinned
        self.isInUse = isInUse
    }
}

extension [StoredTable] {
    /// The tables that a task's name means: those of the providers; of the simulator's where it alone is asked for, or answered alone.
    package func tables(of task: TaskType, simulated: Bool) -> [StoredTable] {
        let all = filter { $0.task == task }
        let real = simulated ? [] : all.filter { !$0.simulated }
        return real.isEmpty ? all.filter(\.simulated) : real
    }

    /// The table that is pinned for a task, and so stays in use.
    package func pinned(for task: TaskType, simulated: Bool) -> StoredTable? {
        first { $0.isPinned && $0.task == task && $0.simulated == simulated }
    }
}
