import ArgumentParser
import BenchCore
import BenchFormats
import DirGenAPI
import DirGenBench
import LLMCore

/// The options of `run` beside those of every command.
struct RunCommandOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Dataset: JSONL, one case a line; or a well-known set or another tool's file, told by its content; - reads standard input.",
            valueName: "dataset"), transform: TextArgument.file)
    var dataset: String

    @OptionGroup var format: DatasetFormatOptions

    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "Models to compare: provider/model, or provider/model@effort=low,temperature=0.", valueName: "model"),
        transform: TextArgument.name)
    var models: [String] = []

    @Option(help: "Task type instead of the dataset's.")
    var task: TaskType?

    @Option(
        name: .customLong("case"), parsing: .upToNextOption,
        help: ArgumentHelp("Run only cases whose id matches a pattern, such as 'mine-00*'.", valueName: "glob"),
        transform: TextArgument.name)
    var cases: [String] = []

    @Option(
        parsing: .unconditional,
        help: "Run only the first cases, up to this number; such a run replaces no selection table.",
        transform: NumberArgument.whole(1...1_000_000_000))
    var limit: Int?

    @Option(
        name: .customLong("repeat"), parsing: .unconditional, help: "Number of times each case runs on each model.",
        transform: NumberArgument.whole(1...1_000))
    var repeats = 1

    @Option(
        parsing: .unconditional,
        help: "Calls in flight per provider (default 8, local 1; under an open load at most 1000).",
        transform: NumberArgument.whole(1...10_000))
    var concurrency: Int?

    @OptionGroup(title: "Load") var load: LoadOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Total time-out of a call (default 300).", valueName: "seconds"),
        transform: NumberArgument.seconds)
    var timeout: Double?

    @Option(
        parsing: .unconditional,
        help: "Seed of the case order, the resamples of the table and the simulator's answers.",
        transform: NumberArgument.seed)
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Budget of the run, calls in flight included (default 1; none on the simulator).", valueName: "usd"),
        transform: NumberArgument.dollars)
    var maxCost: USD?

    @OptionGroup var confirmation: ConfirmationOptions

    @Flag(help: "Print the plan and its cost; send nothing that is paid.")
    var dryRun = false

    @Flag(help: "Run paid models without a known price; the budget cannot cover them.")
    var allowUnpriced = false

    @OptionGroup var judge: JudgeOptions

    @Flag(help: "Take the answers that earlier runs paid for: same messages, model, parameters, address and prices.")
    var reuse = false

    @Flag(help: "Derive the selection table from a partial run too.")
    var derive = false

    @Option(
        parsing: .unconditional, help: "Share of trials that may fail at their provider; a larger share exits 1.",
        transform: NumberArgument.share)
    var maxFailureRate = 0.1

    @Flag(inversion: .prefixedNo, help: "Store answers in the database.")
    var storeContent = true

    @Option(
        parsing: .unconditional, help: "Retries of a call after a retryable failure.",
        transform: NumberArgument.whole(0...100))
    var retries = 2

    @Option(
        name: .customLong("via"),
        help: "direct: call each model alone. service: with the service's fallback to other models.")
    var via = ViaPolicy.direct

    @Option(
        parsing: .unconditional,
        help: "Multiply the simulator's waits by this factor (default 0.05).",
        transform: NumberArgument.factor)
    var timeScale: Double?

    @Option(help: ArgumentHelp("Folder for reports.", valueName: "dir"), transform: TextArgument.folder)
    var out = "reports"

    private var judgeRequest: JudgeRequest {
        var request = judge.request
        request.allowsUnpriced = allowUnpriced
        return request
    }

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
        guard models.isEmpty || !names.isEmpty else {
            throw CommandError(.usage, "--models names no model", hint: "separate models by blanks or commas")
        }
        try constraints.check(timeScale: timeScale)
        let load = try load.model(repeats: repeats, concurrency: concurrency, reuse: reuse)
        return BenchRequest(
            datasetPath: dataset, datasetOptions: format.options, models: try names.map { try ArmSpec($0) }, task: task,
            cases: cases, limit: limit,
            repeats: repeats, load: load, objective: self.load.slo, concurrency: concurrency, limits: limits,
            retries: retries, fallback: via == .service,
            seed: seed, maxCost: maxCost,
            allowUnpriced: allowUnpriced, judge: judgeRequest, storeContent: storeContent, reuse: reuse,
            derive: derive,
            constraints: SelectionConstraints().overridden(by: constraints.overrides), maxFailureRate: maxFailureRate,
            output: out,
            timeScale: timeScale, program: "dirgen-bench", arguments: Array(CommandLine.arguments.dropFirst()))
    }

    /// Commas separate models, and also the parameters behind an `@`: a piece with `=` and no `/` belongs to the one before.
    private static func gather(_ names: inout [String], _ piece: String) {
        if piece.contains("="), !piece.contains("/"), let last = names.popLast() {
            names.append(last + "," + piece)
        } else {
            names.append(piece)
        }
    }
}

/// The way a dataset of another format is read where there is a choice.
struct DatasetFormatOptions: ParsableArguments {
    @Flag(help: "In a file of recorded chats, grade by the last turn: an answer must equal it.")
    var lastTurnIsTarget = false

    @Flag(help: "Of CRUXEval, ask for an input that gives the output in place of the output.")
    var predictInput = false

    var options: DatasetFile.Options {
        DatasetFile.Options(lastTurnIsTarget: lastTurnIsTarget, predictsInput: predictInput)
    }
}

/// The policy that carries the calls of a run.
enum ViaPolicy: String, ExpressibleByArgument, CaseIterable, Sendable {
    case direct, service
}

/// The options that choose a judge model.
struct JudgeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Model that decides llm-rubric and pairwise assertions (default: judge: of dirgen.yaml).",
            valueName: "model"), transform: TextArgument.name)
    var judge: String?

    @Option(
        help: ArgumentHelp(
            "Model of embeddings for similar assertions (default: embeddings: of dirgen.yaml).", valueName: "model"),
        transform: TextArgument.name)
    var embeddings: String?

    @Flag(help: "Let a judge judge models of its own family.")
    var judgeSameFamily = false

    var request: JudgeRequest { JudgeRequest(model: judge, embeddings: embeddings, allowsSameFamily: judgeSameFamily) }
}
