import BenchCore
import LLMCore

/// Every case with its answers, written straight to bytes: a template engine would hold and scan thousands of them.
struct CaseMarkup {
    private let model: ReportModel
    private let icons: [String]
    private let names: [String]
    private let note: String

    init(_ model: ReportModel) {
        self.model = model
        icons = model.arms.map { Marker.icon($0.index) }
        names = model.arms.map { Markup.escaped($0.id.rawValue) }
        note = model.latencyNote.map { " · \($0)" } ?? ""
    }

    func write(_ row: CaseReport, into out: inout Markup) {
        let differs = row.differs ? " data-d=\"1\"" : ""
        out.raw("<details class=\"case\" data-t=\"")
        out.text(row.task.rawValue)
        out.raw("\"\(differs)><summary><code>")
        out.text(row.id)
        out.raw("</code><span class=\"title\" dir=\"auto\">")
        out.text(row.title)
        out.raw("</span><span class=\"dots\" aria-hidden=\"true\">")
        for trial in row.trials { out.raw("<i class=\"\(CaseMarkup.look(trial))\"></i>") }
        out.raw(
            "</span><span class=\"sum\">\(row.passed)/\(row.trials.count)<span class=\"sr\"> passed</span></span></summary><div class=\"body\">"
        )
        writeQuestion(row, into: &out)
        out.raw("<div class=\"answers\">")
        for (index, trial) in row.trials.enumerated() { write(trial, at: index, of: row, into: &out) }
        out.raw("</div></div></details>\n")
    }

    /// `p` passed, `w` wrong, `x` a failure, `u` not judged.
    private static func look(_ trial: TrialReport) -> String {
        if trial.outcome.fault == .provider { return "x" }
        guard let passed = trial.passed, trial.outcome.fault != .ours else { return "u" }
        return passed ? "p" : "w"
    }

    private func writeQuestion(_ row: CaseReport, into out: inout Markup) {
        out.raw("<div class=\"ask\">")
        for message in row.messages {
            out.raw("<div class=\"msg\"><b>\(message.role.rawValue)</b><pre dir=\"auto\">")
            write(message.text, into: &out)
            out.raw("</pre></div>")
        }
        if let reference = row.reference {
            out.raw("<div class=\"msg ref\"><b>reference</b><pre dir=\"auto\">")
            write(reference, into: &out)
            out.raw("</pre></div>")
        }
        if !row.assertions.isEmpty {
            out.raw("<ol class=\"checks\">")
            for line in row.assertions {
                out.raw("<li><code>")
                out.text(line.type)
                out.raw("</code> <span class=\"val\">")
                out.text(line.value)
                out.raw("</span>")
                if line.weight != 1 {
                    out.raw(" <small>weight \(JSONNumber(line.weight)?.literal ?? NumberText.unknown)</small>")
                }
                if let metric = line.metric {
                    out.raw(" <small>")
                    out.text(metric)
                    out.raw("</small>")
                }
                out.raw("</li>")
            }
            out.raw("</ol>")
        }
        out.raw("</div>")
    }

    private func write(_ trial: TrialReport, at index: Int, of row: CaseReport, into out: inout Markup) {
        let look = CaseMarkup.look(trial)
        let repetition = model.run.repeats > 1 || trial.repetition > 0 ? " #\(trial.repetition + 1)" : ""
        out.raw(
            "<article data-a=\"\(trial.arm)\" data-o=\"\(trial.outcome.rawValue)\" data-p=\"\(look)\"><h4>\(icons[trial.arm])\(names[trial.arm])\(repetition)"
        )
        out.raw("<span class=\"v \(look)\">\(verdict(trial, look))</span></h4><p class=\"nums\">\(numbers(trial))</p>")
        writeChips(trial, into: &out)
        writeAttempts(trial, into: &out)
        if let error = trial.error {
            out.raw("<p class=\"err\">")
            out.text(error)
            out.raw("</p>")
        }
        writeAnswer(trial, of: row, into: &out)
        out.raw("</article>")
    }

