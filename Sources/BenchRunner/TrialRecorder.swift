import BenchCore
import LLMCore

/// The budget reservation of the service's attempts inside one trial: retries are reserved and written down like the first attempt.
struct TrialRecorder: CallRecorder {
    let run: RunID
    /// Written down by the runner already, with its worst case.
    let first: AttemptIntent
    let store: any TrialStore
    let reservation: BudgetReservation

    func reserve(_ intent: AttemptIntent) async throws {
        let worst = intent.worstCase ?? .zero
        guard intent.attempt != first.attempt else {
            // The service may send the first attempt to another model than the arm's, and a dearer one.
            let planned = first.worstCase ?? .zero
            return worst > planned ? try await reservation.add(worst - planned) : ()
        }
        try await reservation.add(worst)
        try await store.reserve(intent, run: run)
    }

    /// The runner writes the call with its trial, in one transaction.
    func record(_ call: CallRecord) async throws {}
}
