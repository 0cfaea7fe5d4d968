import LLMCore

/// A model that may be asked, and the reason of its place in the plan.
struct Candidate: Sendable, Hashable {
    var model: ModelID
    /// For the decision record: `requested`, `the selection table's choice (certified, confidence 94 %)`.
    var why: String
    /// The model's row of the selection table.
    @Boxed var row: SelectionRow?
    /// `nil` unknown.
    var contextWindow: Int?
    /// Runs on this machine or network.
    var isLocal = false
    /// Shared by candidates that the configuration declares equally good; `nil`: its own place in the plan.
    var place: Int?
    /// May take the place of another such candidate where that is cheaper: nothing that was requested, pinned or measured says it is worse.
    var isInterchangeable = false

    init(model: ModelID, why: String, row: SelectionRow? = nil, contextWindow: Int? = nil) {
        self.model = model
        self.why = why
        self.row = row
        self.contextWindow = contextWindow
    }
}

/// The models that may answer a request, in order, and why.
struct CandidatePlan: Sendable {
    let criteria: CandidatePlanner.Criteria
    var candidates: [Candidate] = []
    var skipped: [DecisionRecord.Candidate] = []
    /// One sentence for people.
    var reason: String
    var tableID: String?
    /// The selection table's choice, when it was consulted.
    var choice: SelectionChoice?

    /// The plan as it is recorded with the call.
    var decision: DecisionRecord {
        DecisionRecord(
            reason: reason,
            candidates: candidates.map { .init(model: $0.model, why: $0.why) } + skipped, tableID: tableID,
            arm: candidates.first?.row?.arm.id.rawValue,
            asked: .init(
                fallback: criteria.fallback, constraints: criteria.constraints, profile: criteria.profile,
                permitted: criteria.permitted))
    }
}

extension CandidatePlan {
    /// The plan with its candidates in another order; equals go on sharing a place.
    ///
    /// - Parameter order: The places of all candidates, as they are now; equals beside each other.
    func reordered(by order: [Int]) -> CandidatePlan {
        var plan = self
        plan.candidates = order.map { candidates[$0] }
        for index in plan.candidates.indices {
            guard let place = plan.candidates[index].place else { continue }
            plan.candidates[index].place = order.firstIndex { candidates[$0].place == place }
        }
        return plan
    }
}

extension CandidatePlanner {
    /// Candidates in the making: each model once, in the place it was first named.
    struct Draft {
        private(set) var candidates: [Candidate] = []
        private(set) var reason = "no selection table for this task: the priority order decides"
        private(set) var choice: SelectionChoice?

        mutating func add(_ candidate: Candidate, _ reason: String? = nil) {
            if let reason { self.reason = reason }
            guard !candidates.contains(where: { $0.model == candidate.model }) else { return }
            candidates.append(candidate)
        }

        mutating func addModels(of profile: AgentProfile) {
            add(Candidate(model: profile.model, why: "model of profile '\(profile.role)'"))
            if let fallback = profile.fallback {
                add(Candidate(model: fallback, why: "fallback of profile '\(profile.role)'"))
            }
        }

        /// The heads of the list when the service chooses: the table's choice where it is certified, else the profile's models.
        mutating func choose(for profile: AgentProfile?, callable: CallableTable?, table: SelectionTable?) {
            if let profile, profile.pinsModel {
                addModels(of: profile)
                reason = "profile '\(profile.role)' pins its model"
                return
            }
            let choice = callable?.choice()
            self.choice = choice
            if let choice { reason = [choice.reason, callable?.liveWords].compactMap(\.self).joined(separator: " ") }
            if choice == nil, table != nil {
                reason = "the selection table has no model that is configured here: the priority order decides"
            }
            if let profile, choice?.verdict != .certified {
                addModels(of: profile)
                reason = "profile '\(profile.role)' decides: " + reason
            }
            guard let choice, let row = choice.row else { return }
            let share = choice.confidence.map { ", confidence \(NumberText.confidence($0))" } ?? ""
            add(
                Candidate(
                    model: row.arm.model, why: "the selection table's choice (\(choice.verdict.rawValue)\(share))",
                    row: row))
        }

        /// Puts the equals of each candidate right behind it.
        mutating func balance(_ groups: [[ModelID]], row: (ModelID) -> SelectionRow?) {
            for group in groups {
                guard let first = candidates.firstIndex(where: { group.contains($0.model) }) else { continue }
                let lead = candidates[first].model
                let others = group.filter { $0 != lead }.map { model in
                    candidates.first { $0.model == model }
                        ?? Candidate(model: model, why: "as good as \(lead), says the configuration", row: row(model))
                }
                candidates.removeAll { candidate in others.contains { $0.model == candidate.model } }
                candidates.insert(contentsOf: others, at: first + 1)
            }
        }
    }
}
