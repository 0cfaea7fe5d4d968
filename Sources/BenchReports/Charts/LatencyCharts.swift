import BenchCore
import LLMCore

/// A chart of the share of trials that had finished by each time, on a logarithmic axis; failures keep a curve below 100 %.
struct LatencyChart {
    private let arms: [ArmSummary]
    private let figures: FigureText
    private let note: String

    init(_ model: ReportModel) {
        arms = model.arms.filter { $0.inRun && $0.counts.attempted > 0 }
        figures = FigureText(model.run)
        note = model.latencyNote.map { " · \($0)" } ?? ""
    }

    var isEmpty: Bool { arms.allSatisfy { $0.respSorted.isEmpty } }

    func draw(_ size: ChartSize) -> String {
        let frame = ChartFrame(
            size, height: size == .wide ? 400 : 340, left: 52, right: size == .wide ? 24 : 14, top: 16, bottom: 50)
        let times = arms.flatMap { [$0.respSorted.first, $0.respSorted.last] }.compactMap { $0 }
        let low = max(0.001, times.min() ?? 1)
        let high = max(low * 1.5, times.max() ?? 1)
        let x = Scale.logarithmic(low / 1.1, high * 1.35, from: frame.left, to: frame.right)
        let y = Scale.linear(0, 1, from: frame.bottom, to: frame.top)
        var out = frame.rows([0, 0.25, 0.5, 0.75, 1].map { (y.at($0), NumberText.percent($0)) })
        out += SVG.line(frame.left, y.at(0.95), frame.right, y.at(0.95), "band")
        out += SVG.text("95 %", frame.left + 4, y.at(0.95) + 13, .start, "tick")
        out += frame.columns(x.ticks(size == .wide ? 10 : 4).map { (x.at($0), TickText.duration($0)) })
        out += frame.caption("response time, logarithmic\(note)")
        // The chosen model is drawn last, on top.
        for arm in arms.reversed() { out += curve(arm, x: x, y: y, frame: frame) }
        return SVG.picture(frame, label: "Latency distribution", out)
    }

    private func curve(_ arm: ArmSummary, x: Scale, y: Scale, frame: ChartFrame) -> String {
        let attempted = Double(arm.counts.attempted)
        let values = arm.respSorted
        guard !values.isEmpty else { return "" }
        let most = frame.size == .wide ? 160 : 80
        let step = max(1, (values.count + most - 1) / most)
        // Few trials make visible steps; with many the steps are noise, and a line joins their tops.
        let join = values.count <= 30 ? "H" : "L"
        var path = "M\(SVG.number(x.at(values[0]))) \(SVG.number(y.at(0)))"
        for index in stride(from: step - 1, to: values.count, by: step) {
            let (across, up) = (SVG.number(x.at(values[index])), SVG.number(y.at(Double(index + 1) / attempted)))
            path += join == "H" ? "H\(across)V\(up)" : "L\(across) \(up)"
        }
        let last = y.at(Double(values.count) / attempted)
        path += "L\(SVG.number(x.at(values[values.count - 1]))) \(SVG.number(last))"
        var content = "<path class=\"curve\" d=\"\(path)\"/>"
        content += SVG.line(x.at(values[values.count - 1]), last, frame.right, last, "plateau")
        if let median = arm[.respP50].value, median.isFinite {
            content += Marker.draw(arm.index, x.at(median), y.at(0.5), 5)
        }
        return SVG.point(label(arm), Marker.style(arm.index) + (arm.isChosen ? " strong" : ""), content)
    }

    private func label(_ arm: ArmSummary) -> String {
        func say(_ metric: ReportMetric) -> String { figures.shown(arm, metric) }
        let finished = NumberText.percent(
            Double(arm.respSorted.count) / Double(max(1, arm.counts.attempted - arm.counts.reused)), 1)
        return "\(arm.id): p50 \(say(.respP50)), p95 \(say(.respP95)), \(finished) finished\(note)"
    }
}

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
        func say(_ metric: ReportMetric) -> String { figures.shown(arm, metric) }
        return
            "\(arm.id): first token \(say(.ttftP50)), first answer \(say(.ttfaP50)), decoding \(say(.decodeP50))\(note)"
    }

    private func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
}
