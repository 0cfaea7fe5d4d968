import ArgumentParser
import BenchCore
import DirGenAPI
import DirGenBench
import LLMCore

/// The command `runs`: lists, shows, removes and exports runs.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List, show, remove and export runs.",
        subcommands: [List.self, Show.self, Remove.self, Export.self], defaultSubcommand: List.self)
}

extension RunsCommand {
    struct List: DirgenCommand {
        static let configuration = CommandConfiguration(abstract: "List the newest runs, one a line.")
        @OptionGroup var options: GlobalOptions
        @Option(
            parsing: .unconditional, help: "Maximum number of runs.", transform: NumberArgument.whole(1...1_000_000))
        var limit = 20
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let store = try common.existingStore()
            let runs = try await store?.overviews(limit: limit) ?? []
            if options.format == .json { return try console.json(runs.map(\.document)) }
            if runs.isEmpty {
                console.say("no runs in \(try common.databasePath())")
            } else {
                console.data(RunOverview.table(runs))
            }
            for spending in try await store?.calibrationSpending() ?? [] { console.data(spending.line) }
        }
    }

    struct Show: DirgenCommand {
        static let configuration = CommandConfiguration(abstract: "Show a run: its plan and the figures of its models.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Run: its identifier, a prefix of it, or latest.", transform: TextArgument.name) var run: String
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let store = try common.requiredStore()
            let overview = try await store.overview(of: store.requiredRun(run).id)
            let figures = try await store.figures(of: overview.run.id)
            switch options.format {
            case .json: try console.json(overview.detail(figures))
            case .text: console.data(overview.page(figures))
            }
        }
    }

    struct Remove: DirgenCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm",
            abstract: "Remove runs with their trials and answers, after a confirmation; derived tables stay.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "Runs: identifiers, prefixes of them, or latest.", transform: TextArgument.name) var runs:
            [String]
        @Flag(help: "Remove unfinished runs too.") var force = false
        @OptionGroup var confirmation: ConfirmationOptions

        func execute(_ console: Console) async throws {
            let store = try common.requiredWritableStore()
            var found: [RunOverview] = []
            for name in runs { found.append(try await store.overview(of: store.requiredRun(name).id)) }
            if !force, let open = found.first(where: { $0.run.status == .running }) {
                throw CommandError(
                    .usage, "run \(open.run.id) has not finished",
                    hint: "--force removes it anyway")
            }
            console.say(RunOverview.table(found))
            let what = found.count == 1 ? "run \(found[0].run.id)" : "\(found.count) runs"
            try console.confirm(.removal(of: what), yes: confirmation.yes)
            for overview in found { try await store.delete(overview.run.id, unfinished: force) }
            console.say("removed, with trials: \(found.reduce(0) { $0 + $1.trials })")
        }
    }

    struct Export: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Export a run as JSON lines, with the definition of each field.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "Run: its identifier, a prefix of it, or latest.", transform: TextArgument.name) var run: String
        @Option(
            name: .shortAndLong, help: ArgumentHelp("New file to write (default: standard output).", valueName: "file"),
            transform: TextArgument.file) var output: String?

        func execute(_ console: Console) async throws {
            let store = try common.requiredStore()
            let id = try await store.requiredRun(run).id
            if let output { return try await store.export(id, to: output) }
            for try await lines in store.export(id) {
                for line in lines { console.data(line) }
            }
        }
    }
}

extension CalibrationSpending {
    /// The line below the runs, none of which counts it.
    fileprivate var line: String {
        let assumed = assumed > .zero ? ", and up to \(NumberText.dollars(assumed)) whose cost is unknown" : ""
        return "judge calibrate with \(judge): \(NumberText.dollars(cost))\(assumed), in no run; "
            + "\(NumberText.count(calls)) call\(calls == 1 ? "" : "s")" + (simulated ? ", simulated" : "")
    }
}

