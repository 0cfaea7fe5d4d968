import LLMCore
import Synchronization

/// The tables that were read last: one is a megabyte of draws, and stays as it is under its id.
final class NewestTables: Sendable {
    struct Place: Hashable {
        var task: TaskType
        var simulated: Bool
    }
    private let tables = Mutex<[Place: SelectionTable]>([:])

    func table(at place: Place, id: String) -> SelectionTable? {
        tables.withLock { tables in
            tables[place].flatMap { $0.id == id ? $0 : nil }
        }
    }

    func keep(_ table: SelectionTable, at place: Place) { tables.withLock { $0[place] = table } }
}
