public import BenchCore
public import LLMCore

extension SQLiteStore: SelectionTableStore {
    public func save(_ table: SelectionTable, from runs: [RunID]) async throws {
        try await commits.commit(try SelectionRows.insert(table, runs: runs))
    }

    public func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        let place = NewestTables.Place(task: task, simulated: simulated)
        return try await read { [newestTables] db in
            guard let id = try SelectionRows.newestID(task: task, simulated: simulated, db) else { return nil }
            if let known = newestTables.table(at: place, id: id) { return known }
            let table = try SelectionRows.table(id, db)
            if let table { newestTables.keep(table, at: place) }
            return table
        }
    }

    public func firstTable(from run: RunID) async throws -> SelectionTable? {
        try await read { try SelectionRows.first(from: run, $0) }
    }
}
