/// The confidence with which each arm of a table keeps what is asked.
///
/// An arm keeps it when every claim holds: against each other arm, that its quality is close enough; of each limit, that it is kept. The
/// least certain claim decides, each tested by the chance that it holds when its cases are weighted at random, a ``PseudoCase`` included:
/// exact for claims about quality (``ExponentialSum``), else the share of draws. Choosing the cheapest of
/// many that pass is a test of its own: arms that could have passed in error are paid for, column by column (``ClaimColumn``), and those
/// that are certified no longer are (step-down).
struct SelectionConfidence {
    /// Of each arm by itself.
    let alone: [Double]
    /// Of each arm with the others paid for, where it is likely enough to count.
    private(set) var adjusted: [Double]
    /// Arms at or above the confidence asked for, where anything may be certified.
    private(set) var certified: Set<Int> = []
    private var columns: [ClaimColumn]
    private let ranks: NormalScores
    private let asked: Double

    /// - Parameter isCertifiable: Whether evidence of this size certifies anything.
    init(_ rows: [SelectionRow], _ table: SelectionTable, _ constraints: SelectionConstraints, isCertifiable: Bool) {
        let margins = ClaimMargins(rows, table, constraints)
        let columns = margins.columns()
        self.columns = columns
        ranks = NormalScores(count: margins.draws)
        asked = constraints.confidence
        alone = rows.indices.map { arm in
            columns.compactMap { $0.chances[arm] }.min() ?? (margins.draws > 0 ? 1 : 0)
        }
        adjusted = alone
        if isCertifiable { certify() }
        // What is not certified is not used: its least certain claim tells enough.
        for arm in alone.indices where !certified.contains(arm) && alone[arm] >= Self.contending {
            pay(for: arm, most: 1)
        }
    }

    /// Arms less likely than this to keep what is asked are not worth the arithmetic.
    private static let contending = 0.5

    /// The claims that are least certain first: the others rarely say more.
    private mutating func pay(for arm: Int, most: Int = .max) {
        let order = columns.indices.sorted { (columns[$0].z[arm] ?? 9) < (columns[$1].z[arm] ?? 9) }
        adjusted[arm] = alone[arm]
        for column in order.prefix(most) where adjusted[arm] >= asked || most == 1 {
            adjusted[arm] = columns[column].confidence(of: arm, without: certified, bound: adjusted[arm], ranks)
        }
    }

    private mutating func certify() {
        while true {
            let candidates = alone.indices.filter { alone[$0] >= asked && !certified.contains($0) }
            for arm in candidates { pay(for: arm) }
            let passed = candidates.filter { adjusted[$0] >= asked }
            guard !passed.isEmpty else { return }
            certified.formUnion(passed)
        }
    }

    // MARK: How much more evidence it would take

    /// The share of rehearsals that must be certified: a run that is not certified was more often unlucky than not, so that four in five
    /// such runs are where two in three rehearsals of them are.
    private static let power = 0.65

