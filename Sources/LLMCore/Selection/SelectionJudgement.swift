/// The arms of a table under one set of constraints, counted draw by draw.
struct SelectionJudgement {
    let rows: [SelectionRow]
    let table: SelectionTable
    let constraints: SelectionConstraints
    /// Draws that every arm has.
    let drawCount: Int
    /// Of each draw, the highest quality over ``rows``.
    let best: [Double]
    let confidence: SelectionConfidence
    /// Of each arm, the share of draws in which none has a higher quality; equals share it.
    let probabilityBest: [Double]
    /// The reason that nothing can be certified, whatever the draws say; `nil` where something can.
    let obstacle: Obstacle?

    /// A reason to certify nothing.
    enum Obstacle: Hashable {
        case lone
        case fewCases(least: Int)
        case fewClusters
        /// Waits that the simulator scaled are compared with no limit of them.
        case scaledWaits
    }

    /// By how much another must be better than the incumbent, beyond doubt, to replace it.
    static let qualityMargin = 0.02
    static let costMargin = 0.05
    /// By how much less likely than another an arm may be that is preferred to it where neither is certified.
    static let likelihoodMargin = 0.1
    /// Differences in likelihood that other draws could turn round.
    static let nearness = 0.05

    init(rows: [SelectionRow], table: SelectionTable, constraints: SelectionConstraints) {
        self.rows = rows
        self.table = table
        self.constraints = constraints
        let count = rows.map(\.draws.quality.count).min() ?? 0
        drawCount = count
        var best = [Double](repeating: -.infinity, count: count)
        for row in rows {
            for draw in best.indices { best[draw] = max(best[draw], row.draws.quality[draw]) }
        }
        self.best = best
        let obstacle = SelectionJudgement.obstacle(rows, table, constraints)
        self.obstacle = obstacle
        confidence = SelectionConfidence(rows, table, constraints, isCertifiable: obstacle == nil)
        probabilityBest = SelectionJudgement.sharesOfBest(rows, best)
    }

    private static func obstacle(
        _ rows: [SelectionRow], _ table: SelectionTable, _ constraints: SelectionConstraints
    ) -> Obstacle? {
        // Alone it is within any share of the best, whatever it is worth.
        let isRelative = constraints.relativeQuality != nil || constraints.willingToPay != nil
        if rows.count == 1, isRelative || constraints.minQuality == nil { return .lone }
        if constraints.maxP95 != nil, table.timeScale != 1 { return .scaledWaits }
        let least =
            constraints.maxP95 == nil ? SelectionTable.certifiableCases : SelectionTable.certifiableP95Cases
        if table.sharedCases < least { return .fewCases(least: least) }
        return table.clusters < SelectionTable.certifiableClusters ? .fewClusters : nil
    }

    private static func sharesOfBest(_ rows: [SelectionRow], _ best: [Double]) -> [Double] {
        // Arm by arm: a list of winners for each draw would cost more than all else here.
        var winners = [Int](repeating: 0, count: best.count)
        for row in rows {
            for draw in best.indices where row.draws.quality[draw] == best[draw] { winners[draw] += 1 }
        }
        let shares = rows.map { row in
            best.indices.reduce(0.0) { $0 + (row.draws.quality[$1] == best[$1] ? 1 / Double(winners[$1]) : 0) }
        }
        return shares.map { $0 / Double(max(best.count, 1)) }
    }

    /// The arms that may be chosen, in order, and the one that is.
    private struct Ranking {
        let feasible: [Int]
        let certified: [Int]
        /// The certified, or where there are none the feasible.
        let order: [Int]
        /// Of each in the order, the arm that replaces it as it has become slow.
        let successors: [Int?]
        /// The arm that would be chosen without preference for the incumbent.
        let front: Int
        let chosen: Int
    }

    /// `nil` where no arm meets the hard constraints.
    private func ranking() -> Ranking? {
        let feasible = rows.indices.filter(meetsHardConstraints)
        guard !feasible.isEmpty else { return nil }
        let certified = feasible.filter(confidence.certified.contains)
        let order = certified.isEmpty ? likeliestFirst(feasible) : certified.sorted(by: isPreferred)
        let successors = order.map { successor(of: $0, in: order, certified: !certified.isEmpty) }
        let front = successors[0] ?? order[0]
        let lasting = zip(order, successors).filter { $0.1 == nil }.map(\.0)
        let chosen = keptIncumbent(against: front, in: lasting, certified: !certified.isEmpty) ?? front
        return Ranking(
            feasible: feasible, certified: certified, order: order, successors: successors, front: front,
            chosen: chosen)
    }

