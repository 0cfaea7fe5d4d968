/// The margins by which claims hold in the draws of a table, negative where they do not: of costs and waits they alone tell, and of
/// quality in tables of older versions and where live calls have changed a row.
struct DrawnMargins {
    private let rows: [SelectionRow]
    private let draws: Int
    /// Of each arm, the share of the weight that its pseudo-case has in each draw.
    private let pseudo: [[Double]]
    private let ranks: NormalScores

    /// - Parameters:
    ///   - draws: As many as every arm has.
    ///   - cases: As many as are independent.
    init(_ rows: [SelectionRow], draws: Int, cases: Double) {
        self.rows = rows
        self.draws = draws
        ranks = NormalScores(count: draws)
        let unseen = PseudoCase(draws: draws)
        pseudo = rows.enumerated().map { place, row in
            // Of no run: two tables of the same evidence differ by its draws alone.
            unseen.shares(of: cases, losses: cases * (1 - row.quality), seed: UInt64(place) &* 0x9E37_79B9)
        }
    }

    /// The share of draws in which an arm's claim holds; `nil` where it makes none.
    func share(of arm: Int, _ claim: SelectionClaim) -> Double? {
        margins(of: arm, claim).map { Double($0.count { $0 >= 0 }) / Double($0.count) }
    }

    /// The way in which an arm's claim varies from draw to draw.
    func direction(of arm: Int, _ claim: SelectionClaim) -> [Double] {
        margins(of: arm, claim).map(ranks.direction) ?? []
    }

    private func margins(of arm: Int, _ claim: SelectionClaim) -> [Double]? {
        let row = rows[arm]
        switch claim {
        case .share(let share, let rival): return relative(arm, rival, share)
        case .worth(let trade, let rival):
            return trade.margins(row.draws, rows[rival].draws, pseudo: pseudo[arm], draws: draws)
        case .leastQuality(let least):
            return (0..<draws).map { (1 - pseudo[arm][$0]) * row.draws.quality[$0] - least }
        case .cost(let limit):
            // A model of unknown cost keeps no limit of it.
            let costs = row.draws.costUSD
            return (0..<draws).map { $0 < costs.count ? limit.dollars - costs[$0] : -limit.dollars - 1 }
        case .p95(let limit):
            let waits = row.draws.respP95
            let most = waits.reduce(limit) { max($0, $1 ?? 0) }
            return (0..<draws).map { limit - (($0 < waits.count ? waits[$0] : nil) ?? 2 * most + 1) }
        }
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
}
