/// The arms of a table under one set of constraints, counted draw by draw.
struct SelectionJudgement {
    let rows: [SelectionRow]
    let table: SelectionTable
    let constraints: SelectionConstraints
    /// Draws that every arm has.
    let drawCount: Int
    /// Of each draw, the highest quality over ``rows``.
    let best: [Double]
    /// Of each arm, the share of draws in which all constraints hold.
    let confidences: [Double]
    /// Of each arm, the share of draws in which none has a higher quality; equals share it.
    let probabilityBest: [Double]

    /// By how much another must be better than the incumbent, beyond doubt, to replace it.
    static let qualityMargin = 0.02
    static let costMargin = 0.05
    /// By how much less likely than an arm that has become slow its successor may be, where neither is certified.
    static let likelihoodMargin = 0.1

    init(rows: [SelectionRow], table: SelectionTable, constraints: SelectionConstraints) {
        self.rows = rows
        self.table = table
        self.constraints = constraints
        let count = rows.map(\.draws.quality.count).min() ?? 0
        drawCount = count
        let best = (0..<count).map { draw in rows.reduce(-Double.infinity) { max($0, $1.draws.quality[draw]) } }
        self.best = best
        confidences = rows.map { row in
            let held = (0..<count).count { constraints.hold(row.draws, $0, best: best[$0]) }
            return count > 0 ? Double(held) / Double(count) : 0
        }
        probabilityBest = SelectionJudgement.sharesOfBest(rows, best)
    }

    private static func sharesOfBest(_ rows: [SelectionRow], _ best: [Double]) -> [Double] {
        var shares = [Double](repeating: 0, count: rows.count)
        for draw in best.indices {
            let winners = rows.indices.filter { rows[$0].draws.quality[draw] == best[draw] }
            for winner in winners { shares[winner] += 1 / Double(winners.count) }
        }
        return shares.map { $0 / Double(max(best.count, 1)) }
    }

    func choice() -> SelectionChoice {
        let feasible = rows.indices.filter(meetsHardConstraints)
        guard !feasible.isEmpty else { return infeasible() }
        let certified =
            table.sharedCases < SelectionTable.certifiableCases
            ? [] : feasible.filter { confidences[$0] >= constraints.confidence }
        let pool = certified.isEmpty ? feasible : certified
        let order = pool.sorted { certified.isEmpty ? isLikelier($0, $1) : isCheaper($0, $1) }
        let successors = order.map { successor(of: $0, in: order, certified: !certified.isEmpty) }
        let front = successors[0] ?? order[0]
        let lasting = zip(order, successors).filter { $0.1 == nil }.map(\.0)
        let chosen = keptIncumbent(against: front, in: lasting, certified: !certified.isEmpty) ?? front
        let slowed = zip(order, successors).prefix { $0.0 != chosen }.filter { $0.1 != nil }.map(\.0)
        let rest = order + feasible.filter { !pool.contains($0) }.sorted(by: isLikelier)
        let runnerUp = rest.first { $0 != chosen }
        let needed = certified.isEmpty ? casesNeeded(chosen) : nil
        let narrator = SelectionNarrator(
            judgement: self, chosen: chosen, challenger: chosen == front ? nil : front, certified: certified,
            slowed: slowed, casesNeeded: needed)
        return SelectionChoice(
            verdict: certified.isEmpty ? .uncertified : .certified, row: rows[chosen],
            runnerUp: runnerUp.map { rows[$0] }, confidence: confidences[chosen], confidences: byArm(confidences),
            probabilityBest: byArm(probabilityBest), expectedRegret: expectedRegret(chosen), casesNeeded: needed,
            reason: narrator.sentence, binding: nil)
    }

    // MARK: - What has become slow

    /// The arm that replaces one that live calls show to have become slow: the first of the order that is quicker than
    /// it is now, has not become slow itself and, where nothing is certified, has nearly the same probability. `nil`
    /// when no arm qualifies, or `arm` has not slowed.
    private func successor(of arm: Int, in order: [Int], certified: Bool) -> Int? {
        guard constraints.maxP95 == nil, hasSlowed(arm) else { return nil }
        return order.first { other in
            !hasSlowed(other) && p95(other) < p95(arm)
                && (certified || confidences[other] >= confidences[arm] - SelectionJudgement.likelihoodMargin)
        }
    }

    private func hasSlowed(_ arm: Int) -> Bool { rows[arm].live?.hasSlowed ?? false }
    private func p95(_ arm: Int) -> Double { rows[arm].respP95 ?? .infinity }

