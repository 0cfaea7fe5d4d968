import BenchCore
import LLMCore

/// A stacked bar chart of each model's failed trials, by failure class.
struct FailureChart {
    let arms: [ArmSummary]
    /// The classes that happened, in the taxonomy's order: each has its own look.
    let classes: [TrialOutcome]

    init(_ model: ReportModel) {
        arms = model.arms.filter { $0.inRun && $0.counts.attempted + $0.counts.excluded > 0 }
        let happened = Set(arms.flatMap { $0.outcomes.map(\.outcome) })
        classes = ReportOutcomes.inOrder.filter { happened.contains($0) && $0 != .ok }
    }

    var isEmpty: Bool { classes.isEmpty }

    func draw(_ size: ChartSize) -> String {
        let chart = RowChart(size, rows: arms.count)
        let frame = chart.frame
        let most = arms.map { $0.outcomes.reduce(0) { $0 + $1.count } }.max() ?? 1
        let x = Scale.linear(0, Double(max(most, 4)), from: frame.left, to: frame.right)
        var out = frame.columns(
            x.ticks(size == .wide ? 8 : 4).filter { $0 == $0.rounded() }.map { (x.at($0), NumberText.count(Int($0))) })
        out += frame.caption("trials")
        for (place, arm) in arms.enumerated() {
            out += chart.name(arm, place) + row(arm, y: chart.middle(place), x: x, chart: chart)
        }
        return SVG.picture(frame, label: "Failures by class", out)
    }

    private func row(_ arm: ArmSummary, y: Double, x: Scale, chart: RowChart) -> String {
        var done = 0
        var content = ""
        for (outcome, count) in arm.outcomes {
            let start = x.at(Double(done))
            let width = x.at(Double(done + count)) - start
            content += SVG.rect(start, y - chart.barHeight / 2, width - 1, chart.barHeight, look(outcome))
            if width > 18 {
                content += SVG.text(String(count), start + width / 2 - 0.5, y + 4, .middle, "in \(look(outcome))")
            }
            done += count
        }
        let total = arm.counts.attempted + arm.counts.excluded
        content += SVG.text(
            done == 0 ? "none of \(total)" : "\(done) of \(total)", x.at(Double(done)) + 7, y + 4, .start, "value")
        let parts = arm.outcomes.map { "\(ReportOutcomes.label($0.outcome)) \($0.count)" }.joined(separator: ", ")
        return SVG.point("\(arm.id): \(parts.isEmpty ? "no failures" : parts) of \(total) trials", "", content)
    }

    /// By whose fault it is, then by order: warm for the provider, cool for the case, grey for ours.
    func look(_ outcome: TrialOutcome) -> String {
        let same = classes.filter { $0.fault == outcome.fault }
        let place = same.firstIndex(of: outcome) ?? 0
        switch outcome.fault {
        case .provider: return "fp\(place % 8)"
        case .caseOutcome: return "fc\(place % 5)"
        case .ours, .none: return "fo"
        }
    }
}
