/// A claim that every arm of a table makes: it is kept by those that are certified.
enum SelectionClaim {
    /// That its quality is such a share of a rival's, which makes no such claim.
    case share(Double, of: Int)
    /// That it is worth as much as a rival.
    case worth(SelectionTrade, beside: Int)
    case leastQuality(Double)
    case cost(USD)
    case p95(Double)

    var rival: Int? {
        switch self {
        case .share(_, let rival), .worth(_, let rival): rival
        case .leastQuality, .cost, .p95: nil
        }
    }
}

/// The claims that the arms of a table make under one set of constraints, with what the table tells of them.
struct TableClaims {
    /// Draws that every arm has.
    let draws: Int
    private let rows: [SelectionRow]
    private let claims: [SelectionClaim]
    private let cases: Double
    /// Of each cluster, what it weighs: together as much as the cases that are independent. Empty in tables of older versions.
    private let weights: [Double]
    private let scale: Double

    init(_ rows: [SelectionRow], _ table: SelectionTable, _ constraints: SelectionConstraints) {
        self.rows = rows
        draws = rows.map(\.draws.quality.count).min() ?? 0
        claims = Self.claims(of: rows.count, constraints)
        cases = table.independentCases
        let weights = table.clusterWeights?.values ?? []
        let total = weights.reduce(0, +)
        let scale = total > 0 ? table.independentCases / total : 0
        self.scale = scale
        self.weights = weights.map { scale * $0 }
    }

    private static func claims(of arms: Int, _ constraints: SelectionConstraints) -> [SelectionClaim] {
        var claims: [SelectionClaim] = []
        if let trade = constraints.trade {
            claims = (0..<arms).map { .worth(trade, beside: $0) }
        } else if let allowance = constraints.relativeQuality {
            claims = (0..<arms).map { .share(1 - allowance, of: $0) }
        }
        if let least = constraints.minQuality { claims.append(.leastQuality(least)) }
        if let limit = constraints.maxCaseCost { claims.append(.cost(limit)) }
        if let limit = constraints.maxP95 { claims.append(.p95(limit)) }
        return claims
    }

    /// A column a claim, each without draws where the table holds what that takes.
    func columns() -> [ClaimColumn] {
        guard draws > 0 else { return [] }
        if claims.allSatisfy(isSummed) { return claims.map(summed) }
        let margins = DrawnMargins(rows, draws: draws, cases: cases)
        return claims.map { isSummed($0) ? summed($0) : drawn($0, margins) }
    }

    /// Columns of which each claim's direction can be compared with every other's: where draws alone tell of some, all by draws.
    func comparable(_ columns: [ClaimColumn]) -> [ClaimColumn] {
        if claims.allSatisfy(isSummed) { return columns }
        let margins = DrawnMargins(rows, draws: draws, cases: cases)
        return draws > 0 ? claims.map { drawn($0, margins) } : []
    }

    private func drawn(_ claim: SelectionClaim, _ margins: DrawnMargins) -> ClaimColumn {
        let chances = rows.indices.map { arm in
            arm == claim.rival ? nil : chance(of: arm, claim) ?? margins.share(of: arm, claim)
        }
        return ClaimColumn(chances: chances, draws: draws) { margins.direction(of: $0, claim) }
    }

    // MARK: - Without draws

    private func isSummed(_ claim: SelectionClaim) -> Bool {
        switch claim {
        case .share, .leastQuality: rows.indices.allSatisfy(hasSums)
        case .worth, .cost, .p95: false
        }
    }

    private func hasSums(_ arm: Int) -> Bool { !weights.isEmpty && rows[arm].sums?.values.count == weights.count }

    private func summed(_ claim: SelectionClaim) -> ClaimColumn {
        let chances = rows.indices.map { $0 == claim.rival ? nil : chance(of: $0, claim) }
        return ClaimColumn(chances: chances) { sum(of: $0, claim)?.direction(of: $0, among: rows.count) ?? [] }
    }

    /// `nil` where only draws tell.
    private func chance(of arm: Int, _ claim: SelectionClaim) -> Double? {
        guard let sum = sum(of: arm, claim) else { return nil }
        // Where nothing is ever right, being as good as the best is no merit.
        if case .share = claim, rows[arm].quality <= 0 { return 0 }
        return sum.chance
    }

    private func sum(of arm: Int, _ claim: SelectionClaim) -> ClaimSum? {
        guard hasSums(arm), let own = rows[arm].sums?.values else { return nil }
        let shape = PseudoCase.shape(losses: cases * (1 - rows[arm].quality))
        switch claim {
        case .leastQuality(let least):
            let margins = own.indices.map { scale * own[$0] - least * weights[$0] }
            return ClaimSum(margins: margins, weights: weights, loss: (shape, least))
        case .share(let share, let rival):
            guard hasSums(rival), let other = rows[rival].sums?.values else { return nil }
            let margins = own.indices.map { scale * (own[$0] - share * other[$0]) }
            return ClaimSum(margins: margins, weights: weights, loss: (shape, share))
        case .worth, .cost, .p95: return nil
        }
    }
}
