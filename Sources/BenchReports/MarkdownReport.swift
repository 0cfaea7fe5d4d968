import BenchCore
import LLMCore

/// A report for a comment on a pull request: the verdict, the selection table, and the cases folded away.
struct MarkdownReport {
    /// GitHub's limit for a comment, in characters; kept in bytes, which are never fewer.
    static let limit = 65_536
    private static let maxArms = 40

    private let model: ReportModel
    private let figures: FigureText

    init(_ model: ReportModel) {
        self.model = model
        figures = FigureText(model.run)
    }

    var text: String {
        var document = MarkdownDocument(limit: MarkdownReport.limit)
        document.add(head)
        document.add(table)
        document.add(notes)
        document.addDetails("Cases that differ between models", rows: differing, header: MarkdownReport.caseHeader)
        document.addDetails("Failures by class", rows: failures, header: "| model | class | trials |\n|:--|:--|--:|")
        document.addDetails("How this was measured", rows: trust, header: "| | |\n|:--|:--|")
        document.addDetails("All cases", rows: allCases, header: MarkdownReport.caseHeader)
        return document.text
    }

    private var head: String {
        let run = model.run
        var lines = ["<!-- \(MarkdownText.comment(run.program)):\(MarkdownText.comment(run.task.rawValue)) -->"]
        lines.append(
            "### \(MarkdownText.plain(run.program)) · \(MarkdownText.plain(run.task.rawValue)) · run \(MarkdownText.code(run.id.rawValue))"
        )
        lines.append("")
        if run.simulated || model.latencyNote != nil {
            let scale = model.latencyNote.map { ", \($0): latencies and speeds are not those of the models" } ?? ""
            lines.append("> **Simulated run**\(scale). Answers, waits and failures came from the built-in simulator.")
            lines.append("")
        }
        lines.append(verdict)
        return lines.joined(separator: "\n")
    }

    private var verdict: String {
        let verdict = model.verdict
        guard let chosen = verdict.chosen else {
            return "**\(verdict.word.rawValue)**: \(MarkdownText.plain(verdict.reason))"
        }
        var parts = ["**\(MarkdownText.plain(chosen.id.rawValue))** is the choice: **\(verdict.word.rawValue)**"]
        if let confidence = verdict.choice?.confidence {
            parts.append("confidence \(NumberText.confidence(confidence))")
        }
        parts.append(verdict.isCertified ? "certified" : "not certified" + needed)
        if let other = verdict.runnerUp { parts.append("runner-up \(MarkdownText.plain(other.id.rawValue))") }
        return parts.joined(separator: ", ") + ".\n" + MarkdownText.plain(verdict.reason)
    }

    private var needed: String {
        model.verdict.choice?.casesNeeded.map { " (needs about \(NumberText.count($0)) more cases)" } ?? ""
    }

    private var table: String {
        let note = model.latencyNote.map { " (\($0))" } ?? ""
        var lines = [
            "| model | pass | quality | p50 / p95\(note) | TTFA p50\(note) | tok/s\(note) | $/1k cases | $/pass | fail | n |",
            "|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        ]
        for arm in model.arms.prefix(MarkdownReport.maxArms) { lines.append(row(arm)) }
        let more = model.arms.count - MarkdownReport.maxArms
        if more > 0 { lines.append("| and \(more) more | | | | | | | | | |") }
        return lines.joined(separator: "\n")
    }

    private func row(_ arm: ArmSummary) -> String {
        let name = MarkdownText.plain(arm.id.rawValue)
        var label = arm.isChosen ? "**\(name)** ⭐" : name
        if arm.isIncumbent { label += " (incumbent)" }
        if !arm.inRun { label += " (earlier run)" }
        let cells = [
            label, cell(arm, .passRate), cell(arm, .quality), "\(cell(arm, .respP50)) / \(cell(arm, .respP95))",
            cell(arm, .ttfaP50), cell(arm, .decodeSpeed), cell(arm, .costPerThousand), cell(arm, .costPerPass),
            "\(arm.counts.failed)/\(arm.counts.attempted)", NumberText.count(arm.counts.attempted),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func cell(_ arm: ArmSummary, _ metric: ReportMetric) -> String {
        let value = figures.value(arm[metric], metric.unit)
        let shown = arm.best.contains(metric) ? "**\(value)**" : value
        return figures.interval(arm[metric], metric.unit).map { "\(shown) \($0)" } ?? shown
    }

    private var notes: String {
        var parts = ["95 % intervals. p50 and p95 count failures as infinite; p95 has no interval below 72 trials."]
        parts.append(MarkdownText.plain(MoneyText(model.money, simulated: model.run.simulated).sentence))
        let shown = model.warnings.filter { !["simulated", "time_scale", "n_too_small"].contains($0.code) }
        parts += shown.prefix(8).map { MarkdownText.plain($0.text) }
        if shown.count > 8 { parts.append("And \(shown.count - 8) more warnings.") }
        return "<sub>\(parts.joined(separator: " "))</sub>"
    }

    private static let caseHeader = "| case | prompt | passed | did not pass |\n|:--|:--|--:|:--|"

    private var differing: [String] { model.cases.filter(\.differs).map(caseRow) }

    private var allCases: [String] { model.cases.map(caseRow) }

    private func caseRow(_ row: CaseReport) -> String {
        let others = row.trials.filter { $0.passed != true }.map { trial in
            let name = MarkdownText.plain(model.arms[trial.arm].id.rawValue)
            return trial.outcome == .ok ? name : "\(name) (\(ReportOutcomes.label(trial.outcome)))"
        }
        let shown =
            others.prefix(6).joined(separator: ", ") + (others.count > 6 ? ", and \(others.count - 6) more" : "")
        return "| \(MarkdownText.code(row.id)) | \(MarkdownText.code(String(row.title.prefix(80)))) "
            + "| \(row.passed)/\(row.trials.count) | \(shown) |"
    }

    private var failures: [String] {
        model.arms.flatMap { arm in
            arm.outcomes.map {
                "| \(MarkdownText.plain(arm.id.rawValue)) | \(ReportOutcomes.label($0.outcome)) | \($0.count) |"
            }
        }
    }

    private var trust: [String] {
        model.facts.map { "| \(MarkdownText.plain($0.name)) | \(MarkdownText.code($0.value)) |" }
            + model.warnings.map { "| warning | \(MarkdownText.plain($0.text)) |" }
    }
}
