import ArgumentParser
import BenchCore
import BenchFormats
import DirGenAPI
import DirGenBench
import LLMCore

/// A way to buy evidence, by its name.
enum PurchaseStrategyName: String, ExpressibleByArgument, CaseIterable, Sendable {
    case uniform
}

extension TableCommand {
    struct Replay: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replay a way to buy evidence on a file of results: what would the tables be worth?",
            discussion: """
                Each seed buys cases of each task for all its models, derives the tables and compares their choices with all \
                rows of the file.
                """)
        @OptionGroup var options: GlobalOptions
        @Argument(help: "File of results, as for `import results`.", transform: TextArgument.file) var file: String
        @Option(help: "How cases are bought: uniform puts the same random ones to all models.")
        var strategy: PurchaseStrategyName = .uniform
        @Option(
            parsing: .unconditional, help: "Cases bought for each task and model.",
            transform: NumberArgument.whole(1...10_000_000))
        var budgetPrompts = 80
        @Option(
            parsing: .unconditional, help: "How often, with other cases.", transform: NumberArgument.whole(1...100_000))
        var seeds = 20
        @OptionGroup(title: "Constraints") var constraints: ConstraintOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let evidence = try ResultsFile.read(path: file).requiredEvidence()
            if let least = evidence.map(\.cases.count).min(), least < budgetPrompts {
                console.warn("a task of the file has \(least) cases: no more of it can be bought")
            }
            let replay = SelectionReplay(
                evidence, constraints: SelectionConstraints().overridden(by: constraints.overrides))
            let figures =
                switch strategy {
                case .uniform: await replay.run(UniformPurchase(), budget: budgetPrompts, seeds: seeds)
                }
            let document = TableReplayDocument(
                figures, strategy: strategy.rawValue, budget: budgetPrompts, seeds: seeds, tasks: evidence.count)
            switch options.format {
            case .json: try console.json(document)
            case .text: console.data(document.page)
            }
        }
    }

    struct Evaluate: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Judge tables on results they have not seen, beside the best single model and a mix at the same cost.",
            discussion: """
                Each seed derives the tables from one half of each task's cases and judges them on the other. AIQ is the mean \
                quality over all costs between the cheapest and the dearest model, as the worth of quality varies; log-AIQ counts \
                every ratio of costs alike.
                """)
        @OptionGroup var options: GlobalOptions
        @Argument(help: "File of results, as for `import results`.", transform: TextArgument.file) var file: String
        @Option(
            parsing: .unconditional, help: "How many random halves.", transform: NumberArgument.whole(1...100_000))
        var seeds = 5
        @OptionGroup(title: "Constraints") var constraints: ConstraintOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let evidence = try ResultsFile.read(path: file).requiredEvidence()
            let divisible = SelectionEvaluation.divisible(evidence)
            guard !divisible.isEmpty else {
                throw CommandError(
                    .usage, "\(file): no task has two groups of cases, to derive from one and judge on another")
            }
            for task in evidence where !divisible.contains(task) {
                console.warn("\(task.task) is left out: its cases are one group, which cannot be halved")
            }
            let evaluation = SelectionEvaluation(
                divisible, constraints: SelectionConstraints().overridden(by: constraints.overrides))
            let document = TableEvaluationDocument(await evaluation.run(seeds: seeds), of: divisible)
            switch options.format {
            case .json: try console.json(document)
            case .text: console.data(document.page)
            }
        }
    }
}

extension ResultsFile {
    /// The file's evidence, which must be some.
    fileprivate func requiredEvidence() throws -> [SelectionEvidence] {
        let found = evidence()
        guard !found.isEmpty else {
            throw CommandError(.usage, "\(path): no task has a case that two models answered with a score")
        }
        return found
    }
}

extension TableReplayDocument {
    fileprivate var page: String {
        let error = meanRegretError.map { " ± \(NumberText.fixed($0, 4))" } ?? ""
        let broken =
            brokenShare.map { share in
                "\(NumberText.percent(share, 1)) of them broken (at most \(brokenShareHigh.map { NumberText.percent($0, 1) } ?? NumberText.unknown))"
            } ?? "none to break"
        let spent = dollars.map { "\(NumberText.dollars($0)) a seed" } ?? "cost unknown"
        let ratio = dollarsVsUniform.map { ", \(NumberText.fixed($0, 2)) of uniform" } ?? ""
        return """
            \(strategy), \(budgetPrompts) cases for each of \(tasks) tasks and its models, \(seeds) seeds
              mean regret \(meanRegret.map { NumberText.fixed($0, 4) } ?? NumberText.unknown)\(error)
              certified \(NumberText.percent(certifiedShare, 1)) of \(choices) choices; \(broken)
              \(spent)\(ratio)
            """
    }
}

extension TableEvaluationDocument {
    fileprivate var page: String {
        var text = TextTable([
            ("", .left), ("QUALITY", .right), ("A CALL", .right), ("ORACLE GAP", .right), ("AIQ", .right),
            ("LOG-AIQ", .right), ("SAVING AT EQUAL QUALITY", .right),
        ])
        for (name, policy) in [
            ("table", table), ("best single model", bestSingle), ("mix at the table's cost", staticMix),
            ("oracle", oracle),
        ] {
            text.add([name] + policy.cells(seeds: seeds))
        }
        let single =
            bestSingle.quality == nil
            ? "\nno best single model, and no mix: no model was measured on all tasks, or the tables chose none" : ""
        return "\(cases) cases of \(tasks) tasks, \(seeds) random halves (± standard deviation)\n\(text.text)\(single)"
    }
}

extension TableEvaluationDocument.Policy {
    fileprivate func cells(seeds: Int) -> [String] {
        func figure(_ value: Double?, _ deviation: Double? = nil, _ text: (Double) -> String) -> String {
            guard let value else { return NumberText.unknown }
            return text(value) + (deviation.map { " ± \(text($0))" } ?? "")
        }
        let saved = figure(saving, savingSD) { NumberText.percent($0, 1) }
        return [
            figure(quality, qualitySD) { NumberText.fixed($0, 3) }, cost.map(NumberText.dollars) ?? NumberText.unknown,
            figure(oracleGapClosed, oracleGapClosedSD) { NumberText.percent($0, 1) },
            figure(aiq) { NumberText.fixed($0, 3) }, figure(logAIQ) { NumberText.fixed($0, 3) },
            saving == nil || savingSeeds == seeds ? saved : "\(saved) (\(savingSeeds) of \(seeds) seeds)",
        ]
    }
}
