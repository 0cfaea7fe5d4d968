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
    let part: HealthPart<HedgeState>

    init(store: any HealthStore, scope: String, simulated: Bool) {
        self.store = store
        part = .hedges(of: scope, simulated: simulated)
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
        let part = part
        return try await store.update([part.key]) { change(&$0[part, default: HedgeState()]) }
    }
}

/// A race of two responses: the model whose first token comes first answers, and a second one is started when the first is slow.
struct HedgeRace: Sendable {
    let time: TimeSource
    /// When the second one is started.
    let instant: ContinuousClock.Instant

    /// The response to go on with, and its events so far.
    typealias Winner = (running: RunningAttempt, events: [ChatEvent])

    private enum Turn: Sendable {
        case isSlow
        /// It was read up to its first token, or to a good end without one.
        case began(RunningAttempt, [ChatEvent])
        /// It failed before its first token, with this last event, or without a report.
        case failed(RunningAttempt, ChatEvent?)
    }

    /// - Parameters:
    ///   - startSecond: Starts the second model; `nil` when it cannot be sent now.
    ///   - failed: Takes the last event of a response that failed. Returns `true` when another is still open.
    /// - Returns: `nil` when all failed.
    func winner(
        from first: RunningAttempt, isolation: isolated (any Actor),
        startSecond: () async throws -> RunningAttempt?, failed: (ChatEvent?, OpenAttempt) async -> Bool
    ) async throws -> Winner? {
        try await withThrowingTaskGroup(of: Turn.self, isolation: isolation) { group -> Winner? in
            defer { group.cancelAll() }
            group.addTask { try await HedgeRace.read(first) }
            group.addTask { [time, instant] in
                try await time.sleep(instant)
                return .isSlow
            }
            while let turn = try await group.next(isolation: isolation) {
                switch turn {
                case .isSlow:
                    guard let second = try await startSecond() else { continue }
                    group.addTask { try await HedgeRace.read(second) }
                case .began(let running, let events): return (running, events)
                case .failed(let running, let end):
                    guard await failed(end, running.attempt) else { return nil }
                }
            }
            return nil
        }
    }

    private static func read(_ running: RunningAttempt) async throws -> Turn {
        var running = running
        let events = try await running.readToFirstToken()
        guard let last = events.last else { return .failed(running, nil) }
        if case .ended(let report) = last, report.outcome != .ok { return .failed(running, last) }
        return .began(running, events)
    }
}
