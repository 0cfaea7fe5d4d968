import BenchCore
import LLMCore

/// One answer with its verdicts. Ten thousand of these make a report: every byte of markup counts.
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
        if let tokens = metrics.outputTokens { parts.append("\(NumberText.count(tokens)) tok") }
        parts.append(metrics.cost.map { NumberText.dollars($0) } ?? "unpriced")
        return parts.joined(separator: " · ") + note
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
