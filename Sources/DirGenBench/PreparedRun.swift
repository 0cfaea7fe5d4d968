public import BenchCore
public import LLMCore

/// A run that has been read, planned and priced, and has cost nothing yet.
public struct PreparedRun: Sendable {
    public var request: BenchRequest
    public var dataset: Dataset
    public var plan: RunPlan
    public var estimate: CostEstimate
    public var record: RunRecord
    /// Messages to the user before anything is spent.
    public var warnings: [String]
    /// True when some call may cost money.
    public var isPaid: Bool { !record.simulated && (estimate.worst > .zero || !estimate.unpriced.isEmpty) }

    /// One line: `plan: 4 models × 100 cases = 400 calls · likely $0.21 to $0.4 with reasoning, at most $0.94 · limit $1`.
    public var summary: String {
        let repeats = record.repeats > 1 ? " × \(record.repeats) repeats" : ""
        var text = "plan: \(plan.arms.count) models × \(plan.cases.count) cases\(repeats) = \(estimate.calls) calls"
        text += " · \(estimate.summary)"
        if !estimate.unpriced.isEmpty { text += " + \(estimate.unpriced.count) unpriced" }
        return text + (record.maxCost.map { " · limit \(dollars($0))" } ?? " · simulated, so nothing is paid")
    }

    private func dollars(_ amount: USD) -> String { NumberText.dollars(amount) }
}

/// The result of a run.
public struct BenchResult: Sendable {
    public var run: RunRecord
    public var finished: Int
    public var failed: Int
    public var spent: USD
    /// Part of ``spent`` that may not have been billed: worst cases of calls whose cost is unknown, such as aborted ones.
    public var assumed: USD
    /// The task's table after this run; the one before it when this run may not replace it, `nil` when there is none.
    public var table: SelectionTable?
    /// The table was derived from this run.
    public var derived: Bool
    public var choice: SelectionChoice?
    /// Paths of the files written, or why they could not be.
    public var reports: Result<[String], any Error>
    /// Share of trials that ended in a provider's fault.
    public var failureRate: Double { finished == 0 ? 0 : Double(failed) / Double(finished) }
}
