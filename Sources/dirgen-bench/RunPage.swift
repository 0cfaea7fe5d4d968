import BenchCore
import DirGenAPI
import DirGenBench
import LLMCore

/// The output of `run`, as text or JSON.
struct RunPage {
    let console: Console
    let format: OutputFormat

    func plan(_ prepared: PreparedRun) throws {
        guard format == .json else {
            for share in prepared.estimate.shares {
                console.data("\(share.arm)  \(share.calls) calls  \(share.summary)  (\(share.basis))")
            }
            for judge in prepared.estimate.judges {
                let most = judge.mostCalls > judge.calls ? " (at most \(judge.mostCalls))" : ""
                let basis = judge.verdicts.map { "measured on \(NumberText.count($0)) verdict\($0 == 1 ? "" : "s")" }
                console.data(
                    "judge \(judge.judge)  \(judge.calls) calls\(most)  \(judge.summary)  (\(basis ?? "assumed"))")
            }
            let judges = prepared.estimate.judgeCalls
            let (tokens, time) = (prepared.estimate.tokens, prepared.estimate.seconds)
            func duration(_ seconds: Double) -> String { NumberText.duration(milliseconds: seconds * 1_000) }
            console.data(
                "in all: \(NumberText.count(prepared.estimate.calls)) calls\(judges > 0 ? " and \(NumberText.count(judges)) of judges" : ""), "
                    + "\(prepared.estimate.summary); "
                    + "\(NumberText.count(tokens.likely)) tokens (\(NumberText.count(tokens.low)) to \(NumberText.count(tokens.high))); "
                    + "\(duration(time.likely)) (\(duration(time.low)) to \(duration(time.high)))")
            return
        }
        try console.json(PlanDocument(prepared.estimate, of: prepared.record))
    }

    func result(_ result: BenchResult) throws {
        switch format {
        case .json: try console.json(document(result))
        case .text: text(result)
        }
    }

    private func text(_ result: BenchResult) {
        let run = result.run
        let simulated = run.simulated ? " (SIMULATED)" : ""
        let reused = result.reused > 0 ? "\(result.reused) of them reused, " : ""
        console.data(
            "run \(run.id)\(simulated): \(result.finished) trials, \(reused)\(result.failed) failed, \(spending(result).summary) spent, \(run.status.rawValue)"
        )
        if result.judgeCalls > 0 {
            let cost = result.judgeCost.map { NumberText.dollars($0) } ?? "an unknown part of it"
            console.data("judges: \(NumberText.count(result.judgeCalls)) calls, \(cost)")
        }
        if run.status == .budgetStopped, let limit = run.maxCost {
            let overrun =
                result.spent > limit
                ? "; providers billed more than the worst cases that were set aside, and nothing was sent after the first such bill"
                : ""
            console.data(
                "stopped by the budget of \(NumberText.dollars(limit)): the worst case of the next call does not fit\(overrun); a larger --max-cost, or a smaller output limit in the dataset, lets it"
            )
        }
        for line in result.load?.lines ?? [] { console.data(line) }
        for warning in result.health?.warnings ?? [] { console.warn("harness: \(warning)") }
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
            let what = run.environment.load == nil ? "a complete run over all cases" : "a closed loop"
            let reason =
                run.status == .complete && !run.partial && run.environment.load == nil
                ? "no case has a grade from each model" : "only \(what) replaces it, or --derive"
            console.data("the selection table is unchanged: \(reason)")
        }
        if let pinned = result.pinned {
            console.warn(
                "\(run.task) is pinned to \(pinned); `dirgen-bench table unpin \(run.task)` uses the new table")
        }
        for path in (try? result.reports.get()) ?? [] { console.data("report: \(path)") }
    }

    private func spending(_ result: BenchResult) -> RunSpending {
        let known = result.spent - result.assumed
        let judges = result.judgeCalls > 0 ? result.judgeCost : nil
        return RunSpending(trials: known - (judges ?? .zero), judges: judges, assumed: result.assumed)
    }

    private func document(_ result: BenchResult) -> RunResultDocument {
        RunResultDocument(
            result.run, trials: result.finished, failed: result.failed, reused: result.reused,
            spent: result.spent - result.assumed,
            unknownUpTo: result.assumed, judgeCost: result.judgeCost, tableDerived: result.derived,
            choice: result.choice,
            reports: (try? result.reports.get()) ?? [], load: result.load,
            harnessWarnings: result.health?.warnings ?? [])
    }
}
