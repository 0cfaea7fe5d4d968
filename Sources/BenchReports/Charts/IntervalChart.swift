import BenchCore
import LLMCore

/// A chart of one figure per model as a point with its interval.
struct IntervalChart {
    let arms: [ArmSummary]
    let figure: @Sendable (ArmSummary) -> Figure
    let unit: ReportMetric.Unit
    let title: String
    let caption: String
    /// For a phone.
    let shortCaption: String
    /// A line at zero, and a domain on both sides of it.
    let isSigned: Bool
    let texts: FigureText

    /// A model further below the chosen than this stays at the edge, with its number.
    private static let reachBelow = 0.5

    var isEmpty: Bool { !arms.contains { figure($0).value?.isFinite == true } }

    func draw(_ size: ChartSize) -> String {
        let chart = RowChart(size, rows: arms.count)
        let frame = chart.frame
        let figures = arms.map(figure).filter { !isSigned || ($0.value ?? 0) >= -IntervalChart.reachBelow }
        let ends = figures.flatMap { [$0.value, $0.low, $0.high] }.compactMap { $0 }.filter(\.isFinite)
        let reach = max(ends.map(\.magnitude).max() ?? 1, 0.01) * 1.05
        let low = isSigned ? min(ends.min() ?? 0, 0) - reach * 0.06 : 0
        let high = isSigned ? max(ends.max() ?? 0, 0) + reach * 0.06 : reach
        let x = Scale.linear(low, high, from: frame.left + 6, to: frame.right)
        var out = frame.columns(x.ticks(size == .wide ? 8 : 4).map { (x.at($0), tick($0)) })
        if isSigned { out += SVG.line(x.at(0), frame.top, x.at(0), frame.bottom, "zero") }
        out += frame.caption(size == .wide ? caption : shortCaption)
        for (place, arm) in arms.enumerated() { out += chart.name(arm, place) + row(arm, y: chart.middle(place), x: x) }
        return SVG.picture(frame, label: title, out)
    }

    private func row(_ arm: ArmSummary, y: Double, x: Scale) -> String {
        let figure = figure(arm)
        guard let value = figure.value, value.isFinite else {
            return SVG.text(texts.value(figure, unit), x.at(max(0, x.low)) + 8, y + 4, .start, "tick")
        }
        guard value >= x.low else {
            let mark = SVG.text("← \(shown(value))", x.at(value) + 4, y + 4, .start, "value")
            return SVG.point(label(arm, figure, value), Marker.style(arm.index), mark)
        }
        var content = ""
        var end = value
        if let low = figure.low, let high = figure.high, low.isFinite, high.isFinite {
            content += SVG.line(x.at(low), y, x.at(high), y, "whisker thick")
            end = high
        }
        content += Marker.draw(arm.index, x.at(value), y, 5.5)
        content += SVG.text(shown(value), x.at(end) + 9, y + 4, .start, "value")
        return SVG.point(label(arm, figure, value), Marker.style(arm.index), content)
    }

    private func label(_ arm: ArmSummary, _ figure: Figure, _ value: Double) -> String {
        let interval = texts.interval(figure, unit).map { " \($0)" } ?? ""
        return "\(arm.id): \(title) \(shown(value))\(interval), n = \(figure.n)"
    }

    private func shown(_ value: Double) -> String {
        isSigned && value > 0
            ? "+" + NumberText.fixed(value, 2) : texts.value(Figure(value, n: 0, gap: .notApplicable), unit)
    }

    private func tick(_ value: Double) -> String {
        switch unit {
        case .score, .share: (value > 0 && isSigned ? "+" : "") + NumberText.fixed(value, 2)
        default: NumberText.count(Int(value.rounded()))
        }
    }
}
