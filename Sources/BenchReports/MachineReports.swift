import BenchCore
import DirGenAPI
import LLMCore

/// The report's document as bytes: keys sorted, cases made and written one by one.
struct JSONReport {
    let model: ReportModel

    init(_ model: ReportModel) { self.model = model }

    func write(into sink: inout some ReportSink) throws {
        var out: [UInt8] = [UInt8(ascii: "{")]
        let frame = try ReportDocument(frameOf: model).json().object ?? JSONObject()
        for (place, member) in frame.sorted(by: { $0.key < $1.key }).enumerated() {
            if place > 0 { out.append(UInt8(ascii: ",")) }
            JSONValue.writeString(member.key, into: &out)
            out.append(UInt8(ascii: ":"))
            if member.key == "cases" {
                try writeCases(into: &sink, after: &out)
            } else {
                member.value.write(into: &out, sorted: true)
            }
        }
        out.append(contentsOf: "}\n".utf8)
        try sink.write(out)
    }

    private func writeCases(into sink: inout some ReportSink, after out: inout [UInt8]) throws {
        out.append(contentsOf: "[\n".utf8)
        for (place, row) in model.cases.enumerated() {
            if place > 0 { out.append(contentsOf: ",\n".utf8) }
            try ReportDocument.Case(row, of: model).json().write(into: &out, sorted: true)
            try sink.write(out)
            out.removeAll(keepingCapacity: true)
        }
        out.append(UInt8(ascii: "]"))
    }
}

/// One line per model or configuration, RFC 4180; each figure with the ends of its interval and its `n`.
struct CSVReport {
    let text: String

    init(_ model: ReportModel) {
        let run = CSVReport.run(model)
        var lines = [CSVReport.header.joined(separator: ",")]
        for arm in model.arms {
            let cells = CSVReport.names(arm, model) + CSVReport.results(arm) + run
            lines.append(cells.map(CSVReport.quoted).joined(separator: ","))
        }
        text = lines.joined(separator: "\r\n") + "\r\n"
    }

    private static let header: [String] =
        [
            "run", "task", "arm", "model", "endpoint", "simulated", "time_scale", "in_run", "chosen", "runner_up",
            "incumbent", "confidence", "attempted", "gradable", "passed", "failed", "excluded", "truncated",
        ]
        + ReportMetric.allCases.flatMap {
            [$0.rawValue, "\($0.rawValue)_low", "\($0.rawValue)_high", "\($0.rawValue)_n"]
        }
        + [
            "cost_known_usd", "cost_failures_usd", "cost_retries_usd", "unpriced_trials", "prompt_tokens",
            "cached_tokens", "output_tokens", "reasoning_tokens", "finish_unknown",
            "counted_output_tokens", "estimated_output_tokens", "speed_source",
        ]
        // Of the whole run, the same on every line.
        + [
            "run_status", "run_partial", "run_reserved", "run_reserved_worst_usd", "run_assumed", "run_assumed_usd",
        ]

    private static func names(_ arm: ArmSummary, _ model: ReportModel) -> [String] {
        [
            model.run.id.rawValue, model.run.task.rawValue, arm.id.rawValue, arm.arm.model.description,
            arm.arm.endpoint, String(arm.arm.simulated), ratio(model.run.timeScale), String(arm.inRun),
            String(arm.isChosen), String(arm.isRunnerUp), String(arm.isIncumbent), ratio(arm.confidence),
        ].map(inert)
    }

    private static func results(_ arm: ArmSummary) -> [String] {
        let (counts, money) = (arm.counts, arm.money)
        let outcomes = [
            counts.attempted, counts.gradable, counts.passed, counts.failed, counts.excluded, counts.truncated,
        ]
        let rest = [
            money.unpricedTrials, money.promptTokens, money.cachedTokens, money.outputTokens, money.reasoningTokens,
            counts.finishUnknown, money.countedTokens, money.estimatedTokens,
        ]
        return outcomes.map { String($0) } + ReportMetric.allCases.flatMap { figure(arm[$0], $0.unit) }
            + [money.known, money.onFailures, money.onRetries].map(\.description) + rest.map { String($0) } + [
                arm.speedSource?.rawValue ?? ""
            ]
    }

    /// Empty where unknown, as everywhere here.
    private static func run(_ model: ReportModel) -> [String] {
        let unsettled = model.money.unsettled
        return [
            model.run.status.rawValue, String(model.run.partial), unsettled.map { String($0.reserved) } ?? "",
            unsettled?.reservedWorst.description ?? "", unsettled.map { String($0.assumed) } ?? "",
            unsettled?.assumedCost.description ?? "",
        ]
    }

    private static func figure(_ figure: Figure, _ unit: ReportMetric.Unit) -> [String] {
        [figure.value, figure.low, figure.high].map { value in
            guard let value else { return "" }
            return value.isFinite ? ReportDocument.Amount(value, unit)?.text ?? "" : "inf"
        } + [String(figure.n)]
    }

    private static func ratio(_ value: Double?) -> String { ReportDocument.Amount(value, .share)?.text ?? "" }

    /// A cell that begins like a formula would be run by a spreadsheet.
    private static func inert(_ text: String) -> String {
        guard let first = text.first, "=+-@\t\r".contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
