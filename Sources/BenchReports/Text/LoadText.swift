import BenchCore
import LLMCore

/// The load of a run in words and tables, the same in HTML and Markdown.
struct LoadText {
    private let load: LoadReport
    private let figures: FigureText

    init(_ load: LoadReport, of run: RunRecord) {
        self.load = load
        figures = FigureText(run)
    }

    /// `Poisson arrivals, 1/s to 32/s in 6 steps; objective: 95 % within ttft 500 ms`.
    var summary: String {
        load.model.description + (load.objective.map { "; objective: \($0.text)" } ?? "; no objective was set")
    }

    /// One a model: what it holds, or the share that was good.
    var findings: [String] { load.lines }

    static let header = [
        "model", "rate", "offered", "achieved", "attainment", "goodput", "p50 resp", "p95 resp", "fail", "queued",
        "unsent", "n",
    ]

    var rows: [[String]] {
        load.phases.map { phase in
            [
                phase.arm.rawValue + (phase.isInterrupted ? " (interrupted)" : ""), rate(phase.rate),
                rate(phase.offered), rate(phase.achieved), shown(phase.attainment, .share), rate(phase.goodput),
                shown(phase.respP50, .milliseconds), shown(phase.respP95, .milliseconds), String(phase.failed),
                String(phase.queued), String(phase.unsent), NumberText.count(phase.attempted),
            ]
        }
    }

    private func rate(_ value: Double?) -> String {
        value.map { NumberText.significant($0, 3) + "/s" } ?? NumberText.unknown
    }

    func shown(_ figure: Figure, _ unit: ReportMetric.Unit) -> String {
        let value = figures.value(figure, unit)
        return figures.interval(figure, unit).map { "\(value) \($0)" } ?? value
    }
}
