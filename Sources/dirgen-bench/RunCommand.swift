import ArgumentParser
import DirGenBench
import DirGenCore
import LLMCore
import ProviderSimulator

/// The main job: a dataset in; trials, a table and a report out.
struct RunCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Replay a dataset across models, grade the answers, derive the selection table.",
        discussion: """
            Without --models each configured provider contributes its <NAME>_MODEL, or a cheap and a strong model. Without any \
            provider the built-in simulator answers. Ctrl-C drains, a second one aborts; what was paid for is kept, and \
            `resume` goes on with it.
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
            givenTimeScale: options.timeScale
        ) { try SimulatorReference.read(dataset: options.dataset, options: options.format.options) }
        try await providers.open(console) { dirgen, timeScale in
            let bench = try Bench(dirgen: dirgen)
            let request = try options.request(
                constraints: constraints, limits: dirgen.configuration.benchLimits, timeScale: timeScale)
            let execution = RunExecution(
                console: console, format: global.format, dryRun: options.dryRun, confirmation: options.confirmation)
            try await execution.carryOut(try await bench.prepare(request), with: bench)
        }
    }
}
