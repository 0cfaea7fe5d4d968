import BenchCore
import LLMCore

/// A chart of each model's share of good trials against the rate of calls, on a logarithmic axis, with the objective as a line.
struct LoadChart {
    private let load: LoadReport
    private let arms: [ArmSummary]
    private let text: LoadText

    init(_ load: LoadReport, _ model: ReportModel) {
        self.load = load
        arms = model.arms.filter(\.inRun)
        text = LoadText(load, of: model.run)
    }

    /// A line needs two rates.
    var isEmpty: Bool { Set(load.phases.filter { $0.attempted > 0 }.compactMap(\.rate)).count < 2 }

    func draw(_ size: ChartSize) -> String {
        let frame = ChartFrame(
            size, height: size == .wide ? 340 : 300, left: 52, right: size == .wide ? 24 : 14, top: 16, bottom: 50)
        let rates = load.phases.compactMap(\.rate)
        let (low, high) = (rates.min() ?? 1, rates.max() ?? 1)
        let x = Scale.logarithmic(low / 1.15, high * 1.15, from: frame.left, to: frame.right)
        let y = Scale.linear(0, 1, from: frame.bottom, to: frame.top)
        var out = frame.rows([0, 0.25, 0.5, 0.75, 1].map { (y.at($0), NumberText.percent($0)) })
        out += frame.columns(x.ticks(size == .wide ? 10 : 5).map { (x.at($0), NumberText.significant($0, 3)) })
        if let objective = load.objective {
            out += SVG.line(frame.left, y.at(objective.share), frame.right, y.at(objective.share), "band")
            out += SVG.text(
                NumberText.percent(objective.share), frame.left + 4, y.at(objective.share) + 13, .start, "tick")
        }
        out += frame.caption("calls a second, logarithmic")
        // The chosen model is drawn last, on top.
        for arm in arms.reversed() { out += curve(arm, x: x, y: y) }
        return SVG.picture(frame, label: "Share of good trials against the rate", out)
    }

    private func curve(_ arm: ArmSummary, x: Scale, y: Scale) -> String {
        let points = load.phases.filter { $0.arm == arm.id }.compactMap { phase in
            phase.rate.flatMap { rate in phase.attainment.value.map { (x: x.at(rate), y: y.at($0), phase: phase) } }
        }
        guard let first = points.first else { return "" }
        var path = "M\(SVG.number(first.x)) \(SVG.number(first.y))"
        for point in points.dropFirst() { path += "L\(SVG.number(point.x)) \(SVG.number(point.y))" }
        var content = "<path class=\"curve\" d=\"\(path)\"/>"
        for point in points {
            if let low = point.phase.attainment.low, let high = point.phase.attainment.high {
                content += SVG.line(point.x, y.at(low), point.x, y.at(high), "whisker")
            }
            content += Marker.draw(arm.index, point.x, point.y, 5)
        }
        return SVG.point(label(arm, points.map(\.phase)), Marker.style(arm.index), content)
    }

    private func label(_ arm: ArmSummary, _ phases: [LoadReport.Phase]) -> String {
        let steps = phases.compactMap { phase in
            phase.rate.map { "\(text.shown(phase.attainment, .share)) at \(NumberText.significant($0, 3))/s" }
        }
        return "\(arm.id): \(steps.joined(separator: ", "))"
    }
}
