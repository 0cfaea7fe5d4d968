import ArgumentParser
import BenchCore
import BenchRunner
import DirGenAPI
import DirGenBench
import DirGenCore
import LLMCore

/// The command `grade`: grades the stored answers of a run once more.
struct GradeCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "grade", abstract: "Grade a run's stored answers again, without asking its models.",
        discussion: """
            The new verdicts replace the old ones, and the selection table and the report are made again. Verdicts of judge \
            models stay, unless --judge names one, which costs. It is not asked again what it has judged before, so a grading \
            that was stopped goes on where it was; --again asks everything. A trial that the judge cannot judge keeps its grade.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "Run: its identifier, a prefix of it, or latest.", transform: TextArgument.name)
    var run = "latest"

    @Option(
        help: ArgumentHelp(
            "Dataset whose rows replace the assertions and targets of the run's cases of the same ids.",
            valueName: "file"), transform: TextArgument.file)
    var dataset: String?

    @OptionGroup var format: DatasetFormatOptions

    @OptionGroup var judge: JudgeOptions

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Budget of the judge; needed with --judge.", valueName: "usd"),
        transform: NumberArgument.dollars)
    var maxCost: USD?

    @Flag(help: "Ask the judge also for verdicts that it has given before.")
    var again = false

    @Flag(help: "Derive the selection table from a partial run too.")
    var derive = false

    @Option(help: ArgumentHelp("Folder for reports.", valueName: "dir"), transform: TextArgument.folder)
    var out = "reports"

    var common: CommonOptions { global.common }

    func execute(_ console: Console) async throws {
        guard judge.judge != nil || judge.embeddings != nil else {
            guard maxCost == nil, !again else {
                throw CommandError(
                    .usage,
                    "\(again ? "--again" : "--max-cost") needs --judge or --embeddings: nothing else is asked")
            }
            let store = try common.requiredWritableStore()
            let request = try await request(in: store)
            return try show(try await Regrading(store: store).carryOut(request), console)
        }
        guard let maxCost else { throw CommandError(.usage, "--judge and --embeddings need --max-cost: they cost") }
        _ = try common.requiredWritableStore()
        try await common.withService(console, database: .readWrite) { dirgen in
            let bench = try Bench(dirgen: dirgen)
            guard let store = dirgen.benchStore else { throw CommandError(.usage, "there is no database") }
            let request = try await request(in: store)
            let cases = try Regrading.cases(of: request, stored: try await store.cases(of: request.run.id))
            let session = try bench.judgeSession(
                judge.request, for: cases, of: request.run, maxCost: maxCost, again: again)
            let result = try await console.keepingReplies {
                try await Regrading(store: store, judge: session).carryOut(request)
            }
            try show(result, console)
            guard result.unjudged.count > 0 else { return }
            let code: CommandError.Code = result.unjudged.withoutBudget > 0 ? .budget : .failures
            throw ExitCode(code.rawValue)
        }
    }

    private func request(in store: any BenchStore) async throws -> Regrading.Request {
        Regrading.Request(
            run: try await store.requiredRun(run), datasetPath: dataset, datasetOptions: format.options,
            derive: derive, output: out)
    }

    private func show(_ result: RegradedRun, _ console: Console) throws {
        if result.notStored > 0 {
            console.warn("\(result.notStored) answers were not stored: their trials keep the grades they had")
        }
        if result.unchangedRows > 0, dataset != nil {
            console.warn("\(result.unchangedRows) cases of the run have no row in the file: they keep their assertions")
        }
        warn(of: result.unjudged, result, console)
        switch global.format {
        case .json: try console.json(document(result))
        case .text: text(result, console)
        }
    }

    private func warn(of unjudged: Unjudged, _ result: RegradedRun, _ console: Console) {
        if unjudged.failed > 0 {
            let reason = unjudged.failure.map { ": \($0)" } ?? ""
            console.warn("the judge failed on \(unjudged.failed) answers, which keep the grades they had\(reason)")
        }
        if unjudged.withoutBudget > 0 {
            console.warn(
                "the budget does not hold the judge's calls for \(unjudged.withoutBudget) answers, which keep the grades they had"
            )
        }
        guard !result.isApplied else { return }
        console.warn(
            "no grade was changed: new ones could not be compared with those that stay; the judge's replies are kept, and the same command asks only the rest"
        )
    }

    private func text(_ result: RegradedRun, _ console: Console) {
        let grading = result.grading
        let judged = grading.judge.map { ", judged by \($0)" } ?? ""
        let open = result.arms.reduce(0) { $0 + $1.open }
        let left = open > 0 ? ", \(open) left open" : ""
        console.data(
            "run \(result.run.id): \(grading.regraded) answers graded again by \(grading.graderVersion)\(judged)\(left), \(grading.changes.count) grades changed"
        )
        if let cost = grading.judgeCost {
            let reused = result.recalled > 0 ? ", \(result.recalled) verdicts it had given before" : ""
            console.data("judge: \(NumberText.dollars(cost))\(reused)")
        }
        guard result.isApplied else { return }
        var table = TextTable([
            ("MODEL", .left), ("GRADED", .right), ("OPEN", .right), ("CHANGED", .right), ("NOW PASS", .right),
            ("NOW FAIL", .right), ("NOW OPEN", .right),
        ])
        for arm in result.arms {
            table.add([
                arm.arm.rawValue, String(arm.regraded), String(arm.open), String(arm.changed),
                String(arm.nowPassed), String(arm.nowFailed), String(arm.nowUnknown),
            ])
        }
        console.data(table.text)
        for change in grading.changes.prefix(20) {
            let reason = change.reason.map { ": \($0)" } ?? ""
            console.data(
                "\(change.caseID)  \(change.arm)  \(word(change.before)) -> \(word(change.after))\(reason)")
        }
        if grading.changes.count > 20 {
            console.data("and \(grading.changes.count - 20) more: --format json lists all")
        }
        for path in result.reports { console.data("report: \(path)") }
    }

    private func word(_ standing: GradingRecord.Standing) -> String {
        switch standing.passed {
        case true?: "pass"
        case false?: "fail"
        case nil: "open"
        }
    }

    private func document(_ result: RegradedRun) -> GradingDocument {
        GradingDocument(
            result.grading, applied: result.isApplied, notStored: result.notStored, kept: result.kept,
            unjudged: result.unjudged.count, withoutBudget: result.unjudged.withoutBudget, recalled: result.recalled,
            unmatchedRows: result.unmatchedRows, unchangedCases: result.unchangedRows,
            arms: result.arms.map {
                GradingDocument.Arm(
                    arm: $0.arm, regraded: $0.regraded, open: $0.open, changed: $0.changed, nowPassed: $0.nowPassed,
                    nowFailed: $0.nowFailed, nowUnknown: $0.nowUnknown)
            }, tableDerived: result.table != nil, reports: result.reports)
    }
}
