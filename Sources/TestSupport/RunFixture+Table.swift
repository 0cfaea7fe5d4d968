package import BenchCore
package import LLMCore

extension RunFixture {
    /// A plausible table over this run's arms, with few and simple draws: enough to render, not to decide by.
    package func table() -> SelectionTable {
        var random = SeededGenerator(seed: run.seed &+ 1)
        let rows = run.arms.map { row(of: $0, random: &random) }
        return SelectionTable(
            id: "01KAQ8TABLE", task: run.task, derivedAt: run.startedAt + 80_000_000, simulated: run.simulated,
            timeScale: run.timeScale, datasetHash: run.datasetHash, graderVersion: run.graderVersion,
            priceVersion: run.priceVersion, seed: run.seed, sharedCases: cases.count, defaults: .init(),
            incumbent: run.arms.dropFirst().first?.id, rows: rows)
    }

    private func row(of arm: Arm, random: inout SeededGenerator) -> SelectionRow {
        let mine = trials.filter { $0.arm == arm && $0.outcome.fault != .ours }
        let n = max(1, mine.count)
        let scores = mine.map { $0.outcome.fault == .provider ? 0 : $0.score ?? 0 }
        let quality = scores.reduce(0, +) / Double(n)
        let failed = mine.count { $0.outcome.fault == .provider }
        let costs = mine.compactMap(\.metrics.cost)
        let cost = costs.count == mine.count ? costs.reduce(USD.zero, +) : nil
        let draws = (0..<300).map { _ in
            let picked = (0..<n).map { _ in
                scores.isEmpty ? 0 : scores[Int.random(in: 0..<scores.count, using: &random)]
            }
            return picked.reduce(0, +) / Double(n)
        }
        let sorted = draws.sorted()
        return SelectionRow(
            arm: arm, quality: quality, qualityLow: sorted[7], qualityHigh: sorted[292],
            passRate: Double(mine.count { $0.passed == true }) / Double(n),
            cost: cost.map { USD(pico: $0.pico / Int64(n)) },
            respP95: nil, respP95Low: nil, respP95High: nil, failureRate: Double(failed) / Double(n), n: mine.count,
            runs: [run.id.rawValue],
            draws: SelectionDraws(
                quality: draws, costUSD: cost.map { total in draws.map { _ in total.dollars / Double(n) } } ?? [],
                respP95: draws.map { _ in nil }))
    }

    /// The best row by quality for money, stated with `verdict`.
    package func choice(_ table: SelectionTable, verdict: SelectionChoice.Verdict = .certified) -> SelectionChoice {
        let best = table.rows.map(\.quality).max() ?? 0
        let fit = table.rows.filter { $0.quality >= best * 0.95 && $0.cost != nil }
            .sorted { ($0.cost ?? .zero, $0.arm.id) < ($1.cost ?? .zero, $1.arm.id) }
        guard verdict != .infeasible, let row = fit.first else {
            return SelectionChoice(
                verdict: .infeasible, row: nil, runnerUp: nil, confidence: nil, confidences: [:], probabilityBest: [:],
                expectedRegret: nil, casesNeeded: nil, reason: "No model costs at most $0.0001 a case.",
                binding: "max_case_cost")
        }
        let confidence = verdict == .certified ? 0.94 : 0.78
        return SelectionChoice(
            verdict: verdict, row: row, runnerUp: fit.dropFirst().first, confidence: confidence,
            confidences: [row.arm.id: confidence], probabilityBest: [row.arm.id: 0.41], expectedRegret: 0.004,
            casesNeeded: verdict == .certified ? nil : 120,
            reason: "\(row.arm.id) is the cheapest model whose quality is within 5 % of the best.", binding: nil)
    }

    /// The report of this run.
    package func model(verdict: SelectionChoice.Verdict = .certified, full: Bool = false) -> ReportModel {
        let table = table()
        return ReportModel.build(
            run: run, cases: cases, trials: trials, table: table, choice: choice(table, verdict: verdict), full: full,
            resamples: 500)
    }
}
