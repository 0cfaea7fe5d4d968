import ArgumentParser
import BenchCore
import DirGenAPI
import DirGenBench
import DirGenCore
import LLMCore

/// The command `judge`: what a judge model's verdicts are worth.
struct JudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Measure how often a judge model is right.", subcommands: [Calibrate.self])
}

extension JudgeCommand {
    struct Calibrate: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare a judge's verdicts with people's.",
            discussion: """
                The file holds JSON lines {"input", "answer", "rubric", "pass": true|false}. Reports of runs graded by the \
                judge show the rates, and pass rates corrected for its errors. The judge is not asked again what it has judged \
                before; --again asks everything. `runs list` shows what calibrations have cost.
                """)

        @OptionGroup var global: GlobalOptions
        @Argument(
            help: ArgumentHelp("Answers that people have judged.", valueName: "file"), transform: TextArgument.file)
        var file: String
        @Option(
            help: ArgumentHelp("Judge (default: judge: of dirgen.yaml).", valueName: "model"),
            transform: TextArgument.name)
        var judge: String?
        @Option(
            parsing: .unconditional, help: ArgumentHelp("Budget of the judge (default 1).", valueName: "usd"),
            transform: NumberArgument.dollars)
        var maxCost = USD(pico: USD.picoPerDollar)
        @Option(
            help: ArgumentHelp("Run graded by the judge whose pass rates to correct.", valueName: "run"),
            transform: TextArgument.name)
        var run: String?
        @Flag(help: "Ask also for verdicts that the judge has given before.")
        var again = false
        @OptionGroup var confirmation: ConfirmationOptions

        var common: CommonOptions { global.common }

        func execute(_ console: Console) async throws {
            let rows = try CalibrationFile(text: try InputFile.text(file), path: InputFile.name(file))
            if !common.simulate {
                try console.confirm(.judging(rows.rows.count, atMost: maxCost), yes: confirmation.yes)
            }
            try await common.withService(console, database: .readWrite) { dirgen in
                let bench = try Bench(dirgen: dirgen)
                guard let store = dirgen.benchStore else { throw CommandError(.usage, "there is no database") }
                let named = if let run { try await store.requiredRun(run) } else { RunRecord?.none }
                let calibration = try await console.keepingReplies {
                    try await bench.calibrate(
                        rows, JudgeRequest(model: judge), in: store, maxCost: maxCost, again: again)
                }
                try await show(calibration, named, in: store, console)
            }
        }

        private func show(
            _ calibration: JudgeCalibration, _ run: RunRecord?, in store: any BenchStore, _ console: Console
        ) async throws {
            var arms: [CalibrationDocument.Corrected] = []
            if let run {
                guard let rates = try await calibration.correctedRates(of: run, in: store) else {
                    throw CommandError(.usage, "run \(run.id) was not graded by \(calibration.judge)")
                }
                arms = rates.map {
                    CalibrationDocument.Corrected(
                        arm: $0.arm, judged: $0.judged, corrected: $0.corrected.map(CalibrationDocument.Rate.init))
                }
            }
            let document = CalibrationDocument(calibration, run: run?.id, arms: arms)
            switch global.format {
            case .json: try console.json(document)
            case .text: text(document, console)
            }
        }

        private func text(_ document: CalibrationDocument, _ console: Console) {
            let cost = document.cost.map { NumberText.dollars($0) } ?? "an unknown amount"
            console.data("judge \(document.judge): \(cost), \(document.unjudged) answers unjudged")
            console.data("passes good answers (true positives): \(rate(document.truePositiveRate))")
            console.data("fails bad answers (true negatives): \(rate(document.trueNegativeRate))")
            for arm in document.arms {
                console.data(
                    "\(arm.arm): judged \(NumberText.percent(arm.judged)), corrected \(rate(arm.corrected))")
            }
        }

        private func rate(_ rate: CalibrationDocument.Rate?) -> String {
            guard let rate else { return NumberText.unknown }
            guard let low = rate.low, let high = rate.high else { return NumberText.percent(rate.value) }
            return
                "\(NumberText.percent(rate.value)) [\(NumberText.percent(low)), \(NumberText.percent(high))] of \(rate.n)"
        }
    }
}

extension Console {
    /// Says what an interruption, or the end of the budget, leaves of a judge's work.
    func keepingReplies<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error where error is CancellationError || error is BudgetExhausted {
            warn("the judge's replies so far are kept, and the same command asks only the rest")
            throw error
        }
    }
}
