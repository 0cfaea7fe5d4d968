/// Gives leave to spend, and keeps what was spent. Durable before visible.
public protocol CallRecorder: Sendable {
    /// Called before an attempt is sent. Throws `BudgetExhausted` when its worst case no longer fits.
    func reserve(_ intent: AttemptIntent) async throws
    /// Called once per call, with all its attempts settled.
    func record(_ call: CallRecord) async throws
}
