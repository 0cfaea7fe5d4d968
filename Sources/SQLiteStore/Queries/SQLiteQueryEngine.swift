package import BenchCore
import Dispatch
package import LLMCore
import Synchronization

/// The engine of `sql` and `is-sql`: each call has a SQLite database in memory of its own.
package struct SQLiteQueryEngine: SQLEngine {
    private let time: TimeSource

    private static let parseLimit = Duration.milliseconds(500)
    private static let longestText = 200_000

    /// - Parameter time: Read on the thread that runs the statements, so that it may be that thread's processor time.
    package init(time: TimeSource = .processor) { self.time = time }

    package func parse(_ sql: String) throws(SQLFailure) -> SQLStatements {
        guard sql.utf8.count <= Self.longestText else {
            throw SQLFailure(kind: .limit, message: "too long to be parsed")
        }
        let end = time.now() + Self.parseLimit
        var reader = try StatementReader { [time] in time.now() >= end }
        return try reader.read(sql)
    }

    package func run(_ script: SQLScript, limits: SQLLimits) async throws(SQLFailure) -> SQLRows {
        let isCancelled = Flag()
        // On a thread of its own: those of tasks are for what waits.
        let outcome: Result<SQLRows, SQLFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global(qos: .utility).async {
                    continuation.resume(returning: result(of: script, limits, isCancelled))
                }
            }
        } onCancel: {
            isCancelled.raise()
        }
        return try outcome.get()
    }

    private func result(of script: SQLScript, _ limits: SQLLimits, _ isCancelled: Flag) -> Result<SQLRows, SQLFailure> {
        let end = time.now() + limits.time
        do throws(SQLFailure) {
            let database = try GuardedDatabase { [time] in isCancelled.isRaised || time.now() >= end }
            database.restrict(to: .building)
            do {
                try database.run(script.schema)
            } catch {
                throw error.kind == .limit ? error : SQLFailure(kind: .schema, message: error.message)
            }
            guard let then = script.then else {
                database.restrict(to: .reading)
                return .success(try database.rows(script.answer, limits))
            }
            database.restrict(to: .writing)
            try database.run(script.answer)
            database.restrict(to: .reading)
            do {
                return .success(try database.rows(then, limits))
            } catch {
                // It was written for what the answer should have made.
                throw error.kind == .syntax ? SQLFailure(kind: .schema, message: error.message) : error
            }
        } catch {
            return .failure(error)
        }
    }

    /// A mark that the caller has gone.
    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isRaised: Bool { value.load(ordering: .relaxed) }
        func raise() { value.store(true, ordering: .relaxed) }
    }
}
