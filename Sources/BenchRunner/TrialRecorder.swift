import BenchCore
import LLMCore
import Synchronization

/// The budget reservation of one trial over its attempts.
final class Purse: Sendable {
    private let amount: Mutex<USD>
    init(reserved: USD) { amount = Mutex(reserved) }
    var total: USD { amount.withLock { $0 } }
    func add(_ more: USD) { amount.withLock { $0 += more } }
}

/// The service's leave to spend inside one trial: retries are set aside and written down like the first attempt.
struct TrialRecorder: CallRecorder {
    let run: RunID
    /// Reserved by the runner already.
    let first: AttemptID
    let store: any TrialStore
    let budget: Budget
    let purse: Purse

    func reserve(_ intent: AttemptIntent) async throws {
        guard intent.attempt != first else { return }
        let worst = intent.worstCase ?? .zero
        try await budget.reserve(worst)
        purse.add(worst)
        try await store.reserve(intent, run: run)
    }

    /// The runner writes the call with its trial, in one transaction.
    func record(_ call: CallRecord) async throws {}
}
