import LLMCore

/// Keeps what second attempts cost under their share of all spending, across processes.
///
/// Only questions that may be hedged count on either side: so the share holds among them, whatever else is asked.
struct HedgeAccount: Sendable {
    let store: any HealthStore
    let key: HealthKey

    init(store: any HealthStore, scope: String, simulated: Bool) {
        self.store = store
        key = HealthKey(.hedges, endpoint: scope, simulated: simulated)
    }

    /// Sets the most a hedge can cost aside; `false` when that would lift hedges above their share.
    func reserve(_ worst: USD, share: Double) async throws -> Bool {
        try await update { $0.reserve(worst, share: share) }
    }

    /// - Parameters:
    ///   - spent: What a question cost in all, as far as it is known.
    ///   - hedges: Cost of each second attempt, `nil` unknown, and what was set aside for it.
    func settle(spent: USD, hedges: [(cost: USD?, worst: USD)]) async throws {
        try await update { state in
            state.add(spent: spent)
            for hedge in hedges { state.settleHedge(cost: hedge.cost, worst: hedge.worst) }
        }
    }

    private func update<Result: Sendable>(
        _ change: @escaping @Sendable (inout HedgeState) -> Result
    ) async throws -> Result {
        let key = key
        return try await store.update([key]) { states in
            var hedges = states[key]?.hedges ?? HedgeState()
            let result = change(&hedges)
            states[key, default: HealthState()].hedges = hedges
            return result
        }
    }
}
