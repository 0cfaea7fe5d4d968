extension SelectionTable {
    /// The cheapest arm that keeps every constraint with the confidence asked for: steps 4 and 5 of the method.
    ///
    /// - Parameters:
    ///   - constraints: `nil` uses the table's own.
    ///   - models: Only arms of these count; `nil` counts all.
    public func choose(_ constraints: SelectionConstraints? = nil, among models: Set<ModelID>? = nil) -> SelectionChoice
    {
        let constraints = constraints ?? defaults
        let rows = rows.filter { models?.contains($0.arm.model) ?? true }
        let shares = SelectionTable.shares(of: rows, constraints)
        let byCost = rows.sorted { ($0.cost?.pico ?? .max, $0.arm.id) < ($1.cost?.pico ?? .max, $1.arm.id) }
        let certifiable = sharedCases >= SelectionTable.certifiableCases
        let sure = byCost.filter { certifiable && (shares[$0.arm.id] ?? 0) >= constraints.confidence }
        let likely = byCost.filter { (shares[$0.arm.id] ?? 0) > 0 }
            .max { (shares[$0.arm.id] ?? 0) < (shares[$1.arm.id] ?? 0) }
        let row = sure.first ?? likely
        let verdict: SelectionChoice.Verdict = !sure.isEmpty ? .certified : row == nil ? .infeasible : .uncertified
        let rest = rows.filter { $0.arm.id != row?.arm.id }
        let runnerUp = rest.max { (shares[$0.arm.id] ?? 0) < (shares[$1.arm.id] ?? 0) }
        return SelectionChoice(
            verdict: verdict, row: row, runnerUp: runnerUp, confidence: row.flatMap { shares[$0.arm.id] },
            confidences: shares, probabilityBest: [:], expectedRegret: nil, casesNeeded: nil,
            reason: row.map { "\($0.arm.id) is \(verdict.rawValue) over \(sharedCases) cases" }
                ?? "no model meets the constraints",
            binding: nil)
    }

    /// Share of draws in which all constraints hold at once, per arm.
    private static func shares(of rows: [SelectionRow], _ constraints: SelectionConstraints) -> [ArmID: Double] {
        let count = rows.map(\.draws.quality.count).min() ?? 0
        var hits: [ArmID: Int] = [:]
        for draw in 0..<count {
            let best = rows.map { $0.draws.quality[draw] }.max() ?? 0
            for row in rows where holds(row.draws, draw, best, constraints) { hits[row.arm.id, default: 0] += 1 }
        }
        return Dictionary(rows.map { ($0.arm.id, Double(hits[$0.arm.id] ?? 0) / Double(max(count, 1))) }) { $1 }
    }

    private static func holds(
        _ draws: SelectionDraws, _ draw: Int, _ best: Double, _ constraints: SelectionConstraints
    ) -> Bool {
        let quality = draws.quality[draw]
        if let share = constraints.relativeQuality, quality < (1 - share) * best { return false }
        if let floor = constraints.minQuality, quality < floor { return false }
        if let limit = constraints.maxCaseCost {
            guard draws.costUSD.indices.contains(draw), draws.costUSD[draw] <= limit.dollars else { return false }
        }
        if let limit = constraints.maxP95 {
            guard draws.respP95.indices.contains(draw), let p95 = draws.respP95[draw], p95 <= limit else {
                return false
            }
        }
        return true
    }
}
