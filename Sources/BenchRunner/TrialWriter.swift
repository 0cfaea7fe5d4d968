import BenchCore
import Synchronization

/// Writes finished trials, many in one transaction, from a task of its own: an abort cancels calls, never the record of one that was
/// paid for.
final class TrialWriter: Sendable {
    private struct Entry: Sendable {
        let trial: Trial
        let written: CheckedContinuation<Void, any Error>
    }

    private let store: any TrialStore
    private let storeContent: Bool
    private let pending = Mutex<[Entry]>([])
    private let wake: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation
    private static let batch = 256

    init(store: any TrialStore, storeContent: Bool) {
        self.store = store
        self.storeContent = storeContent
        (wake, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Returns when the trial is on disk, also in a cancelled task.
    func write(_ trial: Trial) async throws {
        try await withCheckedThrowingContinuation { continuation in
            pending.withLock { $0.append(Entry(trial: trial, written: continuation)) }
            waker.yield()
        }
    }

    /// Runs until ``close()``; whoever calls it owns the writing.
    func run() async {
        for await _ in wake { await flush() }
        await flush()
    }

    /// After the last ``write(_:)`` has returned.
    func close() { waker.finish() }

    private func flush() async {
        while true {
            let entries = pending.withLock { pending in
                let taken = Array(pending.prefix(Self.batch))
                pending.removeFirst(taken.count)
                return taken
            }
            guard !entries.isEmpty else { return }
            if await write(entries) { continue }
            // One bad row, or a disk with room for a few more, must not take its neighbours with it.
            for entry in entries { await writeAlone(entry) }
        }
    }

    /// - Returns: Whether all were written; otherwise none was, and nobody has been told.
    private func write(_ entries: [Entry]) async -> Bool {
        guard entries.count > 1 else { return false }
        do {
            try await store.record(entries.map(\.trial), storeContent: storeContent)
        } catch {
            return false
        }
        for entry in entries { entry.written.resume() }
        return true
    }

    private func writeAlone(_ entry: Entry) async {
        do {
            try await store.record([entry.trial], storeContent: storeContent)
            entry.written.resume()
        } catch {
            entry.written.resume(throwing: error)
        }
    }
}
