import LLMService
import Synchronization

/// Runs `body` with a place for work that outlives its callers; returns when all of that work is done.
///
/// Cancelled or not: what was spent is written down.
func withBackgroundWork<Value: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ body: (BackgroundWork) async throws -> Value
) async throws -> Value {
    let queue = BackgroundQueue()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await queue.work() }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(BackgroundWork { queue.add($0) }))
        } catch {
            result = .failure(error)
        }
        queue.close()
        try? await group.waitForAll()
        // A cancelled worker stops early; what it left is done here.
        await queue.drain()
        return try result.get()
    }
}

/// Jobs, begun in the order they came; one that waits for a model holds up no other.
private final class BackgroundQueue: Sendable {
    private let jobs = Mutex<[BackgroundWork.Job]>([])
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init() { (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func add(_ job: @escaping BackgroundWork.Job) {
        jobs.withLock { $0.append(job) }
        signal.yield()
    }
    func close() { signal.finish() }

    func work() async {
        await withDiscardingTaskGroup { group in
            for await _ in signals { while let job = next() { group.addTask { await job() } } }
        }
    }

    func drain() async { while let job = next() { await job() } }

    private func next() -> BackgroundWork.Job? { jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
