import Synchronization

/// The stop switch of a run: the first request drains it, the second aborts it.
public final class RunControl: Sendable {
    public enum Request: Int, Sendable, Comparable {
        case none, drain, abort
        public static func < (left: Request, right: Request) -> Bool { left.rawValue < right.rawValue }
    }

    private let state = Mutex(Request.none)
    private let continuation: AsyncStream<Request>.Continuation
    /// Every change, for the one runner that listens.
    let requests: AsyncStream<Request>

    public init() { (requests, continuation) = AsyncStream.makeStream() }

    public var current: Request { state.withLock { $0 } }

    /// One step further: running, draining, aborting.
    @discardableResult
    public func stop() -> Request {
        let request = state.withLock { state in
            state = state == .none ? .drain : .abort
            return state
        }
        continuation.yield(request)
        return request
    }
}
