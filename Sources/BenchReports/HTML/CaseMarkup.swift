import BenchCore
import LLMCore

/// The markup of a case with its answers, written straight to bytes: a template engine would hold and scan thousands of them.
struct CaseMarkup {
    private let trials: TrialMarkup

    init(_ model: ReportModel) { trials = TrialMarkup(model) }

    func write(_ row: CaseReport, into out: inout Markup) {
        let differs = row.differs ? " data-d=\"1\"" : ""
        out.raw("<details class=\"case\" data-t=\"")
        out.text(row.task.rawValue)
        out.raw("\"\(differs)><summary><code>")
        out.text(row.id)
        out.raw("</code><span class=\"title\" dir=\"auto\">")
        out.text(row.title)
        out.raw("</span><span class=\"dots\" aria-hidden=\"true\">")
        for trial in row.trials { out.raw("<i class=\"\(TrialMarkup.look(trial))\"></i>") }
        out.raw(
            "</span><span class=\"sum\">\(row.passed)/\(row.trials.count)<span class=\"sr\"> passed</span></span></summary><div class=\"body\">"
        )
        writePrompt(row, into: &out)
        out.raw("<div class=\"answers\">")
        for trial in row.trials { trials.write(trial, of: row, into: &out) }
        out.raw("</div></div></details>\n")
    }

    private func writePrompt(_ row: CaseReport, into out: inout Markup) {
        out.raw("<div class=\"ask\">")
        for message in row.messages {
            out.raw("<div class=\"msg\"><b>\(message.role.rawValue)</b><pre>")
            message.text.write(into: &out)
            out.raw("</pre></div>")
        }
        if let reference = row.reference {
            out.raw("<div class=\"msg ref\"><b>reference</b><pre>")
            reference.write(into: &out)
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
}

extension ReportText {
    /// The text, and how much of it is missing.
    func write(into out: inout Markup) {
        out.text(text)
        guard isCut else { return }
        out.raw("<span class=\"cut\">… cut, \(NumberText.count(bytes)) bytes in all</span>")
    }
}

/// The markup of one trial with its verdicts. Ten thousand of these make a report: every byte of markup counts.
struct TrialMarkup {
    private let names: [String]
    private let icons: [String]
    private let note: String
    private let repeats: Bool

    init(_ model: ReportModel) {
        names = model.arms.map { Markup.escaped($0.id.rawValue) }
        icons = model.arms.map { Marker.icon($0.index) }
        note = model.latencyNote.map { " · \($0)" } ?? ""
        repeats = model.cases.contains { $0.trials.contains { $0.repetition > 0 } }
    }

    /// `p` passed, `w` wrong, `x` a provider failure, `u` not judged.
    static func look(_ trial: TrialReport) -> String {
        if trial.outcome.fault == .provider { return "x" }
        guard let passed = trial.passed, trial.outcome.fault != .ours else { return "u" }
        return passed ? "p" : "w"
    }

    func write(_ trial: TrialReport, of row: CaseReport, into out: inout Markup) {
        let look = TrialMarkup.look(trial)
        out.raw("<article data-a=\"\(trial.arm)\" data-p=\"\(look)\"")
        if trial.outcome != .ok { out.raw(" data-o=\"\(trial.outcome.rawValue)\"") }
        out.raw("><h4>\(icons[trial.arm])\(names[trial.arm])")
        if repeats { out.raw(" #\(trial.repetition + 1)") }
        out.raw("<b>\(verdict(trial, look))</b></h4><p class=\"nums\">\(numbers(trial))</p>")
        writeChips(trial, into: &out)
        if trial.attempts.count > 1 || look == "x" { writeAttempts(trial, into: &out) }
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
        case "p": "passed"
        case "w" where trial.outcome == .ok: "not passed"
        default: trial.outcome == .ok ? "not judged" : ReportOutcomes.label(trial.outcome)
        }
    }

    private func numbers(_ trial: TrialReport) -> String {
        let metrics = trial.metrics
        var parts: [String] = []
        if let score = trial.score { parts.append("score \(NumberText.fixed(score, 2))") }
        parts.append("response \(NumberText.duration(milliseconds: metrics.resp))")
        parts += first(metrics.connect, metrics.ttft, metrics.ttfa)
        if let speed = metrics.decodeTokensPerSecond { parts.append("\(NumberText.significant(speed, 3)) tok/s") }
        if let tokens = metrics.outputTokens { parts.append(count(tokens, metrics.usageSource)) }
        parts.append(metrics.cost.map { NumberText.dollars($0) } ?? "unpriced")
        if let origin = trial.reused { parts.append("reused from run \(Markup.escaped(origin.run.rawValue))") }
        if trial.finishIsUnknown, let word = trial.finishReason {
            parts.append("unknown finish word \(Markup.escaped(ReportText(word, limit: 60).text))")
        }
        return parts.joined(separator: " · ") + note
    }

    private func count(_ tokens: Int, _ source: UsageSource?) -> String {
        let count = "\(NumberText.count(tokens)) tok"
        return switch source {
        case .counted: "\(count)\u{A0}†"
        case .estimated: "≈ \(count)"
        case .reported, nil: count
        }
    }

    private func first(_ connect: Double?, _ token: Double?, _ answer: Double?) -> [String] {
        var parts: [String] = []
        if let connect { parts.append("connect \(NumberText.duration(milliseconds: connect))") }
        if let token { parts.append("first token \(NumberText.duration(milliseconds: token))") }
        if let answer, answer != token { parts.append("first answer \(NumberText.duration(milliseconds: answer))") }
        return parts
    }

    private func writeChips(_ trial: TrialReport, into out: inout Markup) {
        guard !trial.verdicts.isEmpty else { return }
        out.raw("<ul class=\"chips\">")
        for verdict in trial.verdicts {
            switch verdict.result {
            case .passed: out.raw("<li>")
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
            out.raw(
                "<li><b>\(ReportOutcomes.label(.attempt(attempt.outcome)))\(attempt.status.map { " \($0)" } ?? "")</b> "
            )
            var parts = wait >= 1 ? ["waited \(NumberText.duration(milliseconds: wait))"] : []
            parts += first(attempt.connect, attempt.ttft, attempt.ttfa)
            parts.append("end \(NumberText.duration(milliseconds: attempt.end))")
            out.raw(parts.joined(separator: " · ") + note + "</li>")
        }
        out.raw("</ol>")
    }

    private func writeAnswer(_ trial: TrialReport, of row: CaseReport, into out: inout Markup) {
        if let thinking = trial.thinking {
            out.raw("<details class=\"think\"><summary>reasoning</summary><pre>")
            thinking.write(into: &out)
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
        out.raw("<pre>")
        answer.write(into: &out)
        out.raw("</pre>")
    }
}
