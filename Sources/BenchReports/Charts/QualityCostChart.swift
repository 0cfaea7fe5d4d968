import BenchCore
import LLMCore

/// A chart of quality against cost, cost on a logarithmic axis, with whiskers on both and the frontier.
struct QualityCostChart {
    private let arms: [ArmSummary]
    private let figures: FigureText
    private let reach: (quality: Double, label: String)?

    init(_ model: ReportModel) {
        arms = model.arms.filter { $0.inRun && $0.counts.attempted > 0 && $0[.quality].value != nil }
        figures = FigureText(model.run)
        // One model alone is the best: a line below it says nothing.
        let best = arms.count > 1 ? arms.compactMap { $0[.quality].value }.max() : nil
        reach = model.verdict.constraints?.relativeQuality.flatMap { share in
            best.map { ($0 * (1 - share), "within \(NumberText.percent(share)) of the best") }
        }
    }

    var isEmpty: Bool { arms.isEmpty }

    /// The part of the quality axis below the best model that is drawn.
    private static let reachOfAxis = 0.5

    func draw(_ size: ChartSize) -> String {
        let frame = ChartFrame(
            size, height: size == .wide ? 440 : 380, left: 52, right: size == .wide ? 24 : 14, top: 22, bottom: 50)
        let plot = Plot(arms: arms, frame: frame)
        var out = frame.rows(plot.y.ticks(6).map { (plot.y.at($0), NumberText.fixed($0, 2)) })
        out += frame.columns(plot.ticks(size == .wide ? 9 : 4).map { (plot.x.at($0), TickText.dollars($0)) })
        out += plot.lanes
        if let reach, reach.quality > plot.y.low {
            let y = plot.y.at(reach.quality)
            out += SVG.line(frame.left, y, frame.right, y, "band")
            out += SVG.text(reach.label, frame.left + 6, y - 5, .start, "tick")
        }
        out += frontier(plot)
        out += SVG.text(
            size == .wide ? "↖ better: cheaper and of higher quality" : "↖ better", frame.left + 6, 14, .start, "tick")
        out += frame.caption("$ per 1,000 cases" + (plot.hasCosts ? ", logarithmic" : ""))
        out += points(plot)
        return SVG.picture(frame, label: "Quality against cost", out)
    }

    private func points(_ plot: Plot) -> String {
        let places = arms.map { plot.place($0) }
        var labels = LabelPlacer(frame: plot.frame, points: places)
        if let reach, reach.quality > plot.y.low {
            labels.keepFree(from: plot.frame.left + 6, baseline: plot.y.at(reach.quality) - 5, reach.label)
        }
        var out = ""
        // The frontier's names first: they have the better claim to room.
        let order = arms.indices.sorted { (arms[$0].isOnFrontier ? 0 : 1, $0) < (arms[$1].isOnFrontier ? 0 : 1, $1) }
        var names: [Int: String] = [:]
        for index in order {
            let style = arms[index].isOnFrontier ? "name" : "name dim"
            let quality = arms[index][.quality].value ?? 0
            let below = quality < plot.y.low ? " ↓ \(NumberText.fixed(quality, 2))" : ""
            names[index] = labels.place(arms[index].arm.model.name + below, beside: places[index], style: style)
        }
        for index in order.reversed() {
            let arm = arms[index]
            let (x, y) = places[index]
            let halo =
                arm.isChosen ? "<circle class=\"halo\" cx=\"\(SVG.number(x))\" cy=\"\(SVG.number(y))\" r=\"12\"/>" : ""
            let style = Marker.style(arm.index) + (arm.isOnFrontier ? "" : " dominated")
            out += SVG.point(
                label(arm), style, plot.whiskers(arm) + halo + Marker.draw(arm.index, x, y, 6.5) + (names[index] ?? ""))
        }
        return out
    }

    private func label(_ arm: ArmSummary) -> String {
        func say(_ metric: ReportMetric) -> String { figures.shown(arm, metric) }
        let place = arm.isOnFrontier ? "on the frontier" : "dominated"
        return
            "\(arm.id): quality \(say(.quality)), \(say(.costPerThousand)) per 1,000 cases, p95 \(say(.respP95)), \(place)"
    }

    /// A staircase: between two models there is no third to be had at a price between theirs.
    private func frontier(_ plot: Plot) -> String {
        let points = arms.filter(\.isOnFrontier).map { plot.place($0) }.sorted { ($0.x, -$0.y) < ($1.x, -$1.y) }
        guard let first = points.first, points.count > 1 else { return "" }
        var path = "M\(SVG.number(first.x)) \(SVG.number(plot.frame.bottom))V\(SVG.number(first.y))"
        for point in points.dropFirst() { path += "H\(SVG.number(point.x))V\(SVG.number(point.y))" }
        path += "H\(SVG.number(plot.frame.right))"
        return "<path class=\"frontier\" d=\"\(path)\"/>"
    }

    /// The plot's coordinates: a lane at the left for models that are free, one at the right for models without a
    /// price.
    private struct Plot {
        let frame: ChartFrame
        let x: Scale
        let y: Scale
        /// Some model has a price above zero; else there is nothing to scale.
        let hasCosts: Bool
        private let freeLane: Double?
        private let unpricedLane: Double?

