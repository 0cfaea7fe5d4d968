import BenchCore
import LLMCore

/// A bar chart of the run's spending against its estimate and worst case, and of its split over models.
struct MoneyChart {
    private let money: MoneySummary
    private let arms: [ArmSummary]

    init(_ model: ReportModel) {
        money = model.money
        arms = model.arms.filter { $0.inRun && $0.counts.attempted + $0.counts.excluded > 0 }
    }

    var isEmpty: Bool { arms.isEmpty }

    func drawBudget(_ size: ChartSize) -> String {
        let frame = ChartFrame(size, height: 92, left: 12, right: 12, top: 30, bottom: 34)
        let marks = [("estimate", money.likely), ("budget", money.limit), ("worst case", money.worstCase)]
        let known = money.spending.total.dollars
        let near = ([known] + marks.prefix(2).compactMap { $0.1?.dollars }).max() ?? 1
        // A worst case far beyond the rest would squeeze what matters: it stays at the edge, with its number.
        let high = max(near, min(money.worstCase?.dollars ?? 0, near * 1.6), 1e-9) * 1.04
        let x = Scale.linear(0, high, from: frame.left, to: frame.right)
        var out = SVG.rect(frame.left, frame.top, frame.plotWidth, frame.plotHeight, "track", radius: 4)
        out += SVG.rect(frame.left, frame.top, x.at(known) - frame.left, frame.plotHeight, "spent", radius: 4)
        let wasted = (money.onFailures + money.onRetries).dollars
        if wasted > 0 {
            out += SVG.rect(
                x.at(max(0, known - wasted)), frame.top, x.at(known) - x.at(max(0, known - wasted)), frame.plotHeight,
                "wasted")
        }
        let isLeft = x.at(known) < frame.left + frame.plotWidth * 0.7
        out += SVG.text(
            "spent \(money.spending.sum)", isLeft ? frame.left : x.at(known), frame.top - 10,
            isLeft ? .start : .end, "value")
        var lastEnd = -1_000.0
        for (name, amount) in marks.compactMap({ mark in mark.1.map { (mark.0, $0) } }).sorted(by: { $0.1 < $1.1 }) {
            let place = x.at(amount.dollars)
            out += SVG.line(place, frame.top - 4, place, frame.bottom + 4, name == "budget" ? "limit" : "mark")
            let label = "\(amount.dollars > high ? "→ " : "")\(name) \(NumberText.dollars(amount))"
            let half = Double(label.count) * 3.3
            let center = min(max(place, frame.left + half), frame.right - half)
            let isCrowded = center - half < lastEnd + 8
            out += SVG.text(label, center, isCrowded ? frame.height - 2 : frame.bottom + 18, .middle, "tick")
            if !isCrowded { lastEnd = center + half }
        }
        return SVG.picture(frame, label: "Spent against estimate, budget and worst case", out)
    }

    func drawArms(_ size: ChartSize) -> String {
        let chart = RowChart(size, rows: arms.count)
        let frame = chart.frame
        let high = arms.map { $0.money.known.dollars }.max() ?? 0
        let x = Scale.linear(0, high > 0 ? high * 1.02 : 1, from: frame.left, to: frame.right)
        var out =
            high > 0 ? frame.columns(x.ticks(size == .wide ? 6 : 3).map { (x.at($0), TickText.dollars($0)) }) : ""
        out += frame.caption("cost of the run, all attempts")
        for (place, arm) in arms.enumerated() {
            out += chart.name(arm, place) + row(arm, y: chart.middle(place), x: x, chart: chart)
        }
        return SVG.picture(frame, label: "Cost by model", out)
    }

    private func row(_ arm: ArmSummary, y: Double, x: Scale, chart: RowChart) -> String {
        let cost = arm.money.known.dollars
        let all = arm.counts.attempted + arm.counts.excluded
        guard arm.money.unpricedTrials < all else {
            return SVG.point("\(arm.id): unpriced", "", SVG.text("unpriced", x.at(0) + 6, y + 4, .start, "tick"))
        }
        let top = y - chart.barHeight / 2
        let wasted = min(cost, (arm.money.onFailures + arm.money.onRetries).dollars)
        var content = SVG.rect(x.at(0), top, x.at(cost - wasted) - x.at(0), chart.barHeight, "spent", radius: 2)
        if wasted > 0 {
            content += SVG.rect(x.at(cost - wasted), top, x.at(cost) - x.at(cost - wasted), chart.barHeight, "wasted")
        }
        let more = arm.money.unpricedTrials > 0 ? " + \(arm.money.unpricedTrials) unpriced" : ""
        content += SVG.text(NumberText.dollars(arm.money.known) + more, x.at(cost) + 7, y + 4, .start, "value")
        let label =
            "\(arm.id): \(NumberText.dollars(arm.money.known))\(more), "
            + "\(NumberText.dollars(arm.money.onFailures)) on failures, \(NumberText.dollars(arm.money.onRetries)) on retries"
        return SVG.point(label, Marker.style(arm.index), content)
    }
}
