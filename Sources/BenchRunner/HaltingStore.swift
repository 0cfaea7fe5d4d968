import BenchCore
import LLMCore
import Synchronization

/// A store that begins nothing more after its first write has failed: an attempt that cannot be written down is not sent, whatever
/// other trials are in flight and however the store does by then. What was paid for is still offered to it.
final class HaltingStore: TrialStore {
    private let store: any TrialStore
    private let failure = Mutex<(any Error)?>(nil)

    init(_ store: any TrialStore) { self.store = store }

    func begin(_ run: RunRecord, cases: [BenchCase]) async throws { try await store.begin(run, cases: cases) }

    func reserve(_ intent: AttemptIntent, run: RunID) async throws {
        if let failure = failure.withLock({ $0 }) { throw failure }
        try await halting { try await store.reserve(intent, run: run) }
    }

    func record(_ trials: [Trial], storeContent: Bool) async throws {
        try await halting { try await store.record(trials, storeContent: storeContent) }
    }

    func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {
        try await store.finish(run, status: status, endedAt: endedAt)
    }

    private func halting(_ write: () async throws -> Void) async throws {
        do {
            try await write()
        } catch {
            if !(error is CancellationError) { failure.withLock { $0 = $0 ?? error } }
            throw error
        }
    }
}
