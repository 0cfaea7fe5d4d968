import Synchronization

/// A value that a reader makes of a response, and the one task that waits for it.
///
/// No future of an event loop, as one that has ended completes none.
package final class ResponseValue<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, any Error>)
        case known(Result<Value, any Error>)
    }

    private let state = Mutex(State.open)

    /// Tells the result; what comes after the first is none.
    package func complete(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .open: state = .known(result)
            case .awaited(let continuation):
                state = .known(result)
                return continuation
            case .known: break
            }
            return nil
        }
        waiting?.resume(with: result)
    }

    package func succeed(_ value: Value) { complete(.success(value)) }

    package func fail(_ error: any Error) { complete(.failure(error)) }

    func get() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let known = state.withLock { state -> Result<Value, any Error>? in
                if case .known(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let known { continuation.resume(with: known) }
        }
    }
}

extension ResponseValue<Void> {
    package func succeed() { succeed(()) }
}
