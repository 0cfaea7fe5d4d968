import LLMCore

/// Hedging: a second model is started beside one that is slow to answer, within a share of all spending.
struct Hedging: Sendable {
    let budget: HedgeBudget
    let figures: ModelFigures

    /// Below this many answers the 95th percentile is unknown.
    private static let leastWeight = 20.0

    /// When the second model may start; `nil` when that is unknown.
    func instant(for attempt: OpenAttempt, _ policy: HedgePolicy) async -> ContinuousClock.Instant? {
        if let after = policy.after { return attempt.sentAt + after }
        guard let figures = await figures(attempt.intent.model), figures.firstTokenWeight >= Hedging.leastWeight else {
            return nil
        }
        return figures.firstTokenP95.map { attempt.sentAt + $0 }
    }
}

/// A budget that keeps what second attempts cost under their share of all spending, across processes.
///
/// Only requests that may be hedged count on either side: so the share holds among them, whatever else is asked.
struct HedgeBudget: Sendable {
    let store: any HealthStore
    let key: HealthKey

    init(store: any HealthStore, scope: String, simulated: Bool) {
        self.store = store
        key = HealthKey(.hedges, endpoint: scope, simulated: simulated)
    }

    /// Reserves the most a hedge can cost; `false` when that would lift hedges above their share.
    func reserve(_ worst: USD, share: Double) async throws -> Bool {
        try await update { $0.reserve(worst, share: share) }
    }

    /// Settles the reservations of a request's hedges.
    ///
    /// - Parameters:
    ///   - spent: What the request cost in all, as far as it is known.
    ///   - hedges: Cost of each second attempt, `nil` unknown, and what was reserved for it.
    func settle(spent: USD, hedges: [(cost: USD?, worst: USD)]) async throws {
        try await update { state in
            state.add(spent: spent)
            for hedge in hedges { state.settleHedge(cost: hedge.cost, worst: hedge.worst) }
        }
    }

    /// Releases the reservation of a hedge that was not sent.
    func release(_ worst: USD) async {
        try? await settle(spent: .zero, hedges: [(.zero, worst)])
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
