import LLMCore
import Synchronization

/// One call that answers several callers: what it delivered, the readers that wait for more, and how it ended.
///
/// It goes on while it has a subscriber; when the last one leaves it is to be stopped, and takes no more. The subscriber who has read
/// most sets its pace: one who reads slowly alone holds it up, one who reads slower than another finds here what the other has read.
final class SharedCall: Sendable {
    enum Ending: Sendable {
        case ended(CallRecord)
        /// Stopped, or without its record.
        case broken
    }
    /// The events that a reader has not received.
    struct Batch: Sendable {
        var events: ArraySlice<AnswerEvent>
        /// `nil` while more may come.
        var ending: Ending?
    }
    private struct State: Sendable {
        var events: [AnswerEvent] = []
        /// The bytes up to and with each event.
        var sizes: [Int] = []
        var ending: Ending?
        /// The events that each subscriber has read.
        var seen: [Reader: Int] = [SharedCall.first: 0]
        var isAbandoned = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextTicket = 1
        var runner: CheckedContinuation<Void, Never>?
        var pace: CheckedContinuation<Void, Never>?

        /// Delivered, and read by nobody.
        var unread: Int {
            let most = seen.values.max() ?? 0
            return (sizes.last ?? 0) - (most > 0 ? sizes[most - 1] : 0)
        }

        mutating func takePace() -> CheckedContinuation<Void, Never>? {
            isAbandoned || unread < SharedCall.mostUnread ? pace.take() : nil
        }
    }
    typealias Reader = Int

    /// The subscriber that a call begins with.
    static let first: Reader = 0
    /// The bytes that may wait for the quickest reader.
    static let mostUnread = 256 << 10
    /// The bytes of an answer that is shared: it is kept whole for whoever joins.
    static let mostBytes = 64 << 20

    /// The call that is recorded, and pays.
    let id: CallID
    /// When it ends by itself, at the latest.
    let deadline: ContinuousClock.Instant
    private let state = Mutex(State())

    /// With the first caller as its subscriber.
    init(id: CallID, deadline: ContinuousClock.Instant) {
        self.id = id
        self.deadline = deadline
    }

    // MARK: Subscribers

    var subscriberCount: Int { state.withLock { $0.seen.count } }

    /// Adds a subscriber; `nil` when all had left, or it is over.
    func join() -> Reader? {
        state.withLock { state in
            guard !state.isAbandoned, state.ending == nil else { return nil }
            defer { state.nextTicket += 1 }
            state.seen[state.nextTicket] = 0
            return state.nextTicket
        }
    }

    /// Removes a subscriber.
    ///
    /// - Returns: Whether it was the last of a call that goes on: then it is being stopped.
    func leave(_ reader: Reader) -> Bool {
        let (isLast, woken) = state.withLock { state in
            state.seen[reader] = nil
            let isLast = state.seen.isEmpty && state.ending == nil
            if isLast { state.isAbandoned = true }
            return (isLast, [isLast ? state.runner.take() : nil, state.takePace()])
        }
        for continuation in woken { continuation?.resume() }
        return isLast
    }

    /// Returns when all subscribers have left, or the waiting task is cancelled.
    func abandoned() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Under the lock: a cancellation is seen here, or finds the continuation there.
                    guard !state.isAbandoned, !Task.isCancelled else { return true }
                    state.runner = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.runner = nil }
                return state.runner
            }?.resume()
        }
    }

    // MARK: Delivery

    /// - Returns: `false` for an answer that has become too long to be kept.
    func deliver(_ event: AnswerEvent) -> Bool {
        change { state in
            state.events.append(event)
            state.sizes.append((state.sizes.last ?? 0) + event.bytes)
            return state.sizes.last ?? 0 <= Self.mostBytes
        }
    }

    /// Returns once the reader who has read most has but little left to read.
    func readersFollow() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let follows = state.withLock { state in
                    guard !state.isAbandoned, state.unread >= Self.mostUnread, !Task.isCancelled else { return true }
                    state.pace = continuation
                    return false
                }
                if follows { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.pace.take() }?.resume()
        }
    }

    /// Only the first ending counts.
    func end(_ ending: Ending) { change { $0.ending = $0.ending ?? ending } }

    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let (result, woken) = state.withLock { state in
            let result = body(&state)
            defer { state.waiting = [:] }
            return (result, state.waiting.values)
        }
        for continuation in woken { continuation.resume() }
        return result
    }

    /// The events delivered before the reader's `seen`th.
    func events(before seen: Int) -> ArraySlice<AnswerEvent> { state.withLock { $0.events.prefix(seen) } }

    /// The events that a reader has not read; `nil` when it must wait.
    func batch(for reader: Reader) -> Batch? {
        let (batch, pace) = state.withLock { state in
            let seen = state.seen[reader] ?? 0
            guard SharedCall.hasMore(state, for: reader) else {
                return (nil as Batch?, nil as CheckedContinuation<Void, Never>?)
            }
            state.seen[reader] = state.events.count
            return (Batch(events: state.events[seen...], ending: state.ending), state.takePace())
        }
        pace?.resume()
        return batch
    }

    private static func hasMore(_ state: State, for reader: Reader) -> Bool {
        state.events.count > state.seen[reader] ?? 0 || state.ending != nil
    }

    /// Waits for what comes after the events that a reader has read.
    func nextBatch(for reader: Reader) async throws -> Batch {
        while true {
            try Task.checkCancellation()
            if let batch = batch(for: reader) { return batch }
            await wait(for: reader)
        }
    }

    private func wait(for reader: Reader) async {
        let ticket = state.withLock { state in
            defer { state.nextTicket += 1 }
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard !SharedCall.hasMore(state, for: reader), !Task.isCancelled else { return true }
                    state.waiting[ticket] = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume()
        }
    }
}

extension AnswerEvent {
    /// About as many as it takes in memory.
    fileprivate var bytes: Int {
        switch self {
        case .raw(_, let bytes): bytes.count
        case .text(let text), .thinking(let text), .thinkingSignature(let text), .refusal(let text): text.utf8.count
        case .toolCall(_, let id, let name, let arguments):
            (id?.utf8.count ?? 0) + (name?.utf8.count ?? 0) + arguments.utf8.count
        case .native(_, let value): value.bytes.count
        case .image(let image): MessagePart.image(image).utf8Count
        case .file(let file): MessagePart.file(file).utf8Count
        case .logprobs(let tokens): tokens.reduce(0) { $0 + $1.weight }
        case .attempting, .waiting, .responded, .attemptFailed, .ended: 0
        }
    }
}
