public import LLMCore
public import Logging
import Synchronization

/// A recorder that writes calls down in batches, off the way of a request: an answer leaves before its record is on disk.
///
/// For a server, whose clients' money is kept by leases that are durable before it is spent; a kill loses the records of the last moment.
/// A call that ends within a moment is written once; of one that takes longer its reservation is written too, so that a killed process
/// leaves a trace of it. When more calls wait than fit, recording waits for the store.
public final class BatchedRecorder: CallRecorder {
    private struct State {
        /// Attempts under way that are not written down yet, by call.
        var intents: [CallID: [AttemptIntent]] = [:]
        /// Calls under way whose reservations are written down.
        var written: Set<CallID> = []
        var ended = CallBatch()
        /// The batch that is being written, or whose write failed.
        var isWriting = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let recorder: any CallRecorder
    private let window: Duration
    private let capacity: Int
    private let time: TimeSource
    private let logger: Logger
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - recorder: Keeps the batches.
    ///   - window: The longest that a call waits for others.
    ///   - capacity: Most calls that wait.
    public init(
        _ recorder: any CallRecorder, window: Duration = .milliseconds(20), capacity: Int = 4_096,
        time: TimeSource = .live, logger: Logger
    ) {
        self.recorder = recorder
        self.window = window
        self.capacity = capacity
        self.time = time
        self.logger = logger
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    public func reserve(_ intent: AttemptIntent) async throws {
        state.withLock { $0.intents[intent.call, default: []].append(intent) }
        signal.yield()
    }

    public func record(_ call: CallRecord) async throws {
        let isFull = state.withLock { state in
            state.intents[call.id] = nil
            if state.written.remove(call.id) == nil {
                state.ended.unreserved.append(call)
            } else {
                state.ended.reserved.append(call)
            }
            return state.ended.unreserved.count + state.ended.reserved.count >= capacity
        }
        signal.yield()
        if isFull { try await flush() }
    }

    /// Writes batches until it is cancelled.
    public func run() async {
        for await _ in signals {
            do {
                try await time.sleep(time.now() + window)
                try await flush()
            } catch is CancellationError {
                return
            } catch {
                logger.error("calls not recorded, to be tried again", metadata: ["error": "\(error)"])
                // Nothing may have come meanwhile that would signal it.
                signal.yield()
            }
        }
    }

    /// Writes down all that waits; on return it is on disk.
    ///
    /// - Throws: Why that failed; what waited still does.
    public func flush() async throws {
        await turn()
        let batch = take()
        defer { endTurn() }
        guard !batch.isEmpty else { return }
        do {
            try await recorder.keep(batch)
        } catch {
            putBack(batch)
            throw error
        }
    }

    // MARK: Turns: one batch is written at a time

    private func turn() async {
        while true {
            let isMine = state.withLock { state in
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if isMine { return }
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isWriting { state.waiters.append(continuation) }
                    return !state.isWriting
                }
                if isOver { continuation.resume() }
            }
        }
    }

    private func endTurn() {
        let waiters = state.withLock { state in
            state.isWriting = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func take() -> CallBatch {
        state.withLock { state in
            var batch = state.ended
            batch.intents = state.intents.values.flatMap(\.self)
            state.written.formUnion(state.intents.keys)
            state.intents = [:]
            state.ended = CallBatch()
            return batch
        }
    }

    private func putBack(_ batch: CallBatch) {
        state.withLock { state in
            // Of a call that has ended meanwhile no reservation is needed.
            for intent in batch.intents where state.written.contains(intent.call) {
                state.intents[intent.call, default: []].insert(intent, at: 0)
            }
            state.ended.unreserved = batch.unreserved + state.ended.unreserved
            state.ended.reserved = batch.reserved + state.ended.reserved
        }
    }
}