    /// The row of ``choice()``, without what is computed for people to read; `nil` where nothing is chosen.
    func chosenRow() -> SelectionRow? { ranking().map { asChosen(rows[$0.chosen]) } }

    func choice() -> SelectionChoice {
        guard let ranking = ranking() else { return infeasible() }
        let (certified, chosen) = (ranking.certified, ranking.chosen)
        let slowed = zip(ranking.order, ranking.successors).prefix { $0.0 != chosen }.filter { $0.1 != nil }
        let others = certified.isEmpty ? [] : ranking.feasible.filter { !certified.contains($0) }
        let runnerUp = (ranking.order + others.sorted(by: isLikelier)).first { $0 != chosen }
        let needed = certified.isEmpty ? casesNeeded() : nil
        let narrator = SelectionNarrator(
            judgement: self, chosen: chosen, challenger: chosen == ranking.front ? nil : ranking.front,
            certified: certified, slowed: slowed.map(\.0), casesNeeded: needed)
        let verdict: SelectionChoice.Verdict =
            certified.isEmpty ? (rows.count == 1 ? .measured : .uncertified) : .certified
        var choice = SelectionChoice(
            verdict: verdict, row: asChosen(rows[chosen]),
            runnerUp: runnerUp.map { rows[$0] }, confidence: rows.count == 1 ? nil : confidence.adjusted[chosen],
            confidences: byArm(confidence.adjusted),
            probabilityBest: byArm(probabilityBest), expectedRegret: expectedRegret(chosen), casesNeeded: needed,
            reason: narrator.sentence, binding: nil)
        choice.worth = worth(of: chosen)
        return choice
    }

    /// The row with an interval that allows for its having been chosen among so many: who leads was lucky more often than not (the false
    /// coverage rate of Benjamini and Yekutieli, 2005).
    private func asChosen(_ row: SelectionRow) -> SelectionRow {
        guard rows.count > 1, drawCount > 0 else { return row }
        let mean = row.draws.quality.reduce(0, +) / Double(row.draws.quality.count)
        let interval = QualityInterval(draws: row.draws.quality.count).of(
            row.draws.quality, mean: mean, cases: table.independentCases, seed: table.seed,
            confidence: 1 - 0.05 / Double(rows.count))
        var chosen = row
        chosen.qualityLow = min(row.qualityLow, interval.low)
        chosen.qualityHigh = max(row.qualityHigh, interval.high)
        return chosen
    }

    private func worth(of chosen: Int) -> [SelectionWorth] {
        // Among tied leaders the dearest leads: what the choice saves beside it is saved.
        let best = rows.indices.max { left, right in
            let (a, b) = (rows[left], rows[right])
            return a.quality == b.quality ? (a.cost ?? .zero) < (b.cost ?? .zero) : a.quality < b.quality
        }
        let incumbent = rows.firstIndex { $0.arm.id == table.incumbent }
        let rivals: [(Int?, SelectionWorth.Role)] = [(best, .best), (incumbent == best ? nil : incumbent, .incumbent)]
        return rivals.compactMap { rival, role in
            guard let rival, rival != chosen else { return nil }
            return SelectionWorth(
                of: rows[chosen], beside: rows[rival], as: role, independentCases: table.independentCases)
        }
    }

    // MARK: - What has become slow

