import BenchCore
import LLMCore

/// A choice of items within a budget, where some need others, exclude others, or count for a kind with bounds.
struct BudgetWorld: PlanWorld {
    static let keys: Set<String> = ["items", "budget", "kinds", "limits"]

    private struct Item {
        var cost = 0.0
        var value = 0.0
        var needs: [String] = []
        var excludes: [String] = []
        var kind: String?
        /// Amounts of what ``limits`` bounds.
        var uses: [String: Double] = [:]
    }
    private struct Bounds {
        var least: Int?
        var most: Int?
    }

    private let items: [String: Item]
    private let budget: Double
    private let kinds: [String: Bounds]
    /// Bounds beside the budget: racks, people, hours.
    private let limits: [String: Double]

    init?(_ problem: ProblemField, _ faults: inout [String]) {
        let before = faults.count
        budget = problem["budget"]?.amount(&faults) ?? .infinity
        var kinds: [String: Bounds] = [:]
        for (name, field) in problem["kinds"]?.members(&faults) ?? [] {
            field.onlyMembers(["min", "max"], &faults)
            kinds[name] = Bounds(least: field["min"]?.count(&faults), most: field["max"]?.count(&faults))
        }
        var limits: [String: Double] = [:]
        for (name, field) in problem["limits"]?.members(&faults) ?? [] { limits[name] = field.amount(&faults) }
        let members = problem["items"]?.members(&faults) ?? []
        let names = Set(members.map(\.name))
        if members.isEmpty { faults.append("items: expected at least one") }
        var items: [String: Item] = [:]
        for (name, field) in members {
            field.onlyMembers(["cost", "value", "needs", "excludes", "kind", "uses"], &faults)
            var uses: [String: Double] = [:]
            for (limit, amount) in field["uses"]?.members(&faults) ?? [] {
                if limits[limit] == nil { faults.append(amount.fault("no such limit")) }
                uses[limit] = amount.amount(&faults)
            }
            items[name] = Item(
                cost: field["cost"]?.amount(&faults) ?? 0, value: field["value"]?.amount(&faults) ?? 0,
                needs: field["needs"]?.names(among: names, &faults) ?? [],
                excludes: field["excludes"]?.names(among: names, &faults) ?? [],
                kind: field["kind"]?.name(&faults), uses: uses)
        }
        (self.items, self.kinds, self.limits) = (items, kinds, limits)
        guard faults.count == before else { return nil }
    }

    func simulate(_ text: PlanText) throws(PlanFailure) -> PlanOutcome {
        let known = Dictionary(items.keys.map { ($0.plainName, $0) }) { first, _ in first }
        let names = try text.lastJSON("a JSON array of the chosen items") { value -> [String]? in
            let array = value.array ?? value.object.flatMap { $0.count == 1 ? $0.members[0].value.array : nil }
            guard let names = array?.compactMap(\.string), names.count == array?.count else { return nil }
            guard names.isEmpty || names.contains(where: { known[$0.plainName] != nil }) else { return nil }
            return names
        }
        var chosen: [(name: String, item: Item)] = []
        for name in names {
            guard let declared = known[name.plainName], let item = items[declared] else {
                throw PlanFailure("\(name.shown(limit: 40)) is not an item")
            }
            guard !chosen.contains(where: { $0.name == declared }) else {
                throw PlanFailure("\(declared) is chosen twice")
            }
            chosen.append((declared, item))
        }
        try checkRules(chosen)
        try checkBounds(chosen.map(\.item))
        let value = chosen.reduce(0) { $0 + $1.item.value }
        let cost = chosen.reduce(0) { $0 + $1.item.cost }
        return PlanOutcome(
            value, isBetterWhenLarger: true,
            "a choice of \(chosen.count) items, cost \(Amount.text(cost)), value \(Amount.text(value))")
    }

    private func checkRules(_ chosen: [(name: String, item: Item)]) throws(PlanFailure) {
        let names = Set(chosen.map(\.name))
        for (name, item) in chosen {
            for needed in item.needs where !names.contains(needed) { throw PlanFailure("\(name) needs \(needed)") }
            for excluded in item.excludes where names.contains(excluded) {
                throw PlanFailure("\(name) excludes \(excluded)")
            }
        }
    }

    private func checkBounds(_ chosen: [Item]) throws(PlanFailure) {
        let cost = chosen.reduce(0) { $0 + $1.cost }
        guard Amount.isAtMost(cost, budget) else {
            throw PlanFailure("costs \(Amount.text(cost)) of a budget of \(Amount.text(budget))")
        }
        for (limit, most) in limits.sorted(by: { $0.key < $1.key }) {
            let used = chosen.reduce(0) { $0 + ($1.uses[limit] ?? 0) }
            guard Amount.isAtMost(used, most) else {
                throw PlanFailure("uses \(Amount.text(used)) \(limit) of \(Amount.text(most))")
            }
        }
        for (kind, bounds) in kinds.sorted(by: { $0.key < $1.key }) {
            let count = chosen.count { $0.kind == kind }
            if let least = bounds.least, count < least {
                throw PlanFailure("\(count) of kind \(kind), at least \(least)")
            }
            if let most = bounds.most, count > most { throw PlanFailure("\(count) of kind \(kind), at most \(most)") }
        }
    }
}
