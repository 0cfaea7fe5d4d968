public import LLMCore

/// Live calls. Budgets are not kept here: this never throws `BudgetExhausted`.
extension SQLiteStore: CallRecorder {
    public func reserve(_ intent: AttemptIntent) async throws {
        try await commits.commit(reservation(of: intent, run: nil))
    }

    public func record(_ call: CallRecord) async throws {
        try await commits.commit(
            settlement(of: call, run: nil, storeContent: options.keepsLiveContent), isPaidFor: true)
    }
}
