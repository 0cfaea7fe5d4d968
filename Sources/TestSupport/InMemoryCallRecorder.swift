package import LLMCore
import Synchronization

/// Keeps what was reserved and recorded in memory, and refuses on demand.
package final class InMemoryCallRecorder: CallRecorder {
    private struct State {
        var intents: [AttemptIntent] = []
        var calls: [CallRecord] = []
    }
    private let state = Mutex(State())
    private let onReserve: @Sendable (AttemptIntent) throws -> Void
    private let onRecord: @Sendable (CallRecord) throws -> Void

    /// - Parameters:
    ///   - onReserve: Runs before an intent is kept; what it throws is thrown.
    ///   - onRecord: Likewise for calls.
    package init(
        onReserve: @escaping @Sendable (AttemptIntent) throws -> Void = { _ in },
        onRecord: @escaping @Sendable (CallRecord) throws -> Void = { _ in }
    ) {
        self.onReserve = onReserve
        self.onRecord = onRecord
    }

    package var intents: [AttemptIntent] { state.withLock { $0.intents } }
    package var calls: [CallRecord] { state.withLock { $0.calls } }

    package func reserve(_ intent: AttemptIntent) async throws {
        try onReserve(intent)
        state.withLock { $0.intents.append(intent) }
    }

    package func record(_ call: CallRecord) async throws {
        try onRecord(call)
        state.withLock { $0.calls.append(call) }
    }
}
