public import BenchCore
public import LLMCore

extension SQLiteStore: SelectionTableStore {
    public func save(_ table: SelectionTable, from runs: [RunID]) async throws {
        try await commits.commit(try SelectionRows.insert(table, runs: runs))
    }

    public func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        try await read { try SelectionRows.newest(task: task, simulated: simulated, $0) }
    }

    public func firstTable(from run: RunID) async throws -> SelectionTable? {
        try await read { try SelectionRows.first(from: run, $0) }
    }
}
