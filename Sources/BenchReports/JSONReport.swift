import BenchCore
import LLMCore

/// The whole report as JSON, keys sorted, cases written one by one.
struct JSONReport {
    let model: ReportModel

    init(_ model: ReportModel) { self.model = model }

    func write(into sink: inout some ReportSink) throws {
        var out: [UInt8] = []
        out.append(contentsOf: "{\"arms\":".utf8)
        JSONValue.array(model.arms.map(arm)).write(into: &out, sorted: true)
        out.append(contentsOf: ",\"cases\":[\n".utf8)
        for (index, row) in model.cases.enumerated() {
            if index > 0 { out.append(contentsOf: ",\n".utf8) }
            caseValue(row).write(into: &out, sorted: true)
            try sink.write(out)
            out.removeAll(keepingCapacity: true)
        }
        out.append(contentsOf: "]".utf8)
        for (key, value) in rest {
            out.append(contentsOf: ",\"\(key)\":".utf8)
            value.write(into: &out, sorted: true)
        }
        out.append(contentsOf: "}\n".utf8)
        try sink.write(out)
    }

    private var rest: [(String, JSONValue)] {
        [
            (
                "definitions",
                .object(JSONObject(ReportTerm.all.map { .init(key: $0.key, value: .string($0.definition)) }))
            ),
            ("facts", .object(JSONObject(model.facts.map { .init(key: $0.name, value: .string($0.value)) }))),
            ("format", "dirgen.report/1"), ("full", .bool(model.isFull)), ("money", money), ("run", run),
            ("verdict", verdict),
            ("warnings", .array(model.warnings.map { ["code": .string($0.code), "text": .string($0.text)] })),
        ]
    }

    private var run: JSONValue {
        let run = model.run
        return [
            "id": .string(run.id.rawValue), "status": .string(run.status.rawValue), "task": .string(run.task.rawValue),
            "dataset": .string(run.datasetName), "dataset_hash": .string(run.datasetHash),
            "repeats": JSONValue(run.repeats),
            "started_at": .number(JSONNumber(run.startedAt)),
            "ended_at": run.endedAt.map { .number(JSONNumber($0)) } ?? .null,
            "seed": .string(String(run.seed)), "simulated": .bool(run.simulated),
            "time_scale": JSONValue(run.timeScale),
            "partial": .bool(run.partial), "trials": JSONValue(model.trialCount),
        ]
    }

    private var verdict: JSONValue {
        let verdict = model.verdict
        let choice = verdict.choice
        return [
            "word": .string(verdict.word.rawValue), "arm": text(verdict.chosen?.id.rawValue),
            "model": text(verdict.chosen?.model.description), "runner_up": text(verdict.runnerUp?.model.description),
            "certified": .bool(verdict.isCertified), "confidence": PlainNumber.ratio(choice?.confidence),
            "expected_regret": PlainNumber.ratio(choice?.expectedRegret),
            "cases_needed": PlainNumber.integer(choice?.casesNeeded), "shared_cases": JSONValue(verdict.sharedCases),
            "table": text(verdict.tableID), "derived_at": verdict.derivedAt.map { .number(JSONNumber($0)) } ?? .null,
            "incumbent": text(verdict.incumbent?.rawValue), "reason": .string(verdict.reason),
        ]
    }

    private func arm(_ arm: ArmSummary) -> JSONValue {
        var object: JSONObject = [
            "arm": .string(arm.id.rawValue), "model": .string(arm.arm.model.description),
            "endpoint": .string(arm.arm.endpoint),
            "simulated": .bool(arm.arm.simulated), "in_run": .bool(arm.inRun), "chosen": .bool(arm.isChosen),
            "runner_up": .bool(arm.isRunnerUp), "incumbent": .bool(arm.isIncumbent),
            "frontier": .bool(arm.isOnFrontier),
            "confidence": PlainNumber.ratio(arm.confidence), "probability_best": PlainNumber.ratio(arm.probabilityBest),
            "attempted": JSONValue(arm.counts.attempted), "gradable": JSONValue(arm.counts.gradable),
            "passed": JSONValue(arm.counts.passed), "failed": JSONValue(arm.counts.failed),
            "excluded": JSONValue(arm.counts.excluded), "truncated": JSONValue(arm.counts.truncated),
            "retried": JSONValue(arm.counts.retried), "money": money(arm.money),
            "outcomes": counts(arm.outcomes.map { ($0.outcome.rawValue, $0.count) }),
            "retries": counts(arm.retries.map { ($0.outcome.rawValue, $0.count) }),
            "metric_scores": .array(
                arm.metricScores.map {
                    ["metric": .string($0.name), "score": PlainNumber.ratio($0.score), "n": JSONValue($0.n)]
                }),
            "served_models": .array(arm.servedModels.map(JSONValue.string)),
        ]
        for metric in ReportMetric.allCases { object[metric.rawValue] = figure(arm[metric], metric.unit) }
        object["difference"] = arm.difference.map { figure($0, .score) } ?? .null
        return .object(object)
    }

    private func figure(_ figure: Figure, _ unit: ReportMetric.Unit) -> JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { PlainNumber.value($0, unit) } ?? .null }
        var object: JSONObject = [
            "value": number(figure.value), "low": number(figure.low), "high": number(figure.high),
            "n": JSONValue(figure.n),
        ]
        if figure.value == .infinity { object["infinite"] = true }
        if figure.high == .infinity { object["high_infinite"] = true }
        switch figure.gap {
        case .tooFew(let needed)?: object["note"] = .string("n too small: an interval needs \(needed)")
        case .unpriced?: object["note"] = "unpriced"
        case .noData?, .notApplicable?, nil: break
        }
        return .object(object)
    }

    private var money: JSONValue {
        let money = model.money
        return [
            "limit_usd": PlainNumber.money(money.limit), "likely_usd": PlainNumber.money(money.likely),
            "worst_case_usd": PlainNumber.money(money.worstCase), "known_usd": JSONValue(money.known),
            "unpriced_trials": JSONValue(money.unpricedTrials), "on_failures_usd": JSONValue(money.onFailures),
            "on_retries_usd": JSONValue(money.onRetries), "cached_share": PlainNumber.ratio(money.cachedShare),
        ]
    }

    private func money(_ money: ArmSummary.Money) -> JSONValue {
        [
            "known_usd": JSONValue(money.known), "total_usd": PlainNumber.money(money.total),
            "unpriced_trials": JSONValue(money.unpricedTrials), "on_failures_usd": JSONValue(money.onFailures),
            "on_retries_usd": JSONValue(money.onRetries), "prompt_tokens": JSONValue(money.promptTokens),
            "cached_tokens": JSONValue(money.cachedTokens), "output_tokens": JSONValue(money.outputTokens),
            "reasoning_tokens": JSONValue(money.reasoningTokens), "cached_share": PlainNumber.ratio(money.cachedShare),
            "prices_as_of": .array(money.pricedAsOf.map(JSONValue.string)),
        ]
    }

    private func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    private func counts(_ pairs: [(String, Int)]) -> JSONValue {
        .object(JSONObject(pairs.map { JSONObject.Member(key: $0.0, value: JSONValue($0.1)) }))
    }
}
