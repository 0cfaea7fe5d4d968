import BenchCore
import DirGenBench
import LLMCore

/// The output of `run`, as text or JSON.
struct RunPage {
    let console: Console
    let format: OutputFormat

    func plan(_ prepared: PreparedRun) {
        guard format == .json else {
            for share in prepared.estimate.shares {
                let cost = share.worst.map { worst in
                    "likely \(share.likely.map { NumberText.dollars($0) } ?? "?"), at most \(NumberText.dollars(worst))"
                }
                console.data("\(share.arm)  \(share.calls) calls  \(cost ?? "unpriced")")
            }
            return
        }
        let shares = prepared.estimate.shares.map { share -> JSONValue in
            [
                "arm": .string(share.arm.rawValue), "calls": JSONValue(share.calls),
                "likely_usd": share.likely.map { JSONValue($0) } ?? .null,
                "worst_usd": share.worst.map { JSONValue($0) } ?? .null,
            ]
        }
        console.json([
            "task": .string(prepared.record.task.rawValue), "calls": JSONValue(prepared.estimate.calls),
            "likely_usd": JSONValue(prepared.estimate.likely), "worst_usd": JSONValue(prepared.estimate.worst),
            "max_cost_usd": prepared.record.maxCost.map { JSONValue($0) } ?? .null,
            "simulated": .bool(prepared.record.simulated),
            "arms": .array(shares),
        ])
    }

    func result(_ result: BenchResult) {
        format == .json ? console.json(json(result)) : text(result)
    }

    private func text(_ result: BenchResult) {
        let run = result.run
        let simulated = run.simulated ? " (SIMULATED)" : ""
        console.data(
            "run \(run.id)\(simulated): \(result.finished) trials, \(result.failed) failed, \(money(result)), \(run.status.rawValue)"
        )
        if run.status == .budgetStopped, let limit = run.maxCost {
            console.data(
                "stopped by the budget of \(NumberText.dollars(limit)): the worst case of the next call does not fit; a larger --max-cost, or a smaller output limit in the dataset, lets it"
            )
        }
        if let choice = result.choice {
            if let row = choice.row {
                console.data(
                    "chosen for \(run.task): \(row.arm.id)\(choice.verdict == .certified ? "" : " (\(choice.verdict.rawValue))")"
                )
            } else {
                console.data("no model for \(run.task): \(choice.verdict.rawValue)")
            }
            console.data("why: \(choice.reason)")
        }
        if !result.derived {
            console.data(
                "the selection table is unchanged: only a complete run over all cases replaces it, or --derive")
        }
        for path in (try? result.reports.get()) ?? [] { console.data("report: \(path)") }
    }

    private func money(_ result: BenchResult) -> String {
        let known = "\(NumberText.dollars(result.spent - result.assumed)) spent"
        guard result.assumed > .zero else { return known }
        return known + " and up to \(NumberText.dollars(result.assumed)) more for calls whose cost is unknown"
    }

    private func json(_ result: BenchResult) -> JSONValue {
        let choice = result.choice
        return [
            "run": .string(result.run.id.rawValue), "status": .string(result.run.status.rawValue),
            "task": .string(result.run.task.rawValue), "simulated": .bool(result.run.simulated),
            "time_scale": JSONValue(result.run.timeScale), "trials": JSONValue(result.finished),
            "failed": JSONValue(result.failed),
            "spent_usd": JSONValue(result.spent - result.assumed), "unknown_up_to_usd": JSONValue(result.assumed),
            "table_derived": .bool(result.derived),
            "model": choice?.row.map { .string($0.arm.model.description) } ?? .null,
            "arm": choice?.row.map { .string($0.arm.id.rawValue) } ?? .null,
            "certified": choice.map { .bool($0.verdict == .certified) } ?? .null,
            "confidence": choice?.confidence.map { JSONValue($0) } ?? .null,
            "reason": choice.map { .string($0.reason) } ?? .null,
            "reports": .array(((try? result.reports.get()) ?? []).map { .string($0) }),
        ]
    }
}
