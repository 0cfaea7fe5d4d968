import BenchCore
import LLMCore

/// A stacked bar chart of each model's time to first token and decode time, with a tick at the first answer token.
struct TimeBarsChart {
    private let arms: [ArmSummary]
    private let figures: FigureText
    private let note: String

    init(_ model: ReportModel) {
        arms = model.arms.filter { $0.inRun && $0[.ttftP50].value != nil }
        figures = FigureText(model.run)
        note = model.latencyNote.map { " · \($0)" } ?? ""
    }

    var isEmpty: Bool { arms.isEmpty }

    func draw(_ size: ChartSize) -> String {
        let chart = RowChart(size, rows: arms.count)
        let frame = chart.frame
        let ends = arms.map {
            (finite($0[.ttftP50].high) ?? finite($0[.ttftP50].value) ?? 0) + (finite($0[.decodeP50].value) ?? 0)
        }
        let x = Scale.linear(0, (ends.max() ?? 1) * 1.02, from: frame.left, to: frame.right)
        var out = frame.columns(
            x.ticks(size == .wide ? 7 : 3).map { (x.at($0), TickText.duration($0)) })
        out += frame.caption("median time from sending the request\(note)")
        for (place, arm) in arms.enumerated() {
            out += chart.name(arm, place) + row(arm, y: chart.middle(place), x: x, chart: chart)
        }
        return SVG.picture(frame, label: "Time to first token and decoding", out)
    }

    private func row(_ arm: ArmSummary, y: Double, x: Scale, chart: RowChart) -> String {
        guard let first = finite(arm[.ttftP50].value) else {
            return SVG.text("more than half failed", x.at(0) + 6, y + 4, .start, "tick")
        }
        let top = y - chart.barHeight / 2
        let end = first + (finite(arm[.decodeP50].value) ?? 0)
        var content = SVG.rect(x.at(0), top, x.at(first) - x.at(0), chart.barHeight, "wait", radius: 2)
        content += SVG.rect(x.at(first), top, x.at(end) - x.at(first), chart.barHeight, "decode", radius: 2)
        var reach = end
        if let low = finite(arm[.ttftP50].low), let high = finite(arm[.ttftP50].high) {
            reach = max(end, high)
            content += SVG.line(x.at(low), y, x.at(high), y, "whisker over")
        }
        if let answer = finite(arm[.ttfaP50].value), answer > first * 1.02 {
            content += SVG.line(x.at(answer), top - 3, x.at(answer), y + chart.barHeight / 2 + 3, "answer")
        }
        content += SVG.text(NumberText.duration(milliseconds: end), x.at(reach) + 7, y + 4, .start, "value")
        return SVG.point(label(arm), Marker.style(arm.index), content)
    }

    private func label(_ arm: ArmSummary) -> String {
        func say(_ metric: ReportMetric) -> String {
            let value = figures.value(arm[metric], metric.unit)
            return figures.interval(arm[metric], metric.unit).map { "\(value) \($0)" } ?? value
        }
        return
            "\(arm.id): first token \(say(.ttftP50)), first answer \(say(.ttfaP50)), decoding \(say(.decodeP50))\(note)"
    }

    private func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
}
