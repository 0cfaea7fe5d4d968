import HTTPTypes

/// The requests that the front of a connection answers itself.
protocol ExchangeRouter: Sendable {
    func takes(_ head: HTTPRequest) -> Bool
    /// Starts to answer; called on the connection's event loop, and returns at once.
    func serve(_ exchange: Exchange)
    func tooLarge(_ request: WholeRequest, limit: Int) -> WholeResponse
    /// The response to a request of a browser that may not pass, whoever would have answered it.
    func refusal(of request: WholeRequest, _ reason: BrowserGuard.Refusal) -> WholeResponse
}

/// Work that connections start, run in the task group of whoever runs the server.
final class ExchangeTasks: Sendable {
    typealias Job = @Sendable () async -> Void
    private let jobs: AsyncStream<Job>
    private let adding: AsyncStream<Job>.Continuation

    init() { (jobs, adding) = AsyncStream.makeStream() }

    func add(_ job: @escaping Job) { adding.yield(job) }
    func finish() { adding.finish() }

    /// Runs what is added, until ``finish()`` and the end of the last job; cancelled, it cancels them.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs { group.addTask { await job() } }
        }
    }
}

extension Exchange {
    /// Answers the exchange with `answer`, which is cancelled as soon as the client leaves.
    func serve(_ answer: @escaping @Sendable (Exchange) async throws -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await answer(self)
                } catch {
                    // The client is gone, or its connection is: nobody can be told.
                    await self.breakOff()
                }
            }
            group.addTask { await self.clientLeft() }
            await group.next()
            group.cancelAll()
        }
    }
}
