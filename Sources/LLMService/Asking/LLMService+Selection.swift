public import LLMCore

extension LLMService {
    /// The model `ask` would use for a task, with its evidence.
    ///
    /// With a real provider configured only real evidence counts. With none, the newest table of either environment is read, real ones
    /// first: the answer is then what was measured, not what can be called.
    ///
    /// - Parameters:
    ///   - profile: Its constraints and its models count; the table wins when it is certified under them.
    ///   - constraints: Over those of the profile and of the table, where set.
    ///   - permitted: The models that may be chosen; `nil`: all.
    public func selectOptimalModel(
        for task: TaskType, profile: AgentProfile? = nil, constraints: SelectionConstraints.Overrides = .init(),
        permitted: PermittedModels? = nil
    ) async throws -> ModelSelection {
        guard configuration.targets.isEmpty else {
            let table = try await evidence(for: task, simulated: configuration.simulated)
            let selection = await select(task, profile, constraints, permitted, table: table)
            guard let table else {
                return configuration.simulated ? selection : try await explainingSimulatedTable(selection)
            }
            guard !table.liveRows.isEmpty else { return selection }
            let bench = try await self.table(for: task, simulated: configuration.simulated)
            return selection.sayingWhatChanged(
                since: await select(task, profile, constraints, permitted, table: bench))
        }
        let real = try await evidence(for: task, simulated: false)
        let table = if let real { real } else { try await self.table(for: task, simulated: true) }
        return await select(task, profile, constraints, permitted, table: table)
    }

    private func select(
        _ task: TaskType, _ profile: AgentProfile?, _ overrides: SelectionConstraints.Overrides,
        _ permitted: PermittedModels?, table: SelectionTable?
    ) async -> ModelSelection {
        var criteria = CandidatePlanner.Criteria(model: .auto, task: task)
        criteria.profile = profile
        criteria.permitted = permitted
        criteria.constraints = LLMService.merged(overrides, profile: profile, table: table)
        let isHypothetical = configuration.targets.isEmpty
        let plan = isHypothetical ? hypotheticalPlan(criteria, table) : await plan(criteria, table: table)
        return selection(task, plan, table: plan.tableID == nil ? nil : table)
    }

    /// The plan where no provider is configured: any model of a table may be named, as nothing will be sent.
    private func hypotheticalPlan(
        _ criteria: CandidatePlanner.Criteria, _ table: SelectionTable?
    ) -> CandidatePlan {
        var planner = CandidatePlanner(configuration: configuration, prices: prices)
        planner.hypothetical = table != nil
        return planner.plan(criteria, table: table)
    }

    private func selection(_ task: TaskType, _ plan: CandidatePlan, table: SelectionTable?) -> ModelSelection {
        var selection = ModelSelection(task: task, reason: plan.reason)
        selection.simulated = table?.simulated
        selection.timeScale = table?.timeScale
        selection.derivedAt = table?.derivedAt
        guard let first = plan.candidates.first else {
            let obstacles = plan.skipped.map { "\($0.model.provider): \($0.why)" }.joined(separator: "; ")
            selection.reason = "no provider can be asked (\(obstacles))"
            return selection
        }
        selection.model = first.model
        if let table {
            for row in table.liveRows { selection.live[table.rows[row.place].arm.id] = row.live }
        }
        let row = first.row ?? table?.rows.first { $0.arm.model == first.model }
        selection.row = row
        selection.arm = row?.arm.id
        guard let choice = plan.choice, let row else { return selection }
        let isChoice = choice.row?.arm.id == row.arm.id
        selection.certified = isChoice && choice.verdict == .certified
        selection.clusters = table?.clusters
        if isChoice {
            selection.verdict = choice.verdict
            selection.worth = choice.worth
        }
        selection.confidence = isChoice ? choice.confidence : choice.confidences[row.arm.id]
        selection.runnerUp = isChoice ? choice.runnerUp?.arm.id : choice.row?.arm.id
        return selection
    }

    /// After a benchmark on the simulator a user who sets a key should not wonder where the table went.
    private func explainingSimulatedTable(_ selection: ModelSelection) async throws -> ModelSelection {
        guard try await table(for: selection.task, simulated: true) != nil else { return selection }
        var selection = selection
        selection.reason += " (a table of the simulator exists; it says nothing about real providers)"
        return selection
    }

    /// A user's constraints over the profile's, over those the table was derived under; `nil` when the user sets none.
    static func merged(
        _ overrides: SelectionConstraints.Overrides, profile: AgentProfile?, table: SelectionTable?
    ) -> SelectionConstraints? {
        guard !overrides.isEmpty else { return nil }
        let own = profile?.constraints
        let base = own.flatMap { $0 == SelectionConstraints() ? nil : $0 } ?? table?.defaults ?? SelectionConstraints()
        return base.overridden(by: overrides)
    }
}

extension ModelSelection {
    /// The selection with a word on how live calls changed it.
    ///
    /// - Parameter bench: The answer by the benchmark alone.
    fileprivate func sayingWhatChanged(since bench: ModelSelection) -> ModelSelection {
        guard let before = bench.arm, before != arm || bench.certified != certified else { return self }
        var changed = self
        let certificate = bench.certified ? "certified" : "not certified"
        changed.reason += " Live calls changed that: by the benchmark alone it is \(before), \(certificate)."
        return changed
    }
}

extension LLMService {
    /// The newest table of a task with what live calls have said since.
    func evidence(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        guard let table = try await table(for: task, simulated: simulated) else { return nil }
        return await blended(table)
    }

    /// A table with what live calls have said since it was derived. Nothing crosses environments.
    func blended(_ table: SelectionTable) async -> SelectionTable {
        guard let history, history.simulated == table.simulated else { return table }
        let live = await history.live(of: table.task, since: table.derivedAt)
        guard !live.tallies.isEmpty else { return table }
        let now = time.wallMicroseconds()
        let blend = LiveBlend(table: table) { model in
            guard let rates = prices.price(of: model)?.listRates(at: now) else { return nil }
            let (input, output) = (rates.input.approximate, rates.output.approximate)
            return input > 0 ? output / input : nil
        }
        return memo.blend(.init(table: table.id, generation: live.generation)) { blend.blended(live.tallies) }
    }
}

extension ExactDecimal {
    fileprivate var approximate: Double { (0..<scale).reduce(Double(digits)) { value, _ in value / 10 } }
}
