import LLMCore
import Synchronization

/// Events on their way from the event loop to the one task that reads them, handed over in batches: one lock and at most one
/// wake-up for all that a read from the socket brought.
final class EventQueue: Sendable {
    private struct State {
        var waiting: [ChatEvent] = []
        /// Of the waiting events.
        var bytes = 0
        var onDrain: (@Sendable () -> Void)?
        var reader: CheckedContinuation<[ChatEvent]?, any Error>?
        var isFinished = false
        var isAbandoned = false
        var onAbandon: (@Sendable () -> Void)?

        mutating func takeBatch() -> [ChatEvent] {
            guard bytes > EventQueue.mostBatchBytes else {
                defer { (waiting, bytes) = ([], 0) }
                return waiting
            }
            var taken = 0
            let end = waiting.firstIndex {
                taken += $0.heldBytes
                return taken > EventQueue.mostBatchBytes
            }
            let batch = Array(waiting[..<max(1, end ?? waiting.count)])
            waiting.removeFirst(batch.count)
            bytes = waiting.isEmpty ? 0 : bytes - batch.reduce(0) { $0 + $1.heldBytes }
            return batch
        }
    }

    private let state = Mutex(State())

    /// The bytes of events that may wait before the rest of a response is left with its sender.
    static let mostBytes = 256 << 10
    /// The bytes of events that the reader gets at once, or a single one that is larger: it keeps all of them until the last is read.
    static let mostBatchBytes = 64 << 10

    /// The bytes of the events that wait for the reader.
    var bytes: Int { state.withLock(\.bytes) }

    /// Hands events over; `last` marks the end.
    ///
    /// - Returns: `false` when the reader is so far behind that the sender should wait for ``onDrain(_:)``.
    @discardableResult
    func push(_ events: [ChatEvent], last: Bool = false) -> Bool {
        let (reader, drained, hasRoom) = state.withLock { state in
            guard !state.isAbandoned, !state.isFinished else {
                return (nil as CheckedContinuation<[ChatEvent]?, any Error>?, nil as (@Sendable () -> Void)?, true)
            }
            var drained: (@Sendable () -> Void)?
            state.isFinished = last
            if last {
                state.onAbandon = nil
                drained = state.onDrain.take()
            }
            guard let reader = state.reader else {
                state.waiting.append(contentsOf: events)
                state.bytes += events.reduce(0) { $0 + $1.heldBytes }
                return (nil, drained, state.bytes < Self.mostBytes)
            }
            guard !events.isEmpty else { return (nil, drained, true) }
            state.reader = nil
            return (reader, drained, true)
        }
        drained?()
        reader?.resume(returning: events)
        return hasRoom
    }

    /// Registers the action to run when the reader has taken what waits, or wants no more; runs it at once when there is room already.
    func onDrain(_ action: @escaping @Sendable () -> Void) {
        let hasRoom = state.withLock { state in
            let hasRoom = state.isAbandoned || state.isFinished || state.bytes < Self.mostBytes
            if !hasRoom { state.onDrain = action }
            return hasRoom
        }
        if hasRoom { action() }
    }

    /// The events that arrived since the last batch, or the first of many; waits for at least one, and returns `nil` after the last.
    /// - Throws: `CancellationError` when the reading task is cancelled, which abandons the call.
    func next() async throws -> [ChatEvent]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (ready, drained) = state.withLock {
                    state -> (Result<[ChatEvent]?, any Error>?, (@Sendable () -> Void)?) in
                    if state.isAbandoned { return (.failure(CancellationError()), nil) }
                    if !state.waiting.isEmpty {
                        let batch = state.takeBatch()
                        return (.success(batch), state.bytes < Self.mostBytes ? state.onDrain.take() : nil)
                    }
                    if state.isFinished { return (.success(nil), nil) }
                    state.reader = continuation
                    return (nil, nil)
                }
                drained?()
                if let ready { continuation.resume(with: ready) }
            }
        } onCancel: {
            abandon()
        }
    }

    /// Ends the call in flight because its reader cancelled.
    func abandon() {
        let (reader, action, drained) = state.withLock { state in
            guard !state.isAbandoned else {
                return (
                    nil as CheckedContinuation<[ChatEvent]?, any Error>?, nil as (@Sendable () -> Void)?,
                    nil as (@Sendable () -> Void)?
                )
            }
            state.isAbandoned = true
            state.waiting = []
            state.bytes = 0
            return (state.reader.take(), state.onAbandon.take(), state.onDrain.take())
        }
        action?()
        drained?()
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

extension ChatEvent {
    /// The memory that it takes while it waits, about: that of its texts, and its own place.
    var heldBytes: Int {
        let texts =
            switch self {
            case .text(let text), .thinking(let text), .thinkingSignature(let text), .refusal(let text): text.utf8.count
            case .toolCall(_, _, let name, let arguments): (name?.utf8.count ?? 0) + arguments.utf8.count
            case .raw(_, let bytes): bytes.count
            case .native(_, let part): part.bytes.count
            case .image(let image): MessagePart.image(image).utf8Count
            case .file(let file): MessagePart.file(file).utf8Count
            case .logprobs(let tokens): tokens.reduce(0) { $0 + $1.weight }
            case .started, .responded, .ended: 0
            }
        return MemoryLayout<ChatEvent>.stride + texts
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