    /// The arm that replaces one that live calls show to have become slow: the first of the order that is quicker than
    /// it is now, has not become slow itself and, where nothing is certified, has nearly the same probability. `nil`
    /// when no arm qualifies, or `arm` has not slowed.
    private func successor(of arm: Int, in order: [Int], certified: Bool) -> Int? {
        guard constraints.maxP95 == nil, hasSlowed(arm) else { return nil }
        return order.first { other in
            !hasSlowed(other) && p95(other) < p95(arm)
                && (certified || confidence.alone[other] >= confidence.alone[arm] - SelectionJudgement.likelihoodMargin)
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

    /// The order of arms that will do: the cheapest, or the one that is worth most.
    private func isPreferred(_ left: Int, _ right: Int) -> Bool {
        guard let trade = constraints.trade else { return isCheaper(left, right) }
        let (a, b) = (trade.worth(of: rows[left]), trade.worth(of: rows[right]))
        return a == b ? isCheaper(left, right) : (a ?? -.infinity) > (b ?? -.infinity)
    }

    private func isBetter(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (rows[left], rows[right])
        guard a.expectedQuality == b.expectedQuality else { return a.expectedQuality > b.expectedQuality }
        if let own = a.cost, let other = b.cost, own != other { return own < other }
        return a.arm.id < b.arm.id
    }

    /// Highest P_m first; of equals the cheaper, unless P_m is nought for both: then the better is nearer the mark.
    private func isLikelier(_ left: Int, _ right: Int) -> Bool {
        let alone = confidence.alone
        guard alone[left] == alone[right] else { return alone[left] > alone[right] }
        return alone[left] > 0 || constraints.trade != nil ? isPreferred(left, right) : isBetter(left, right)
    }

    /// The likeliest first; of those that are nearly as likely as it the best measured (or worth most), so that no draw decides between them.
    private func likeliestFirst(_ pool: [Int]) -> [Int] {
        let order = pool.sorted(by: isLikelier)
        guard let top = order.first, confidence.alone[top] > 0 else { return order }
        let near = order.filter { confidence.alone[$0] >= confidence.alone[top] - SelectionJudgement.nearness }
        let best = near.min { left, right in
            constraints.trade != nil || rows[left].expectedQuality == rows[right].expectedQuality
                ? isPreferred(left, right) : rows[left].expectedQuality > rows[right].expectedQuality
        }
        guard let best else { return order }
        return [best] + order.filter { $0 != best }
    }

    // MARK: - Hysteresis

    /// The incumbent's place, when it is in the pool and `challenger` is not better beyond doubt.
    private func keptIncumbent(against challenger: Int, in pool: [Int], certified: Bool) -> Int? {
        guard let incumbent = pool.first(where: { rows[$0].arm.id == table.incumbent }), incumbent != challenger,
            drawCount > 0
        else { return nil }
        // Without a certificate its place is worth no more than a near tie.
        let likelihood = confidence.alone
        if !certified, likelihood[incumbent] < likelihood[challenger] - SelectionJudgement.likelihoodMargin {
            return nil
        }
        let isAhead =
            constraints.trade != nil
            ? isWorthMoreBeyondMargin : certified ? isCheaperBeyondMargin : isBetterBeyondMargin
        let wins = (0..<drawCount).count { isAhead(challenger, incumbent, $0) }
        return Double(wins) / Double(drawCount) >= constraints.confidence ? nil : incumbent
    }

    private func isWorthMoreBeyondMargin(_ challenger: Int, _ incumbent: Int, _ draw: Int) -> Bool {
        guard let trade = constraints.trade, let new = trade.worth(rows[challenger].draws, draw) else { return false }
        return trade.worth(rows[incumbent].draws, draw).map { new > $0 + trade.tolerance } ?? true
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
            verdict: .infeasible, row: nil, runnerUp: nil, confidence: nil, confidences: byArm(confidence.adjusted),
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

    /// Further shared cases after which the table would certify an arm with 80 % probability, and never fewer than are missing to the
    /// least number.
    ///
    /// - Returns: `nil` where more evidence of the same would not help.
    func casesNeeded() -> Int? {
        let cases = Double(table.sharedCases)
        switch obstacle {
        case .lone, .scaledWaits: return nil
        case .fewCases(let least):
            let total = max(Double(least), cases * (confidence.growthNeeded() ?? 1))
            return Int((total - cases).rounded(.up))
        case .fewClusters:
            let perCluster = cases / Double(max(table.clusters, 1))
            return Int((Double(SelectionTable.certifiableClusters - table.clusters) * perCluster).rounded(.up))
        case nil:
            return confidence.growthNeeded()
                .map { max(1, Int((cases * ($0 - 1)).rounded(.up))) }
        }
    }
}