    func byArm(_ values: [Double]) -> [ArmID: Double] {
        Dictionary(zip(rows.map(\.arm.id), values)) { first, _ in first }
    }

    private func expectedRegret(_ chosen: Int) -> Double? {
        guard drawCount > 0 else { return nil }
        return best.indices.reduce(0) { $0 + best[$1] - rows[chosen].draws.quality[$1] } / Double(drawCount)
    }

    // MARK: - Order

    /// Cheapest first, unknown costs last; then the better, then by name.
    func isCheaper(_ left: Int, _ right: Int) -> Bool {
        switch (rows[left].cost, rows[right].cost) {
        case (let a?, let b?) where a != b: return a < b
        case (_?, nil): return true
        case (nil, _?): return false
        default: return isBetter(left, right)
        }
    }

    private func isBetter(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (rows[left], rows[right])
        return a.quality == b.quality ? a.arm.id < b.arm.id : a.quality > b.quality
    }

    /// Highest P_m first; of equals the cheaper, unless P_m is nought for both: then the better is nearer the mark.
    private func isLikelier(_ left: Int, _ right: Int) -> Bool {
        guard confidences[left] == confidences[right] else { return confidences[left] > confidences[right] }
        return confidences[left] > 0 ? isCheaper(left, right) : isBetter(left, right)
    }

    // MARK: - Hysteresis

    /// The incumbent's place, when it is in the pool and `challenger` is not better beyond doubt.
    private func keptIncumbent(against challenger: Int, in pool: [Int], certified: Bool) -> Int? {
        guard let incumbent = pool.first(where: { rows[$0].arm.id == table.incumbent }), incumbent != challenger,
            drawCount > 0
        else { return nil }
        let wins = (0..<drawCount).count {
            certified
                ? isCheaperBeyondMargin(challenger, incumbent, $0) : isBetterBeyondMargin(challenger, incumbent, $0)
        }
        return Double(wins) / Double(drawCount) >= constraints.confidence ? nil : incumbent
    }

    private func isCheaperBeyondMargin(_ challenger: Int, _ incumbent: Int, _ draw: Int) -> Bool {
        let (new, old) = (rows[challenger].draws.costUSD, rows[incumbent].draws.costUSD)
        guard draw < new.count else { return false }
        guard draw < old.count else { return true }
        // Where both are free, quality decides.
        if new[draw] == old[draw] { return isBetterBeyondMargin(challenger, incumbent, draw) }
        return new[draw] < old[draw] * (1 - SelectionJudgement.costMargin)
    }

    private func isBetterBeyondMargin(_ challenger: Int, _ incumbent: Int, _ draw: Int) -> Bool {
        let (new, old) = (rows[challenger].draws, rows[incumbent].draws)
        if constraints.hold(new, draw, best: best[draw]), !constraints.hold(old, draw, best: best[draw]) { return true }
        return new.quality[draw] > old.quality[draw] + SelectionJudgement.qualityMargin
    }
}

extension SelectionConstraints {
    /// Returns `true` when one arm meets all constraints in one draw.
    fileprivate func hold(_ draws: SelectionDraws, _ draw: Int, best: Double) -> Bool {
        let quality = draws.quality[draw]
        // Where nothing is ever right, being as good as the best is no merit.
        if let relativeQuality, quality < (1 - relativeQuality) * best || quality <= 0 { return false }
        if let minQuality, quality < minQuality { return false }
        if let maxCaseCost {
            guard draw < draws.costUSD.count, draws.costUSD[draw] <= maxCaseCost.dollars else { return false }
        }
        if let maxP95 {
            guard draw < draws.respP95.count, let p95 = draws.respP95[draw], p95 <= maxP95 else { return false }
        }
        return true
    }
}

extension SelectionJudgement {
    /// A constraint that no amount of confidence may relax.
    enum HardConstraint: String, CaseIterable {
        case maxCaseCost = "max_case_cost"
        case maxP95 = "max_p95_ms"
        case minQuality = "min_quality"
    }

    func meetsHardConstraints(_ arm: Int) -> Bool { HardConstraint.allCases.allSatisfy { meets($0, arm) } }

