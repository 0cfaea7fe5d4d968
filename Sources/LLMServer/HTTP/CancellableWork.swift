import Synchronization

/// Work of the current task that may be cancelled from outside it, by whoever holds this: a task of its own, and one that waits for the
/// cancellation, would cost more than many a request.
final class CancellableWork: Sendable {
    private enum State {
        case new
        case running(Handle)
        case cancelled
        case ended
    }
    /// Sendable, as `cancel()` alone is called on it by others, and only while the task runs: it is taken out before that ends.
    private struct Handle: @unchecked Sendable { let task: UnsafeCurrentTask }

    private let state = Mutex(State.new)

    /// Runs work once; cancelled before, it runs cancelled.
    func run(_ work: () async -> Void) async {
        await withUnsafeCurrentTask { task in
            guard let task else { return await work() }
            begin(Handle(task: task))
            await work()
            state.withLock { $0 = .ended }
        }
    }

    func cancel() {
        state.withLock { state in
            if case .running(let handle) = state { handle.task.cancel() }
            if case .ended = state { return }
            state = .cancelled
        }
    }

    private func begin(_ handle: Handle) {
        state.withLock { state in
            if case .cancelled = state { handle.task.cancel() } else { state = .running(handle) }
        }
    }
}
