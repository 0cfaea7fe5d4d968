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
