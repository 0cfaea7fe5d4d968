import ArgumentParser
import DirGenBench
import LLMCore

/// The options of `run` beside those of every command.
struct RunCommandOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Dataset, one case a line.", valueName: "dataset.jsonl"))
    var dataset: String

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Models to compare: provider/model, or provider/model@effort=low,temperature=0.", valueName: "model"))
    var models: [String] = []

    @Option(help: "Task type instead of the dataset's.")
    var task: String?

    @Option(
        name: .customLong("case"), parsing: .upToNextOption,
        help: ArgumentHelp("Run only cases whose id matches.", valueName: "glob"))
    var cases: [String] = []

    @Option(
        parsing: .unconditional, help: "Run only this many cases, from the first; such a run replaces no table.",
        transform: NumberArgument.positive)
    var limit: Int?

    @Option(
        name: .customLong("repeat"), parsing: .unconditional, help: "Times each case is put to each model.",
        transform: NumberArgument.positive)
    var repeats = 1

    @Option(
        parsing: .unconditional, help: "Calls in flight per provider (default 8, local 1).",
        transform: NumberArgument.positive)
    var concurrency: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Total time-out of a call (default 300).", valueName: "seconds"),
        transform: NumberArgument.seconds)
    var timeout: Double?

    @Option(
        parsing: .unconditional,
        help: "Seed of the order of cases, the resamples of the table and the simulator's answers.",
        transform: NumberArgument.seed)
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Budget of the run, calls in flight included (default 1; none on the simulator).", valueName: "usd"),
        transform: NumberArgument.dollars)
    var maxCost: USD?

    @Flag(name: [.long, .short], help: "Do not ask for confirmation before spending.")
    var yes = false

    @Flag(help: "Show the plan and its cost; send nothing.")
    var dryRun = false

    @Flag(help: "Run models of unknown price, which the budget cannot cover.")
    var allowUnpriced = false

    @Flag(help: "Derive a table from a partial run too.")
    var derive = false

    @Option(
        parsing: .unconditional, help: "Share of trials that may end in a provider's failure.",
        transform: NumberArgument.share)
    var maxFailureRate = 0.1

    @Flag(inversion: .prefixedNo, help: "Keep answers in the database.")
    var storeContent = true

    @Option(parsing: .unconditional, help: "Retries after a retryable failure.", transform: NumberArgument.count)
    var retries = 2

    @Option(
        name: .customLong("via"),
        help: "Call each model directly, or through the service's own policy.")
    var via = ViaPolicy.direct

    @Option(
        parsing: .unconditional,
        help: "Multiply the simulator's waits by this factor (default 0.05).",
        transform: NumberArgument.factor)
    var timeScale: Double?

    @Option(help: ArgumentHelp("Folder of the reports.", valueName: "dir"))
    var out = "reports"

    /// The request these arguments make.
    func request(constraints: ConstraintOptions, limits: TimeLimits, timeScale: Double) throws -> BenchRequest {
        var limits = limits
        if let timeout {
            limits.total = .milliseconds(Int64(timeout * 1_000))
            limits.firstToken = min(limits.firstToken ?? TimeLimits.longestFirstToken, limits.total)
        }
        let names = models.flatMap {
            $0.split(separator: ",").reduce(into: [String]()) { Self.gather(&$0, String($1)) }
        }
        return BenchRequest(
            datasetPath: dataset, models: try names.map { try ArmSpec($0) }, task: task.map { TaskType($0) },
            cases: cases, limit: limit,
            repeats: repeats, concurrency: concurrency, limits: limits, retries: retries, fallback: via == .service,
            seed: seed, maxCost: maxCost,
            allowUnpriced: allowUnpriced, storeContent: storeContent, derive: derive,
            constraints: SelectionConstraints().overridden(by: constraints.overrides), maxFailureRate: maxFailureRate,
            output: out,
            timeScale: timeScale, program: "dirgen-bench", arguments: Array(CommandLine.arguments.dropFirst()))
    }

    /// Commas part models, and also the parameters behind an `@`: a piece with `=` and no `/` belongs to the one before.
    private static func gather(_ names: inout [String], _ piece: String) {
        if piece.contains("="), !piece.contains("/"), let last = names.popLast() {
            names.append(last + "," + piece)
        } else {
            names.append(piece)
        }
    }
}

enum ViaPolicy: String, ExpressibleByArgument, CaseIterable, Sendable {
    case direct, service
}
