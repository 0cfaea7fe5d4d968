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
        document.add(load)
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
                + (run.status == .complete ? "" : " · **\(run.status.rawValue)**")
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

    /// The rate that each model holds, and its phases; nothing without a load.
    private var load: String {
        guard let load = model.load else { return "" }
        let text = LoadText(load, of: model.run)
        func line(_ cells: [String]) -> String { "| " + cells.map(MarkdownText.plain).joined(separator: " | ") + " |" }
        var lines = ["**Load**: \(MarkdownText.plain(text.summary))", ""]
        lines += text.findings.map { "- \(MarkdownText.plain($0))" }
        if !text.findings.isEmpty { lines.append("") }
        lines += [line(LoadText.header), "|:--|" + String(repeating: "--:|", count: LoadText.header.count - 1)]
        let shown = text.rows.prefix(MarkdownReport.maxArms)
        lines += shown.map(line)
        if shown.count < text.rows.count { lines += ["", "And \(text.rows.count - shown.count) more phases."] }
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
        let value = figures.value(arm, metric)
        let shown = arm.best.contains(metric) ? "**\(value)**" : value
        return figures.interval(arm[metric], metric.unit).map { "\(shown) \($0)" } ?? shown
    }

    private var notes: String {
        var parts = ["95 % intervals. p50 and p95 count failures as infinite; p95 has no interval below 72 trials."]
        parts.append(MarkdownText.plain(MoneyText(model.money, simulated: model.run.simulated).sentence))
        if model.arms.contains(where: { $0.speedSource == .counted }) {
            parts.append("† Tokens counted by the engine's own tokenizer after each answer, since it reports none.")
        }
        if let note = model.uncomparedNote { parts.append(MarkdownText.plain(note)) }
        let shown = model.warnings.filter { !["simulated", "time_scale", "n_too_small"].contains($0.code) }
        parts += shown.prefix(8).map { MarkdownText.plain($0.text) }
        if shown.count > 8 { parts.append("And \(shown.count - 8) more warnings.") }
        return "<sub>\(parts.joined(separator: " "))</sub>"
    }

    private static let caseHeader = "| case | prompt | passed | did not pass |\n|:--|:--|--:|:--|"

    // Written row by row: of many cases only the first fit.
    private var differing: some Collection<String> { model.cases.filter(\.differs).lazy.map(caseRow) }

    private var allCases: some Collection<String> { model.cases.lazy.map(caseRow) }

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

/// A Markdown text that grows by paragraphs, never past its limit; what does not fit is counted, not dropped in silence.
struct MarkdownDocument {
    private let limit: Int
    private(set) var text = ""
    /// For the line that says how much was left out, and the closing tag.
    private static let reserve = 120

    init(limit: Int) { self.limit = limit }

    mutating func add(_ paragraph: String) {
        guard !paragraph.isEmpty, fits(paragraph) else { return }
        text += (text.isEmpty ? "" : "\n") + paragraph + "\n"
    }

    /// A folded table; rows stop where the room does.
    mutating func addDetails(_ title: String, rows: some Collection<String>, header: String) {
        guard !rows.isEmpty else { return }
        var body = "\n<details><summary>\(title) (\(rows.count))</summary>\n\n\(header)\n"
        guard fits(body) else { return }
        var size = text.utf8.count + body.utf8.count
        var shown = 0
        for row in rows {
            size += row.utf8.count + 1
            guard size + MarkdownDocument.reserve < limit else { break }
            body += row + "\n"
            shown += 1
        }
        if shown < rows.count { body += "\nAnd \(rows.count - shown) more in the HTML report.\n" }
        text += body + "\n</details>\n"
    }

    private func fits(_ piece: String) -> Bool { text.utf8.count + piece.utf8.count + MarkdownDocument.reserve < limit }
}

/// Escaping of foreign text for Markdown: it stays text, and mentions no one.
enum MarkdownText {
    /// Outside code: everything that could be markup is escaped, line ends become spaces.
    static func plain(_ text: String) -> String {
        var out = ""
        for character in ReportText.clean(text) {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            // A zero-width space keeps `@name` and `#12` from becoming a mention or a link.
            case "@": out += "@\u{200B}"
            case "#": out += "#\u{200B}"
            case "\\", "`", "*", "[", "]", "|", "~", "$", "_": out += "\\\(character)"
            case _ where character.isNewline: out += " "
            default: out.append(character)
            }
        }
        return out
    }

    /// A code span fit for a table cell.
    static func code(_ text: String) -> String {
        // Nearly every id and prompt, without a look at each character.
        let isPlain = text.utf8.allSatisfy {
            0x20 <= $0 && $0 < 0x7F && $0 != UInt8(ascii: "`") && $0 != UInt8(ascii: "|")
        }
        if isPlain, text.utf8.contains(where: { $0 != 0x20 }) { return "`\(text)`" }
        let line = String(ReportText.clean(text).map { $0.isNewline ? " " : $0 })
        guard !line.allSatisfy(\.isWhitespace) else { return "" }
        var longest = 0
        var current = 0
        for character in line {
            current = character == "`" ? current + 1 : 0
            longest = max(longest, current)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let pad = line.hasPrefix("`") || line.hasSuffix("`") ? " " : ""
        return fence + pad + line.replacing("|", with: "\\|") + pad + fence
    }

    /// Inside an HTML comment.
    static func comment(_ text: String) -> String {
        String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }).replacing(
            "--", with: "-")
    }
}
