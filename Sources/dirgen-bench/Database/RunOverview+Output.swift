import BenchCore
import DirGenBench
import LLMCore
import SQLiteStore

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

    /// Of what could be graded.
    private var passRate: Double? { gradable == 0 ? nil : Double(passed) / Double(gradable) }

    /// At least so much, when the cost of some trials is unknown.
    private var costText: String { (unpriced > 0 ? "≥ " : "") + NumberText.dollars(cost) }

    var json: JSONObject {
        [
            "id": .string(run.id.rawValue), "status": .string(run.status.rawValue),
            "started_at": .number(JSONNumber(run.startedAt)),
            "ended_at": run.endedAt.map { .number(JSONNumber($0)) } ?? .null, "task": .string(run.task.rawValue),
            "dataset": .string(run.datasetName), "simulated": .bool(run.simulated),
            "time_scale": JSONValue(run.timeScale), "partial": .bool(run.partial),
            "arms": .array(run.arms.map { .string($0.id.rawValue) }), "cases": JSONValue(cases),
            "trials": JSONValue(trials), "ok": JSONValue(ok), "provider_failures": JSONValue(providerFailures),
            "pass_rate": passRate.map { JSONValue($0) } ?? .null, "cost_usd": unpriced > 0 ? .null : JSONValue(cost),
            "known_cost_usd": JSONValue(cost), "unpriced": JSONValue(unpriced), "reserved": JSONValue(reserved),
            "reserved_worst_usd": JSONValue(reservedWorst), "assumed": JSONValue(assumed),
            "assumed_usd": JSONValue(assumedCost),
        ]
    }

    func detailedJSON(_ figures: [ArmFigures]) -> JSONValue {
        var object = json
        object["dataset_path"] = .string(run.datasetPath)
        object["dataset_hash"] = .string(run.datasetHash)
        object["repeats"] = JSONValue(run.repeats)
        object["seed"] = .number(JSONNumber(uncheckedLiteral: String(run.seed)))
        object["max_cost_usd"] = run.maxCost.map { JSONValue($0) } ?? .null
        object["grader_version"] = .string(run.graderVersion)
        object["price_version"] = .string(run.priceVersion)
        object["tool_version"] = .string(run.toolVersion)
        object["arguments"] = .array(run.arguments.map(JSONValue.string))
        object["environment"] = run.environment
        object["arms"] = .array(figures.map(\.json))
        return .object(object)
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

extension ArmFigures {
    fileprivate var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { JSONValue($0) } ?? .null }
        func money(_ value: USD?) -> JSONValue { value.map { JSONValue($0) } ?? .null }
        return [
            "arm": .string(arm.rawValue), "endpoint": .string(endpoint), "n_attempted": JSONValue(attempted),
            "ok_rate": JSONValue(okRate), "pass_rate": number(passRate), "pass_rate_strict": JSONValue(passRateStrict),
            "slo_attainment": JSONValue(sloAttainment), "goodput_rps": number(goodput),
            "system_tps": number(systemTokensPerSecond), "cost_usd": money(cost),
            "cost_per_pass_usd": money(costPerPass),
            "time_per_pass_ms": number(timePerPass),
        ]
    }
}
