package import LLMCore
import Synchronization

/// Selection tables in memory, with a count of who asked for which world.
package final class FixedTables: SelectionTableSource {
    private let tables: [SelectionTable]
    private let requests = Mutex<[Bool]>([])

    package init(_ tables: SelectionTable...) { self.tables = tables }

    /// `simulated` of each request, in order.
    package var worldsAsked: [Bool] { requests.withLock { $0 } }

    package func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        requests.withLock { $0.append(simulated) }
        return tables.last { $0.task == task && $0.simulated == simulated }
    }
}
