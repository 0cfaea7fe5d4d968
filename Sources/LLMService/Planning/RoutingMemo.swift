import LLMCore
import Synchronization

/// A cache of plans, and of judgements of selection tables: judging a hundred arms over their draws takes milliseconds, and the answer
/// stays the same until the table, the live calls since or the request change.
final class RoutingMemo: Sendable {
    /// The inputs of a judgement. The rows of a table are fixed under its id.
    struct Inputs: Hashable {
        var table: String
        var derivedAt: Int64
        /// The rows that may be used, by place.
        var rows: [Int]
        var live: [SelectionTable.LiveRow]
        var constraints: SelectionConstraints?
    }
    struct Blend: Hashable {
        var table: String
        var generation: Int
    }
    /// The inputs of a plan without a profile.
    struct PlanInputs: Hashable {
        var model: ModelChoice
        var task: TaskType
        var constraints: SelectionConstraints?
        var fallback: Bool
        var permitted: PermittedModels?
        /// `nil`: there is none.
        var table: String?
        var derivedAt: Int64?
        var live: [SelectionTable.LiveRow]

        /// - Returns: `nil` for a plan that is made anew each time.
        init?(_ criteria: CandidatePlanner.Criteria, _ table: SelectionTable?) {
            guard criteria.profile == nil else { return nil }
            model = criteria.model
            task = criteria.task
            constraints = criteria.constraints
            fallback = criteria.fallback
            permitted = criteria.permitted
            self.table = table?.id
            derivedAt = table?.derivedAt
            live = table?.liveRows ?? []
        }
    }
    private struct State: Sendable {
        var plans = RecencyList<PlanInputs, CandidatePlan>(capacity: 256)
        var judgements = RecencyList<Inputs, Judgements>(capacity: 64)
        var blends = RecencyList<Blend, SelectionTable>(capacity: 16)
    }
    private let state = Mutex(State())

    func judgements(of inputs: Inputs) -> Judgements {
        state.withLock { state in
            if let known = state.judgements.use(inputs) { return known }
            let new = Judgements()
            state.judgements.insert(new, for: inputs, weight: 1)
            return new
        }
    }

    /// The plan of a configuration, which this memo belongs to.
    ///
    /// - Parameter make: May have to judge a table, so it runs on no event loop: those of a server carry other requests meanwhile.
    func plan(_ inputs: PlanInputs?, make: @Sendable () -> CandidatePlan) async -> CandidatePlan {
        if let inputs, let known = state.withLock({ $0.plans.use(inputs) }) { return known }
        let new = await withTaskExecutorPreference(globalConcurrentExecutor) { make() }
        if let inputs { state.withLock { $0.plans.insert(new, for: inputs, weight: 1) } }
        return new
    }

    func blend(_ key: Blend, make: () -> SelectionTable) -> SelectionTable {
        if let known = state.withLock({ $0.blends.use(key) }) { return known }
        let new = make()
        state.withLock { $0.blends.insert(new, for: key, weight: 1) }
        return new
    }
}

/// The judgements of one table under the same inputs: over all providers, and of each.
///
/// Made under the lock: requests that come while a table is judged need the same answer, and would only take turns at working it out.
final class Judgements: Sendable {
    private struct State: Sendable {
        var choice: SelectionChoice?
        /// `nil` of a provider of which nothing is chosen.
        var rows: [ProviderID: SelectionRow?] = [:]
    }
    private let state = Mutex(State())

    func choice(make: () -> SelectionChoice) -> SelectionChoice {
        state.withLock { state in
            if let known = state.choice { return known }
            let new = make()
            state.choice = new
            return new
        }
    }

    func row(of provider: ProviderID, make: () -> SelectionRow?) -> SelectionRow? {
        state.withLock { state in
            if let known = state.rows[provider] { return known }
            let new = make()
            state.rows[provider] = .some(new)
            return new
        }
    }
}