    private func verdict(_ trial: TrialReport, _ look: String) -> String {
        switch look {
        case "p": "pass"
        case "w" where trial.outcome == .ok: "not passed"
        default: trial.outcome == .ok ? "not judged" : ReportOutcomes.label(trial.outcome)
        }
    }

    private func numbers(_ trial: TrialReport) -> String {
        var parts: [String] = []
        if let score = trial.score { parts.append("score \(NumberText.fixed(score, 2))") }
        parts.append("response \(NumberText.duration(milliseconds: trial.metrics.resp))\(note)")
        if let speed = trial.metrics.decodeTokensPerSecond { parts.append("\(NumberText.significant(speed, 3)) tok/s") }
        if let tokens = trial.metrics.outputTokens { parts.append("\(NumberText.count(tokens)) tok") }
        parts.append(trial.metrics.cost.map { NumberText.dollars($0) } ?? "unpriced")
        return parts.joined(separator: " · ")
    }

    private func writeChips(_ trial: TrialReport, into out: inout Markup) {
        guard !trial.verdicts.isEmpty else { return }
        out.raw("<ul class=\"chips\">")
        for verdict in trial.verdicts {
            switch verdict.result {
            case .passed: out.raw("<li class=\"p\">")
            case .failed: out.raw("<li class=\"w\">")
            case .unscored: out.raw("<li class=\"u\">")
            }
            out.text(verdict.type)
            if verdict.result != .passed {
                out.raw("<span>")
                out.text(verdict.reason)
                out.raw("</span>")
            }
            out.raw("</li>")
        }
        out.raw("</ul>")
    }

    private func writeAttempts(_ trial: TrialReport, into out: inout Markup) {
        guard !trial.attempts.isEmpty else { return }
        out.raw("<ol class=\"tries\">")
        var free = 0.0
        for attempt in trial.attempts {
            let wait = attempt.sent - free
            free = attempt.sent + attempt.end
            out.raw("<li>")
            if trial.attempts.count > 1 || attempt.outcome != .ok {
                out.raw(
                    "<b>\(ReportOutcomes.label(.attempt(attempt.outcome)))\(attempt.status.map { " \($0)" } ?? "")</b> "
                )
            }
            var parts: [String] = []
            if wait >= 1 { parts.append("waited \(NumberText.duration(milliseconds: wait))") }
            if let value = attempt.connect { parts.append("connect \(NumberText.duration(milliseconds: value))") }
            if let value = attempt.ttft { parts.append("first token \(NumberText.duration(milliseconds: value))") }
            if let value = attempt.ttfa, value != attempt.ttft {
                parts.append("first answer \(NumberText.duration(milliseconds: value))")
            }
            parts.append("end \(NumberText.duration(milliseconds: attempt.end))")
            out.raw(parts.joined(separator: " · "))
            out.raw("</li>")
        }
        out.raw("</ol>")
    }

    private func writeAnswer(_ trial: TrialReport, of row: CaseReport, into out: inout Markup) {
        if let thinking = trial.thinking {
            out.raw("<details class=\"think\"><summary>reasoning</summary><pre dir=\"auto\">")
            write(thinking, into: &out)
            out.raw("</pre></details>")
        }
        if let same = trial.sameAnswerAs {
            out.raw("<p class=\"same\">Same answer as \(names[row.trials[same].arm]).</p>")
            return
        }
        guard let answer = trial.answer else {
            out.raw("<p class=\"same\">The answer was not kept.</p>")
            return
        }
        guard !answer.text.isEmpty else { return }
        out.raw("<pre dir=\"auto\">")
        write(answer, into: &out)
        out.raw("</pre>")
    }

    private func write(_ text: ReportText, into out: inout Markup) {
        out.text(text.text)
        guard text.isCut else { return }
        out.raw("<span class=\"cut\">… cut, \(NumberText.count(text.bytes)) bytes in all</span>")
    }
}
