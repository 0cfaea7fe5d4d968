public import LLMCore
import Synchronization

/// A source of selection tables that looks at another one at most every so often, for a server that plans thousands of requests a second.
public final class RecentTables: SelectionTableSource {
    private struct Place: Hashable {
        var task: TaskType
        var simulated: Bool
    }
    private struct Known {
        /// `nil`: there is none.
        var table: SelectionTable?
        var readAt: ContinuousClock.Instant
    }

    private let source: any SelectionTableSource
    private let age: Duration
    private let time: TimeSource
    private let known = Mutex<[Place: Known]>([:])
    /// More tasks than anybody has: a client may name any.
    private static let most = 256

    /// - Parameter age: The time for which a table counts without a look at `source`.
    public init(_ source: any SelectionTableSource, age: Duration, time: TimeSource = .live) {
        self.source = source
        self.age = age
        self.time = time
    }

    public func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        let place = Place(task: task, simulated: simulated)
        let now = time.now()
        if let last = known.withLock({ $0[place] }), now - last.readAt < age { return last.table }
        let table = try await source.table(for: task, simulated: simulated)
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[place] = Known(table: table, readAt: now)
        }
        return table
    }
}
