import HTTPTypes
import NIOCore
import Synchronization

/// The requests that the front of a connection answers itself.
protocol ExchangeRouter: Sendable {
    func takes(_ head: HTTPRequest) -> Bool
    /// Starts to answer; called on the connection's event loop, and returns at once.
    func serve(_ exchange: Exchange)
    /// The response to a request that is none by the rules of HTTP.
    func malformed(_ request: WholeRequest, _ status: HTTPResponse.Status, _ reason: String) -> WholeResponse
    func tooLarge(_ request: WholeRequest, limit: Int) -> WholeResponse
    /// The response to a request of a browser that may not pass, whoever would have answered it.
    func refusal(of request: WholeRequest, _ reason: BrowserGuard.Refusal) -> WholeResponse
}

/// Work that connections start, run in the task group of whoever runs the server: each connection's on its own event loop.
final class ExchangeTasks: Sendable {
    typealias Job = @Sendable () async -> Void

    private struct Lane: Sendable {
        let executor: EventLoopExecutor?
        let jobs: AsyncStream<Job>
        let adding: AsyncStream<Job>.Continuation

        init(_ executor: EventLoopExecutor?) {
            self.executor = executor
            (jobs, adding) = AsyncStream.makeStream()
        }

        func run() async {
            await withDiscardingTaskGroup { group in
                for await job in jobs { group.addTask { await job() } }
            }
        }
    }

    private let lanes: [ObjectIdentifier: Lane]
    /// Of work that has no event loop.
    private let free = Lane(nil)
    private let added = Atomic(0)

    /// The number of jobs that connections have started so far.
    var count: Int { added.load(ordering: .relaxed) }

    init(loops: some Sequence<any EventLoop> = [any EventLoop]()) {
        let lanes = loops.map { (ObjectIdentifier($0), Lane(EventLoopExecutor($0))) }
        self.lanes = Dictionary(lanes, uniquingKeysWith: { first, _ in first })
    }

    func add(_ job: @escaping Job) { free.adding.yield(job) }

    /// For work that waits often and computes little, as it holds up the loop's connections.
    func add(on loop: any EventLoop, _ job: @escaping Job) {
        added.add(1, ordering: .relaxed)
        (lanes[ObjectIdentifier(loop)] ?? free).adding.yield(job)
    }

    func finish() { for lane in [free] + lanes.values { lane.adding.finish() } }

    /// Runs what is added, until ``finish()`` and the end of the last job; cancelled, it cancels them.
    func run() async {
        await withDiscardingTaskGroup { group in
            for lane in [free] + lanes.values {
                group.addTask(executorPreference: lane.executor) { await lane.run() }
            }
        }
    }
}

extension Exchange {
    /// Answers the exchange with `answer`, which is cancelled as soon as the client leaves.
    func serve(_ answer: (Exchange) async throws -> Void) async {
        await answering.run {
            do {
                try await answer(self)
            } catch {
                // The client is gone, or its connection is: nobody can be told.
                await self.breakOff()
            }
        }
    }
}
