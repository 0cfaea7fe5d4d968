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
