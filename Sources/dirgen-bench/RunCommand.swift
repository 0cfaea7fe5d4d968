import ArgumentParser
import BenchCore
import BenchRunner
import DirGenAPI
import DirGenBench
import DirGenCore
import LLMCore
import Logging
import ProviderSimulator

/// The main job: a dataset in; trials, a table and a report out.
struct RunCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Replay a dataset across models, grade the answers, derive the selection table.",
        discussion: """
            Without --models each configured provider contributes its <NAME>_MODEL, or a cheap and a strong model. Without any \
            provider the built-in simulator answers. Ctrl-C drains, a second one aborts; what was paid for is kept.
            """)

    /// The first Ctrl-C drains, the second aborts: `RunControl` counts them.
    static let handlesInterrupts = true

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: RunCommandOptions
    @OptionGroup var constraints: ConstraintOptions

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let providers = RunProviders(
            configuration: try common.configuration(), isSimulated: common.simulate, seed: options.seed,
            givenTimeScale: options.timeScale, dataset: options.dataset, datasetOptions: options.format.options)
        try await providers.open(console) { dirgen, timeScale in
            let bench = try Bench(dirgen: dirgen)
            let request = try options.request(
                constraints: constraints, limits: dirgen.configuration.limits, timeScale: timeScale)
            let prepared = try await bench.prepare(request)
            try await carryOut(prepared, with: bench, console)
        }
    }

    private func carryOut(_ prepared: PreparedRun, with bench: Bench, _ console: Console) async throws {
        for warning in prepared.warnings { console.warn(warning) }
        console.say(prepared.summary)
        if options.dryRun {
            try RunPage(console: console, format: global.format).plan(prepared)
            return
        }
        try confirm(prepared, console)
        let result = try await run(prepared, with: bench, console)
        try RunPage(console: console, format: global.format).result(result)
        try check(result)
    }

    /// Money is spent only after a yes.
    private func confirm(_ prepared: PreparedRun, _ console: Console) throws {
        if prepared.isPaid { try console.confirm(.spending, yes: options.confirmation.yes) }
    }

    private func run(_ prepared: PreparedRun, with bench: Bench, _ console: Console) async throws -> BenchResult {
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

    private func check(_ result: BenchResult) throws {
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
        if result.failureRate > options.maxFailureRate {
            throw CommandError(
                .failures,
                "\(result.failed) of \(result.finished) trials ended in a provider's failure, more than --max-failure-rate \(options.maxFailureRate)",
                hint: "the report lists them by class")
        }
    }
}