    /// The least size of the evidence, as a multiple of what there is, at which about four runs in five certify an arm, simulated
    /// from the draws: what is seen now is taken for the truth, and varies as its draws do. `nil` above a hundredfold.
    func growthNeeded() -> Double? {
        var columns = columns
        // Another arm than the likeliest three is rarely the first to be certified.
        let arms = alone.indices.filter { arm in columns.allSatisfy { ($0.z[arm] ?? 1) > 0 } }
            .sorted { (alone[$0], $1) > (alone[$1], $0) }.prefix(3)
        let runs = arms.map { arm in
            ClaimRuns(claims: columns.indices.compactMap { columns[$0].claim(of: arm, ranks) }, least: mark(for: arm))
        }
        func isEnough(_ growth: Double) -> Bool {
            let root = growth.squareRoot()
            let certified = ranks.indices.count { draw in runs.contains { $0.passes(draw, root) } }
            return Double(certified) >= Self.power * Double(ranks.indices.count)
        }
        guard !runs.isEmpty, isEnough(100) else { return nil }
        var (low, high) = (1.0, 100.0)
        while high / low > 1.02 {
            let middle = (low * high).squareRoot()
            if isEnough(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// The standard errors that an arm's claims must reach: for the confidence asked for, and for paying for the other arms.
    private func mark(for arm: Int) -> Double {
        func quantile(_ share: Double) -> Double { Normal.quantile(min(max(share, 1e-4), 1 - 1e-4)) }
        return quantile(asked) + max(0, quantile(alone[arm]) - quantile(adjusted[arm]))
    }
}

/// The draws of all claims of one arm, as runs of more evidence.
private struct ClaimRuns {
    let claims: [(z: Double, scores: [Float])]
    let least: Double

    func passes(_ draw: Int, _ root: Double) -> Bool {
        claims.allSatisfy { $0.z * root + Double($0.scores[draw]) >= least }
    }
}

/// The margins by which the claims of a table's arms hold, draw by draw.
private struct ClaimMargins: Sendable {
    let rows: [SelectionRow]
    let constraints: SelectionConstraints
    /// Draws that every arm has.
    let draws: Int
    private let pseudo: [[Double]]
    private let unseen: PseudoCase
    private let cases: Double
    private let weights: [Double]

    init(_ rows: [SelectionRow], _ table: SelectionTable, _ constraints: SelectionConstraints) {
        self.rows = rows
        self.constraints = constraints
        let draws = rows.map(\.draws.quality.count).min() ?? 0
        self.draws = draws
        let unseen = PseudoCase(draws: draws)
        self.unseen = unseen
        cases = table.independentCases
        weights = table.clusterWeights?.values ?? []
        pseudo = rows.enumerated().map { place, row in
            unseen.shares(
                of: table.independentCases, losses: table.independentCases * (1 - row.quality),
                // Of no run: two tables of the same evidence differ by its draws alone.
                seed: UInt64(place) &* 0x9E37_79B9)
        }
    }

    func columns() -> [ClaimColumn] {
        guard draws > 0 else { return [] }
        let count = rows.count
        let limits =
            [ClaimColumn(arms: count, draws: draws, chance: chanceOfLeastQuality, margins: leastQuality)]
            + [cost, p95].map { limit in ClaimColumn(arms: count, draws: draws) { limit($0) } }
        if let trade = constraints.trade {
            let worth = rows.indices.map { rival in
                ClaimColumn(arms: count, draws: draws) { arm in
                    arm == rival
                        ? nil
                        : trade.margins(rows[arm].draws, rows[rival].draws, pseudo: pseudo[arm], draws: draws)
                }
            }
            return worth + limits
        }
        guard let allowance = constraints.relativeQuality else { return limits }
        let relative = rows.indices.map { rival in
            ClaimColumn(arms: count, draws: draws) { arm in
                arm == rival ? nil : self.chance(of: arm, beside: rival, 1 - allowance)
            } margins: { arm in
                arm == rival ? nil : self.relative(arm, rival, 1 - allowance)
            }
        }
        return relative + limits
    }

    /// The chance that the arm's quality is the share asked for of its rival's; `nil` where only draws tell.
    private func chance(of arm: Int, beside rival: Int, _ share: Double) -> Double? {
        guard let own = rows[arm].sums?.values, let other = rows[rival].sums?.values else { return nil }
        guard own.count == weights.count, other.count == weights.count else { return nil }
        // Where nothing is ever right, being as good as the best is no merit.
        guard rows[arm].quality > 0 else { return 0 }
        return chance(own.indices.map { own[$0] - share * other[$0] }, of: arm, loss: share)
    }

    private func chanceOfLeastQuality(_ arm: Int) -> Double? {
        guard let least = constraints.minQuality, let own = rows[arm].sums?.values, own.count == weights.count else {
            return nil
        }
        return chance(own.indices.map { own[$0] - least * weights[$0] }, of: arm, loss: least)
    }

    /// - Parameters:
    ///   - margins: Of each cluster, by how much the claim holds in it.
    ///   - loss: By how much it does not in a case that the arm gets wrong and others right.
    private func chance(_ margins: [Double], of arm: Int, loss: Double) -> Double {
        // The clusters weigh as much as the cases that are independent.
        let scale = cases / weights.reduce(0, +)
        let shape = unseen.shape(losses: cases * (1 - rows[arm].quality))
        return ExponentialSum(coefficients: margins.map { scale * $0 }, loss: (shape, loss)).chanceNotNegative
    }

    /// By how much the arm's quality exceeds the share asked for of its rival's.
    private func relative(_ arm: Int, _ rival: Int, _ share: Double) -> [Double] {
        let (own, other, pseudo) = (rows[arm].draws.quality, rows[rival].draws.quality, pseudo[arm])
        var margins = [Double](repeating: -1, count: draws)
        for draw in 0..<draws {
            let weight = pseudo[draw]
            let margin = (1 - weight) * (own[draw] - share * other[draw]) - weight * share
            // Where nothing is ever right, being as good as the best is no merit.
            if own[draw] > 0 { margins[draw] = margin }
        }
        return margins
    }

    @Sendable private func leastQuality(_ arm: Int) -> [Double]? {
        constraints.minQuality.map { least in
            (0..<draws).map { (1 - pseudo[arm][$0]) * rows[arm].draws.quality[$0] - least }
        }
    }

    /// A model of unknown cost keeps no limit of it.
    @Sendable private func cost(_ arm: Int) -> [Double]? {
        constraints.maxCaseCost.map { limit in
            let costs = rows[arm].draws.costUSD
            return (0..<draws).map { $0 < costs.count ? limit.dollars - costs[$0] : -limit.dollars - 1 }
        }
    }

    @Sendable private func p95(_ arm: Int) -> [Double]? {
        constraints.maxP95.map { limit in
            let waits = rows[arm].draws.respP95
            let most = waits.reduce(limit) { max($0, $1 ?? 0) }
            return (0..<draws).map { limit - (($0 < waits.count ? waits[$0] : nil) ?? 2 * most + 1) }
        }
    }
}
