import BenchCore
import DirGenAPI
import DirGenBench
import LLMCore

extension RunOverview {
    /// One line a run.
    static func table(_ runs: [RunOverview]) -> String {
        var table = TextTable([
            ("run", .left), ("started", .left), ("status", .left), ("task", .left), ("models", .right),
            ("trials", .right), ("failed", .right), ("pass", .right), ("cost", .right), ("", .left),
        ])
        for overview in runs {
            let run = overview.run
            table.add([
                run.id.rawValue, NumberText.timestamp(microseconds: run.startedAt), overview.run.status.rawValue,
                run.task.rawValue, String(run.arms.count), String(overview.trials), String(overview.providerFailures),
                overview.passRate.map { NumberText.percent($0) } ?? NumberText.unknown, overview.costText,
                [run.simulated ? "simulated" : nil, run.partial ? "partial" : nil].compactMap(\.self)
                    .joined(separator: ", "),
            ])
        }
        return table.text
    }

    /// At least so much, when the cost of some trials is unknown.
    private var costText: String { (unpriced > 0 ? "≥ " : "") + NumberText.dollars(cost) }

    var document: RunDocument { RunDocument(self) }

    func detail(_ figures: [ArmFigures]) -> RunDetailDocument {
        RunDetailDocument(self, figures: figures)
    }

    /// For people.
    func page(_ figures: [ArmFigures]) -> String {
        var facts = TextTable([("", .left), ("", .left)])
        for fact in self.facts { facts.add([fact.0, fact.1]) }
        var arms = TextTable([
            ("model", .left), ("trials", .right), ("ok", .right), ("pass", .right), ("cost", .right),
            ("cost/pass", .right), ("s/pass", .right),
        ])
        func money(_ value: USD?) -> String { value.map { NumberText.dollars($0) } ?? NumberText.unknown }
        for arm in figures {
            arms.add([
                arm.arm.rawValue, String(arm.attempted), NumberText.percent(arm.okRate),
                arm.passRate.map { NumberText.percent($0) } ?? NumberText.unknown, money(arm.cost),
                money(arm.costPerPass),
                arm.timePerPass.map { NumberText.fixed($0 / 1_000, 2) } ?? NumberText.unknown,
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
            ("cost", costText + (unpriced > 0 ? ", \(unpriced) trials unpriced" : "")),
            ("versions", "dirgen-bench \(run.toolVersion), \(run.graderVersion), prices \(run.priceVersion)"),
        ]
        if run.simulated {
            facts.append(("simulated", "yes, at \(NumberText.significant(run.timeScale, 3)) of real time"))
        }
        if run.partial { facts.append(("partial", "yes: not all cases were planned, so no table is derived unasked")) }
        if reserved > 0 {
            facts.append(
                ("unsettled", "attempts that never ended: \(reserved), at most \(NumberText.dollars(reservedWorst))"))
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