    /// Cost and p95 by what was measured; the least quality, which is an estimate, by whether any draw reaches it.
    func meets(_ constraint: HardConstraint, _ arm: Int) -> Bool {
        let row = rows[arm]
        switch constraint {
        case .maxCaseCost:
            guard let limit = constraints.maxCaseCost else { return true }
            return row.cost.map { $0 <= limit } ?? false
        case .maxP95:
            guard let limit = constraints.maxP95 else { return true }
            return row.respP95.map { $0 <= limit } ?? false
        case .minQuality:
            guard let limit = constraints.minQuality else { return true }
            return row.draws.quality.contains { $0 >= limit }
        }
    }

    func infeasible() -> SelectionChoice {
        let binding = bindingConstraints()
        return SelectionChoice(
            verdict: .infeasible, row: nil, runnerUp: nil, confidence: nil, confidences: byArm(confidences),
            probabilityBest: byArm(probabilityBest), expectedRegret: nil, casesNeeded: nil,
            reason: SelectionNarrator.infeasible(binding, self),
            binding: binding.map(\.rawValue).joined(separator: "+"))
    }

    /// The constraint no arm meets; where each is met by some arm, the one without which an arm would do; else all.
    private func bindingConstraints() -> [HardConstraint] {
        if let unmet = HardConstraint.allCases.first(where: { constraint in
            !rows.indices.contains { meets(constraint, $0) }
        }) {
            return [unmet]
        }
        let active = HardConstraint.allCases.filter { constraint in !rows.indices.allSatisfy { meets(constraint, $0) } }
        // Two constraints that exclude each other bind together: leaving out either would do.
        let decisive = active.filter { left in
            rows.indices.contains { arm in active.allSatisfy { $0 == left || meets($0, arm) } }
        }
        return decisive.count == 1 ? decisive : active
    }

    // MARK: - How much more evidence it would take

    /// 80 % power, as in the method.
    private static let powerQuantile = 0.841621

    /// Further shared cases after which P_m would reach the confidence asked for, by the power formula
    /// n = (z_a + z_b)² ω² / d²: d is by how much the arm keeps a constraint, ω² a case's variance of that, both read
    /// from the draws. The largest over the constraints, and never fewer than are missing to ``SelectionTable/certifiableCases``.
    ///
    /// - Returns: `nil` where the arm breaks a constraint on average: more evidence would not help it.
    func casesNeeded(_ arm: Int) -> Int? {
        guard drawCount > 1 else { return nil }
        let n = Double(table.sharedCases)
        let z = normalQuantile(constraints.confidence) + SelectionJudgement.powerQuantile
        var total = Double(SelectionTable.certifiableCases)
        for margins in margins(of: arm) {
            let mean = margins.reduce(0, +) / Double(margins.count)
            guard mean.isFinite, mean > 0 else { return nil }
            let variance = margins.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(margins.count - 1)
            // A draw's variance is about ω²/n.
            total = max(total, (z * z * variance * n / (mean * mean)).rounded(.up))
        }
        guard total < 1e12 else { return nil }
        return max(0, Int(total) - table.sharedCases)
    }

    /// Of each constraint, by how much the arm keeps it in each draw.
    private func margins(of arm: Int) -> [[Double]] {
        let draws = rows[arm].draws
        var all: [[Double]] = []
        if let relative = constraints.relativeQuality {
            all.append((0..<drawCount).map { draws.quality[$0] - (1 - relative) * bestOfOthers(arm, $0) })
        }
        if let least = constraints.minQuality { all.append(draws.quality.map { $0 - least }) }
        if let most = constraints.maxCaseCost { all.append(draws.costUSD.map { most.dollars - $0 }) }
        if let most = constraints.maxP95 { all.append(draws.respP95.map { most - ($0 ?? .infinity) }) }
        return all.filter { !$0.isEmpty }
    }

    private func bestOfOthers(_ arm: Int, _ draw: Int) -> Double {
        let others = rows.indices.filter { $0 != arm }.map { rows[$0].draws.quality[draw] }
        return others.max() ?? 0
    }

    /// The z with P(Z <= z) = `p` for 0.5 <= p < 1, by bisection; beyond z = 5 the answer is 5.
    private func normalQuantile(_ p: Double) -> Double {
        var (low, high) = (0.0, 5.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if normalCDF(middle) < p { low = middle } else { high = middle }
        }
        return low
    }

    /// By the power series of the error function: exact to ten digits up to 5, and no C library.
    private func normalCDF(_ z: Double) -> Double {
        let x = z / 2.0.squareRoot()
        var (term, sum) = (x, x)
        for n in 1..<150 {
            term *= -x * x / Double(n)
            sum += term / Double(2 * n + 1)
        }
        return 0.5 + sum / Double.pi.squareRoot()
    }
}
