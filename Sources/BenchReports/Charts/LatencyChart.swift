import BenchCore
import LLMCore

/// The share of trials that had finished by each time, on a logarithmic axis; failures keep a curve below 100 %.
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
        // The chosen arm is drawn last, on top.
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
        func say(_ metric: ReportMetric) -> String {
            let value = figures.value(arm[metric], metric.unit)
            return figures.interval(arm[metric], metric.unit).map { "\(value) \($0)" } ?? value
        }
        let finished = NumberText.percent(Double(arm.respSorted.count) / Double(arm.counts.attempted), 1)
        return "\(arm.id): p50 \(say(.respP50)), p95 \(say(.respP95)), \(finished) finished\(note)"
    }
}
