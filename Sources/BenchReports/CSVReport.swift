import BenchCore
import LLMCore

/// One line per arm, RFC 4180; each figure with the ends of its interval and its `n`.
struct CSVReport {
    let text: String

    init(_ model: ReportModel) {
        var lines = [CSVReport.header.joined(separator: ",")]
        for arm in model.arms { lines.append(CSVReport.cells(arm, model).map(CSVReport.quoted).joined(separator: ",")) }
        text = lines.joined(separator: "\r\n") + "\r\n"
    }

    private static let header: [String] =
        [
            "run", "task", "arm", "model", "endpoint", "simulated", "time_scale", "in_run", "chosen", "runner_up",
            "incumbent",
            "confidence", "attempted", "gradable", "passed", "failed", "excluded", "truncated",
        ]
        + ReportMetric.allCases.flatMap {
            [$0.rawValue, "\($0.rawValue)_low", "\($0.rawValue)_high", "\($0.rawValue)_n"]
        }
        + [
            "cost_known_usd", "cost_failures_usd", "cost_retries_usd", "unpriced_trials", "prompt_tokens",
            "cached_tokens",
            "output_tokens", "reasoning_tokens",
        ]

    private static func cells(_ arm: ArmSummary, _ model: ReportModel) -> [String] {
        let counts = arm.counts
        let head = [
            model.run.id.rawValue, model.run.task.rawValue, arm.id.rawValue, arm.arm.model.description,
            arm.arm.endpoint,
            String(arm.arm.simulated), plain(PlainNumber.ratio(model.run.timeScale)), String(arm.inRun),
            String(arm.isChosen),
            String(arm.isRunnerUp), String(arm.isIncumbent), plain(PlainNumber.ratio(arm.confidence)),
        ]
        let numbers = [
            counts.attempted, counts.gradable, counts.passed, counts.failed, counts.excluded, counts.truncated,
        ]
        let money = arm.money
        let tail =
            [money.known.description, money.onFailures.description, money.onRetries.description]
            + [money.unpricedTrials, money.promptTokens, money.cachedTokens, money.outputTokens, money.reasoningTokens]
            .map {
                String($0)
            }
        return head.map(inert) + numbers.map { String($0) } + ReportMetric.allCases.flatMap { figure(arm[$0], $0.unit) }
            + tail
    }

    private static func figure(_ figure: Figure, _ unit: ReportMetric.Unit) -> [String] {
        [figure.value, figure.low, figure.high].map { value in
            guard let value else { return "" }
            return value.isFinite ? plain(PlainNumber.value(value, unit)) : "inf"
        } + [String(figure.n)]
    }

    private static func plain(_ value: JSONValue) -> String { value.isNull ? "" : value.string ?? value.text }

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
