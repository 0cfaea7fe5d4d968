import LLMCore
import Synchronization

/// A selection table cut down to the arms that can be called here and now.
struct CallableTable: Sendable {
    let table: SelectionTable
    private let constraints: SelectionConstraints?
    private let judgements: Judgements

    /// `nil` when nothing of the table may be used.
    ///
    /// - Parameters:
    ///   - constraints: Those of the caller; `nil` uses the table's.
    ///   - admits: Says which arms count: configured, at the same endpoint, allowed by the profile.
    init?(
        _ table: SelectionTable, constraints: SelectionConstraints?, memo: RoutingMemo? = nil, admits: (Arm) -> Bool
    ) {
        let places = table.rows.indices.filter { admits(table.rows[$0].arm) }
        guard !places.isEmpty else { return nil }
        var cut = table
        cut.rows = places.map { table.rows[$0] }
        self.table = cut
        self.constraints = constraints
        judgements =
            memo?.judgements(
                of: RoutingMemo.Inputs(
                    table: table.id, derivedAt: table.derivedAt, rows: places, live: cut.liveRows.map(\.live),
                    constraints: constraints)) ?? Judgements()
    }

    /// The table's answer over all arms, or over one provider's.
    func choice(of provider: ProviderID? = nil) -> SelectionChoice {
        judgements.choice(of: provider) { judge(provider) }
    }

    private func judge(_ provider: ProviderID?) -> SelectionChoice {
        let models = provider.map { provider in
            Set(table.rows.map(\.arm.model).filter { $0.provider == provider })
        }
        // Which providers are local is the configuration's to say, and it has: what is left here may be used.
        return table.choose(
            constraints, among: models, localProviders: Set(table.rows.map(\.arm.model.provider)))
    }

    /// A description of the changes that live calls since the benchmark show; `nil` when none is notable.
    var liveWords: String? {
        let lines = table.liveRows.compactMap { row in
            row.live.summary.map { "\(table.rows[row.place].arm.id): \($0)" }
        }
        return lines.isEmpty ? nil : "Since the benchmark, " + lines.joined(separator: "; ") + "."
    }

    /// A model's row, of its default arm where it has several.
    func row(of model: ModelID) -> SelectionRow? {
        let rows = table.rows.filter { $0.arm.model == model }
        return rows.first { $0.arm.id.rawValue == model.description } ?? rows.first
    }
}

extension SelectionTable {
    /// The rows that live calls since the benchmark have changed, by place. None is copied to be looked at: each decision looks at all.
    var liveRows: [(place: Int, live: LivePerformance)] {
        rows.indices.compactMap { place in rows[place].live.map { (place, $0) } }
    }
}

/// A cache of plans, and of judgements of selection tables: judging a hundred arms over their draws takes milliseconds, and the answer
/// stays the same until the table, the live calls since or the request change.
final class RoutingMemo: Sendable {
    /// The inputs of a judgement. The rows of a table are fixed under its id.
    struct Inputs: Hashable {
        var table: String
        var derivedAt: Int64
        /// The rows that may be used, by place.
        var rows: [Int]
        var live: [LivePerformance]
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
        var live: [LivePerformance]

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
            live = table?.liveRows.map(\.live) ?? []
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
    func plan(_ inputs: PlanInputs?, make: () -> CandidatePlan) -> CandidatePlan {
        guard let inputs else { return make() }
        if let known = state.withLock({ $0.plans.use(inputs) }) { return known }
        let new = make()
        state.withLock { $0.plans.insert(new, for: inputs, weight: 1) }
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
final class Judgements: Sendable {
    private let choices = Mutex<[ProviderID?: SelectionChoice]>([:])

    func choice(of provider: ProviderID?, make: () -> SelectionChoice) -> SelectionChoice {
        if let known = choices.withLock({ $0[provider] }) { return known }
        let new = make()
        choices.withLock { $0[provider] = new }
        return new
    }
}
