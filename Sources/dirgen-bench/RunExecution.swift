import ArgumentParser
import BenchCore
import BenchRunner
import DirGenAPI
import DirGenBench
import LLMCore

/// The carrying out of a prepared run on a console: its plan, a yes where it costs money, its progress, its result and its exit code.
struct RunExecution {
    let console: Console
    let format: OutputFormat
    let dryRun: Bool
    let confirmation: ConfirmationOptions

    func carryOut(_ prepared: PreparedRun, with bench: Bench) async throws {
        for warning in prepared.warnings { console.warn(warning) }
        console.say(prepared.summary)
        let page = RunPage(console: console, format: format)
        if dryRun { return try page.plan(prepared) }
        try confirm(prepared)
        let result = try await run(prepared, with: bench)
        try page.result(result)
        try check(result, maxFailureRate: prepared.request.maxFailureRate)
    }

    /// Money is spent only after a yes.
    private func confirm(_ prepared: PreparedRun) throws {
        if prepared.isPaid { try console.confirm(.spending, yes: confirmation.yes) }
    }

    private func run(_ prepared: PreparedRun, with bench: Bench) async throws -> BenchResult {
        if prepared.plan.load.isOpen { OpenFiles.raiseLimit() }
        let control = RunControl()
        let display = ProgressDisplay(
            console: console, opening: .started(plan: prepared.plan, maxCost: prepared.record.maxCost))
        let interrupts = RepeatedInterrupts { control.stop() }
        defer { interrupts.stop() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await display.run() }
            let result: Result<BenchResult, any Error>
            do {
                result = .success(try await bench.run(prepared, control: control) { display.observe($0) })
            } catch {
                result = .failure(error)
            }
            group.cancelAll()
            try await group.waitForAll()
            return try result.get()
        }
    }

    private func check(_ result: BenchResult, maxFailureRate: Double) throws {
        if case .failure(let error) = result.reports {
            throw CommandError(
                .usage, "\(error)",
                hint: "the run is stored: `dirgen-bench report \(result.run.id) --out DIR` writes its reports")
        }
        switch result.run.status {
        case .drained, .aborted: throw ExitCode(CommandError.Code.interrupted.rawValue)
        case .budgetStopped: throw ExitCode(CommandError.Code.budget.rawValue)
        default: break
        }
        if result.unsent > 0 {
            throw CommandError(
                .failures, "\(result.unsent) of \(result.finished) requests could not be sent as they are",
                hint: "the report names them: their model's API has no words for something in the dataset")
        }
        if result.failureRate > maxFailureRate {
            throw CommandError(
                .failures,
                "\(result.failed) of \(result.finished) trials ended in a provider's failure, more than --max-failure-rate \(maxFailureRate)",
                hint:
                    "the report lists them by class; `dirgen-bench resume \(result.run.id) --retry-errors` asks them again"
            )
        }
        if result.ungradedRate > maxFailureRate {
            throw CommandError(
                .inconclusive,
                "no grade for \(result.ungraded) of \(result.finished) answers: the grader or the judge failed",
                hint:
                    "the report lists the reasons; `dirgen-bench resume \(result.run.id)` grades them, without asking for them again"
            )
        }
    }
}
