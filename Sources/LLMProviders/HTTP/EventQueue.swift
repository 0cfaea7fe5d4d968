import LLMCore
import Synchronization

/// Events on their way from the event loop to the one task that reads them, handed over in batches: one lock and at most one
/// wake-up for all that a read from the socket brought.
final class EventQueue: Sendable {
    private struct State {
        var waiting: [ChatEvent] = []
        var reader: CheckedContinuation<[ChatEvent]?, any Error>?
        var isFinished = false
        var isAbandoned = false
        var onAbandon: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Hands events over; `last` marks the end.
    func push(_ events: [ChatEvent], last: Bool = false) {
        let delivery = state.withLock { state -> (CheckedContinuation<[ChatEvent]?, any Error>, [ChatEvent])? in
            guard !state.isAbandoned, !state.isFinished else { return nil }
            state.isFinished = last
            if last { state.onAbandon = nil }
            guard let reader = state.reader else {
                state.waiting.append(contentsOf: events)
                return nil
            }
            guard !events.isEmpty else { return nil }
            state.reader = nil
            return (reader, events)
        }
        if let (reader, events) = delivery { reader.resume(returning: events) }
    }

    /// The events that arrived since the last batch; waits for at least one, and returns `nil` after the last.
    /// - Throws: `CancellationError` when the reading task is cancelled, which abandons the call.
    func next() async throws -> [ChatEvent]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let ready = state.withLock { state -> Result<[ChatEvent]?, any Error>? in
                    if state.isAbandoned { return .failure(CancellationError()) }
                    if !state.waiting.isEmpty {
                        defer { state.waiting.removeAll() }
                        return .success(state.waiting)
                    }
                    if state.isFinished { return .success(nil) }
                    state.reader = continuation
                    return nil
                }
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            abandon()
        }
    }

    /// Ends the call in flight because its reader cancelled.
    func abandon() {
        let (reader, action) = state.withLock { state in
            guard !state.isAbandoned else {
                return (nil as CheckedContinuation<[ChatEvent]?, any Error>?, nil as (@Sendable () -> Void)?)
            }
            state.isAbandoned = true
            defer {
                state.reader = nil
                state.onAbandon = nil
                state.waiting = []
            }
            return (state.reader, state.onAbandon)
        }
        action?()
        reader?.resume(throwing: CancellationError())
    }

    /// Registers the action to run when the reader cancels; runs it at once when the reader has already cancelled.
    func onAbandon(_ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.isAbandoned, !state.isFinished { state.onAbandon = action }
            return state.isAbandoned
        }
        if isLate { action() }
    }
}

/// Abandons a queue when the last reference goes.
///
/// A stream hands its reader to the one iteration of it, so that leaving the iteration closes the connection though the stream
/// itself is still held; a stream that is never iterated does so when it goes.
final class EventReader: Sendable {
    private let queue: EventQueue
    init(_ queue: EventQueue) { self.queue = queue }
    deinit { queue.abandon() }
    @Sendable func next() async throws -> [ChatEvent]? { try await queue.next() }
}

/// Gives its reader away once.
final class ReaderHandover: Sendable {
    private let reader: Mutex<EventReader?>
    init(_ reader: EventReader) { self.reader = Mutex(reader) }
    func take() -> EventReader? { reader.withLock { $0.take() } }
}
