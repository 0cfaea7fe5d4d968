import BenchCore
import LLMCore

/// Every case with its answers, written straight to bytes: a template engine would hold and scan thousands of them.
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
        writeQuestion(row, into: &out)
        out.raw("<div class=\"answers\">")
        for trial in row.trials { trials.write(trial, of: row, into: &out) }
        out.raw("</div></div></details>\n")
    }

    private func writeQuestion(_ row: CaseReport, into out: inout Markup) {
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
