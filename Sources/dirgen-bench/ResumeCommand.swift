import ArgumentParser
import BenchCore
import DirGenAPI
import DirGenBench
import DirGenCore
import LLMCore
import ProviderSimulator

/// The command `resume`: goes on with a run that ended early.
struct ResumeCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that ended early: after Ctrl-C, a kill, a crash, a full disk or its budget.",
        discussion: """
            Asks what has no answer yet, in the order and under the limits of the run, from the cases in the database: the dataset's \
            file is not read. Nothing that was answered is asked again. What was in flight at a kill counts as spent, at its worst \
            case. Report and selection table are written as at the end of `run`.
            """)

    /// The first Ctrl-C drains, the second aborts: `RunControl` counts them.
    static let handlesInterrupts = true

    @OptionGroup var global: GlobalOptions

    @Argument(help: "Run: its identifier, a prefix of it, or latest.", transform: TextArgument.name)
    var run = "latest"

    @Flag(help: "Ask again what failed by the provider's or the program's fault; the new trials count.")
    var retryErrors = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "New budget of the whole run, what it has spent included (default: the run's).", valueName: "usd"),
        transform: NumberArgument.dollars)
    var maxCost: USD?

    @OptionGroup var confirmation: ConfirmationOptions

    @Flag(help: "Print what is left of the plan and its cost; send nothing that is paid.")
    var dryRun = false

    @Flag(help: "Go on although it is unknown whether the run's process has ended, as on another machine.")
    var force = false

    @Option(
        help: ArgumentHelp("Folder for reports (default: the run's).", valueName: "dir"), transform: TextArgument.folder
    )
    var out: String?

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        let (record, cases) = try await stored()
        let providers = RunProviders(
            configuration: try common.configuration(), isSimulated: common.simulate, seed: record.seed,
            givenTimeScale: record.timeScale
        ) { SimulatorReference.from(cases) }
        try await providers.reopen(record, console) { dirgen in
            let bench = try Bench(dirgen: dirgen)
            let request = ResumeRequest(
                run: record.id, maxCost: maxCost, retryErrors: retryErrors, force: force, output: out)
            let execution = RunExecution(
                console: console, format: global.format, dryRun: dryRun, confirmation: confirmation)
            try await execution.carryOut(try await bench.prepare(request), with: bench)
        }
    }

    private func stored() async throws -> (RunRecord, [BenchCase]) {
        let store = try common.requiredStore()
        let record = try await store.requiredRun(run)
        let cases = try await store.cases(of: record.id)
        try await store.close()
        return (record, cases)
    }
}
