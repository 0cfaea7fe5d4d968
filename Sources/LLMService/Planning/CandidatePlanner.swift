import LLMCore

/// A planner that orders the models that may answer: pure, over a configuration and at most one table.
///
/// A requested model goes first, then the table's choice or the profile's, then one model of each provider in the priority order.
struct CandidatePlanner: Sendable {
    /// The part of a request that decides which models may answer.
    struct Criteria: Sendable {
        var model: ModelChoice
        var task: TaskType
        var profile: AgentProfile?
        /// Over the profile's; `nil` leaves it and the table to decide.
        var constraints: SelectionConstraints?
        var fallback = true
        /// The models that may answer; `nil`: all.
        var permitted: PermittedModels?

        func permits(_ model: ModelID) -> Bool { permitted?.cover(model, task: task) ?? true }
    }

    let configuration: ServiceConfiguration
    let prices: PriceBook
    /// Of the service whose tables these are.
    var memo: RoutingMemo?
    /// Planning without configured providers: nothing will be sent, and any model of the table may be named.
    var hypothetical = false

    func plan(_ criteria: Criteria, table: SelectionTable?) -> CandidatePlan {
        let callable = table.flatMap { table in
            CallableTable(table, constraints: constraints(of: criteria), memo: memo) { admits($0, criteria) }
        }
        var draft = Draft()
        switch criteria.model {
        case .model(let model): draft.add(Candidate(model: model, why: "requested"), "\(model) was requested")
        case .auto: draft.choose(for: criteria.profile, callable: callable, table: table)
        }
        if !isPinned(criteria) {
            for provider in configuration.order(for: criteria.task) {
                if let candidate = contribution(of: provider, callable: callable) { draft.add(candidate) }
            }
            if let profile = criteria.profile { draft.addModels(of: profile) }
            draft.balance(configuration.balance) { callable?.row(of: $0) }
        }
        return finish(draft, criteria, callable)
    }

    /// The leave of a candidate to change places with others that have it: no request or profile names it, and where there is evidence, it is
    /// certified under the constraints. Without any evidence the priority order alone stands between candidates.
    private func isInterchangeable(_ candidate: Candidate, _ criteria: Criteria, _ callable: CallableTable?) -> Bool {
        if criteria.model == .model(candidate.model) || isPinned(criteria) { return false }
        guard let callable else {
            return criteria.profile.map { ![$0.model, $0.fallback].contains(candidate.model) } ?? true
        }
        let choice = callable.choice()
        guard choice.verdict == .certified, let row = candidate.row, let confidence = choice.confidences[row.arm.id]
        else { return false }
        return confidence >= (constraints(of: criteria) ?? callable.table.defaults).confidence
    }

    private func isPinned(_ criteria: Criteria) -> Bool {
        criteria.model == .auto && criteria.profile?.pinsModel == true
    }

    private func constraints(of criteria: Criteria) -> SelectionConstraints? {
        if let own = criteria.constraints { return own }
        guard let profile = criteria.profile?.constraints, profile != SelectionConstraints() else { return nil }
        return profile
    }

    private func localOnly(_ criteria: Criteria) -> Bool {
        criteria.profile?.localOnly == true || constraints(of: criteria)?.localOnly == true
    }

    /// The model a provider contributes: the one the table ranks best, else its default.
    private func contribution(of provider: ProviderID, callable: CallableTable?) -> Candidate? {
        if let row = callable?.chosenRow(of: provider) {
            return Candidate(
                model: row.arm.model,
                why: "the table's best of \(provider)"
                    + (row.live?.summary.map { " (since the benchmark: \($0))" } ?? ""),
                row: row)
        }
        let known =
            configuration.targets[provider]?.defaultModel
            ?? configuration.skipped.first { $0.provider == provider }?.defaultModel
        return known.map { Candidate(model: $0, why: "configured default of \(provider)") }
    }

    // MARK: What can be called

    /// Evidence counts only for the same server in the same environment.
    private func admits(_ arm: Arm, _ criteria: Criteria) -> Bool {
        guard criteria.permits(arm.model) else { return false }
        if hypothetical { return !localOnly(criteria) || arm.model.provider == .local }
        guard let target = configuration.targets[arm.model.provider] else { return false }
        return target.client.endpoint == arm.endpoint && target.client.simulated == arm.simulated
            && arm.simulated == configuration.simulated && (target.staysLocal || !localOnly(criteria))
    }

    /// The reason for which a model cannot be asked; `nil` when it can.
    private func skipReason(to model: ModelID, _ criteria: Criteria) -> String? {
        guard criteria.permits(model) else { return "the caller's key may not use it" }
        guard !hypothetical else { return nil }
        if let target = configuration.targets[model.provider] {
            guard localOnly(criteria), !target.staysLocal else { return nil }
            return target.isLocal
                ? "\(target.client.endpoint) is not on this machine or network, or behind a proxy, and only local models are allowed"
                : "not local, and only local models are allowed"
        }
        if let skipped = configuration.skipped.first(where: { $0.provider == model.provider }) {
            return "\(skipped.reason): \(skipped.help)"
        }
        return "no provider is named \(model.provider)"
    }

    /// Equals share the place of the first of them.
    private func share(of groups: [[ModelID]], in candidates: inout [Candidate]) {
        for group in groups {
            let members = candidates.indices.filter { group.contains(candidates[$0].model) }
            guard let first = members.first, members.count > 1 else { continue }
            for index in members { candidates[index].place = first }
        }
    }

    private func finish(_ draft: Draft, _ criteria: Criteria, _ callable: CallableTable?) -> CandidatePlan {
        var plan = CandidatePlan(
            criteria: criteria, reason: draft.reason, tableID: callable?.table.id, choice: draft.choice)
        for var candidate in draft.candidates {
            if let skipReason = skipReason(to: candidate.model, criteria) {
                plan.skipped.append(.init(model: candidate.model, why: skipReason, skipped: true))
                continue
            }
            candidate.isLocal = configuration.targets[candidate.model.provider]?.isLocal ?? false
            candidate.contextWindow = prices.price(of: candidate.model)?.contextWindow
            candidate.isInterchangeable = isInterchangeable(candidate, criteria, callable)
            plan.candidates.append(candidate)
        }
        share(of: configuration.balance, in: &plan.candidates)
        guard !criteria.fallback else { return plan }
        if case .model(let requested) = criteria.model {
            plan.candidates = plan.candidates.filter { $0.model == requested }
            plan.skipped = plan.skipped.filter { $0.model == requested }
        } else {
            plan.candidates = Array(plan.candidates.prefix(1))
        }
        return plan
    }
}