extension RunOverview {
    /// A table with one line a run.
    static func table(_ runs: [RunOverview]) -> String {
        var table = TextTable([
            ("RUN", .left), ("STARTED", .left), ("STATUS", .left), ("TASK", .left), ("MODELS", .right),
            ("TRIALS", .right), ("FAILED", .right), ("PASS", .right), ("SPENT", .right), ("", .left),
        ])
        for overview in runs {
            let run = overview.run
            table.add([
                run.id.rawValue, NumberText.timestamp(microseconds: run.startedAt), overview.run.status.rawValue,
                run.task.rawValue, String(run.arms.count), String(overview.trials), String(overview.providerFailures),
                overview.passRate.map { NumberText.percent($0) } ?? NumberText.unknown, overview.spending.sum,
                [
                    run.simulated ? "simulated" : nil, run.partial ? "partial" : nil, run.environment.resumedText,
                    overview.reused > 0 ? "\(overview.reused) reused" : nil,
                ].compactMap(\.self)
                    .joined(separator: ", "),
            ])
        }
        return table.text
    }

    var document: RunDocument { RunDocument(self) }

    func detail(_ figures: [ArmFigures]) -> RunDetailDocument {
        RunDetailDocument(self, figures: figures)
    }

    /// The page of `runs show`.
    func page(_ figures: [ArmFigures]) -> String {
        var facts = TextTable([("", .left), ("", .left)])
        for fact in self.facts { facts.add([fact.0, fact.1]) }
        var arms = TextTable([
            ("MODEL", .left), ("TRIALS", .right), ("OK", .right), ("PASS", .right), ("COST", .right),
            ("COST/PASS", .right), ("TIME/PASS", .right),
        ])
        func money(_ value: USD?) -> String { value.map { NumberText.dollars($0) } ?? NumberText.unknown }
        for arm in figures {
            arms.add([
                arm.arm.rawValue, String(arm.attempted), NumberText.percent(arm.okRate),
                arm.passRate.map { NumberText.percent($0) } ?? NumberText.unknown, money(arm.cost),
                money(arm.costPerPass),
                arm.timePerPass.map { NumberText.fixed($0 / 1_000, 2) + " s" } ?? NumberText.unknown,
            ])
        }
        return String(facts.text.drop { $0 == "\n" }) + (figures.isEmpty ? "" : "\n\n" + arms.text)
    }

    private var facts: [(String, String)] {
        var facts = [
            ("run", run.id.rawValue), ("status", run.status.rawValue),
            ("started", NumberText.timestamp(microseconds: run.startedAt)),
            ("ended", run.endedAt.map { NumberText.timestamp(microseconds: $0) } ?? NumberText.unknown),
            ("dataset", "\(run.datasetPath), \(cases) cases, task \(run.task)"), ("repeats", String(run.repeats)),
            ("seed", String(run.seed)), ("trials", "\(trials), \(providerFailures) failed, \(passed) passed"),
            ("spent", spending.summary + (unpriced > 0 ? ", \(unpriced) trials unpriced" : "")),
            ("versions", "dirgen-bench \(run.toolVersion), \(run.graderVersion), prices \(run.priceVersion)"),
        ]
        if run.simulated {
            facts.append(("simulated", "yes, waits × \(NumberText.significant(run.timeScale, 3))"))
        }
        if run.partial {
            facts.append(("partial", "yes: not all cases were planned, so it replaces no table without --derive"))
        }
        for resumption in run.environment.resumptions {
            facts.append(
                (
                    "resumed",
                    "\(NumberText.timestamp(microseconds: resumption.at)), after it was \(resumption.after.rawValue)"
                ))
        }
        if reused > 0 { facts.append(("reused", "answers that other runs paid for: \(reused)")) }
        if replaced > 0 { facts.append(("replaced", "failures that were asked again: \(replaced)")) }
        if reserved > 0 {
            facts.append(
                ("unsettled", "attempts without an end: \(reserved), at most \(NumberText.dollars(reservedWorst))"))
        }
        if assumed > 0 {
            facts.append(
                (
                    "assumed",
                    "attempts of a killed process, settled at their worst case: \(assumed), "
                        + NumberText.dollars(assumedCost)
                ))
        }
        return facts
    }
}
