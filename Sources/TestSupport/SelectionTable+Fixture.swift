public import LLMCore

extension SelectionTable {
    /// A table whose draws are certain: each arm has the same quality and cost in all of them.
    public static func fixture(
        id: String = "table-1", task: TaskType = .architecture, simulated: Bool = false, sharedCases: Int = 100,
        defaults: SelectionConstraints = .init(), rows: [SelectionRow]
    ) -> SelectionTable {
        SelectionTable(
            id: id, task: task, derivedAt: ManualClock.wallStart, simulated: simulated, timeScale: 1,
            datasetHash: "d", graderVersion: "g", priceVersion: "p", seed: 1, sharedCases: sharedCases,
            defaults: defaults, incumbent: nil, rows: rows)
    }
}

extension SelectionRow {
    public static func fixture(
        _ model: ModelID, quality: Double, cost: USD = USD(pico: 1_000_000_000), endpoint: String? = nil,
        simulated: Bool = false, parameters: GenerationParameters = .init(), p95: Double = 1_000, n: Int = 100
    ) -> SelectionRow {
        let arm = Arm(
            model: model, parameters: parameters, endpoint: endpoint ?? "https://\(model.provider).test",
            simulated: simulated)
        let draws = SelectionDraws(
            quality: Array(repeating: quality, count: 300), costUSD: Array(repeating: cost.dollars, count: 300),
            respP95: Array(repeating: p95, count: 300))
        return SelectionRow(
            arm: arm, quality: quality, qualityLow: quality - 0.02, qualityHigh: quality + 0.02, passRate: quality,
            cost: cost, respP95: p95, respP95Low: p95 * 0.9, respP95High: p95 * 1.1, failureRate: 0, n: n,
            runs: ["run-1"], draws: draws)
    }
}