        init(arms: [ArmSummary], frame: ChartFrame) {
            self.frame = frame
            let costs = arms.map { $0[.costPerThousand] }
            let lane = frame.size == .wide ? 90.0 : 52.0
            let isFree = costs.contains { $0.value == 0 }
            let isUnpriced = costs.contains { $0.value == nil }
            let ends = costs.flatMap { [$0.value, $0.low, $0.high] }.compactMap { $0 }.filter { $0 > 0 && $0.isFinite }
            hasCosts = !ends.isEmpty
            let free = frame.left + (hasCosts ? lane / 2 : frame.plotWidth * (isUnpriced ? 0.3 : 0.5))
            let unpriced = frame.right - (hasCosts ? lane / 2 : frame.plotWidth * (isFree ? 0.3 : 0.5))
            freeLane = isFree ? free : nil
            unpricedLane = isUnpriced ? unpriced : nil
            // At least a decade's half, so that one model alone is not blown up.
            let least = ends.min() ?? 0.1
            let most = max(ends.max() ?? 1, least)
            let pad = max(1.25, (3 * least / most).squareRoot())
            let (low, high) = (least / pad, most * pad)
            x = .logarithmic(
                low, high, from: frame.left + (isFree ? lane : 0), to: frame.right - (isUnpriced ? lane : 0))
            let qualities = arms.map { $0[.quality] }
            let best = qualities.compactMap(\.value).max() ?? 1
            // What is hopeless stays at the edge, with an arrow: it must not squeeze those that compete.
            let near = qualities.filter { ($0.value ?? 0) >= best - QualityCostChart.reachOfAxis }
            let top = min(1, (near.flatMap { [$0.value, $0.high] }.compactMap { $0 }.max() ?? 1) + 0.02)
            let bottom = max(0, (near.flatMap { [$0.value, $0.low] }.compactMap { $0 }.min() ?? 0) - 0.03)
            y = .linear(max(0, min(bottom, top - 0.2)), max(top, 0.2), from: frame.bottom, to: frame.top)
        }

        func ticks(_ count: Int) -> [Double] { hasCosts ? x.ticks(count) : [] }

        func place(_ arm: ArmSummary) -> (x: Double, y: Double) {
            let height = y.at(arm[.quality].value ?? 0)
            guard let cost = arm[.costPerThousand].value else { return (unpricedLane ?? frame.right, height) }
            return (cost > 0 ? x.at(cost) : freeLane ?? frame.left, height)
        }

        func whiskers(_ arm: ArmSummary) -> String {
            let center = place(arm)
            var out = ""
            if let low = arm[.quality].low, let high = arm[.quality].high, high > y.low {
                out += SVG.line(center.x, y.at(low), center.x, y.at(high), "whisker")
            }
            let cost = arm[.costPerThousand]
            if let low = cost.low, let high = cost.high, low > 0 {
                out += SVG.line(x.at(low), center.y, x.at(high), center.y, "whisker")
            }
            return out
        }

        var lanes: String {
            var out = ""
            if let freeLane {
                if hasCosts { out += SVG.line(x.at(x.low), frame.top, x.at(x.low), frame.bottom, "lane") }
                out += SVG.text("$0", freeLane, frame.bottom + 17, .middle, "tick")
            }
            if let unpricedLane {
                if hasCosts { out += SVG.line(x.at(x.high), frame.top, x.at(x.high), frame.bottom, "lane") }
                out += SVG.text("unpriced", unpricedLane, frame.bottom + 17, .middle, "tick")
            }
            return out
        }
    }
}

/// A placer of names beside points, so that they cover neither points nor each other; a name without room is left to the legend.
struct LabelPlacer {
    struct Box {
        var x: Double
        var y: Double
        var width: Double
        var height: Double

        func overlaps(_ other: Box) -> Bool {
            x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
        }
    }
    private let frame: ChartFrame
    private var taken: [Box]
    private static let characterWidth = 6.6
    private static let height = 14.0

    init(frame: ChartFrame, points: [(x: Double, y: Double)]) {
        self.frame = frame
        taken = points.map { Box(x: $0.x - 8, y: $0.y - 8, width: 16, height: 16) }
    }

    /// A text that stands already, from `x` to the right.
    mutating func keepFree(from x: Double, baseline: Double, _ text: String) {
        let width = Double(text.count) * LabelPlacer.characterWidth
        taken.append(Box(x: x, y: baseline - 11, width: width, height: LabelPlacer.height))
    }

    mutating func place(_ text: String, beside point: (x: Double, y: Double), style: String) -> String {
        let width = Double(text.count) * LabelPlacer.characterWidth
        // Above first: the frontier leaves a point to the right and downwards, whiskers cross it.
        let candidates: [(x: Double, y: Double, anchor: SVG.Anchor)] = [
            (point.x + 9, point.y - 10, .start), (point.x - 9, point.y - 10, .end), (point.x - 12, point.y + 4, .end),
            (point.x + 9, point.y + 19, .start), (point.x - 9, point.y + 19, .end), (point.x + 12, point.y + 4, .start),
            (point.x, point.y - 22, .middle), (point.x, point.y + 32, .middle),
        ]
        for candidate in candidates {
            let start =
                switch candidate.anchor {
                case .start: candidate.x
                case .middle: candidate.x - width / 2
                case .end: candidate.x - width
                }
            let box = Box(x: start, y: candidate.y - 11, width: width, height: LabelPlacer.height)
            guard box.x >= frame.left, box.x + box.width <= frame.width - 4, box.y >= 2,
                box.y + box.height <= frame.bottom,
                !taken.contains(where: box.overlaps)
            else { continue }
            taken.append(box)
            return SVG.text(text, candidate.x, candidate.y, candidate.anchor, style)
        }
        return ""
    }
}
