public import LLMCore
import Synchronization

/// Selection tables in memory, with a count of who asked for which world.
public final class FixedTables: SelectionTableSource {
    private let tables: [SelectionTable]
    private let requests = Mutex<[Bool]>([])

    public init(_ tables: SelectionTable...) { self.tables = tables }

    /// `simulated` of each request, in order.
    public var worldsAsked: [Bool] { requests.withLock { $0 } }

    public func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        requests.withLock { $0.append(simulated) }
        return tables.last { $0.task == task && $0.simulated == simulated }
    }
}
