import BenchCore
import LLMCore

/// Every chart is drawn twice, for a wide page and for a phone, so that text keeps its size; the style sheet shows one.
enum ChartSize: String, CaseIterable {
    case wide, phone
}

/// The canvas of one drawing and the plot inside it.
struct ChartFrame {
    let size: ChartSize
    let width: Double
    let height: Double
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    var plotWidth: Double { right - left }
    var plotHeight: Double { bottom - top }

    /// A plot with an axis at the left and one below.
    init(_ size: ChartSize, height: Double, left: Double, right: Double = 16, top: Double = 14, bottom: Double = 44) {
        self.size = size
        width = size == .wide ? 1_040 : 360
        self.height = height
        self.left = left
        self.right = width - right
        self.top = top
        self.bottom = height - bottom
    }

    /// Grid lines with their labels below the plot.
    func columns(_ ticks: [(position: Double, label: String)]) -> String {
        ticks.map { tick in
            SVG.line(tick.position, top, tick.position, bottom, "grid")
                + SVG.text(tick.label, tick.position, bottom + 17, .middle, "tick")
        }.joined()
    }

    /// Grid lines with their labels left of the plot.
    func rows(_ ticks: [(position: Double, label: String)]) -> String {
        ticks.map { tick in
            SVG.line(left, tick.position, right, tick.position, "grid")
                + SVG.text(tick.label, left - 8, tick.position + 4, .end, "tick")
        }.joined()
    }

    /// The title of the horizontal axis.
    func caption(_ text: String) -> String { SVG.text(text, (left + right) / 2, height - 6, .middle, "axis") }
}

/// The layout of charts with one row per model: names at the left, or above the row on a phone.
struct RowChart {
    let frame: ChartFrame
    private let rowHeight: Double
    /// Height of what is drawn in a row.
    let barHeight = 16.0

    init(_ size: ChartSize, rows: Int, right: Double = 70) {
        rowHeight = size == .wide ? 32 : 46
        let top = 8.0
        frame = ChartFrame(
            size, height: top + rowHeight * Double(rows) + 50, left: size == .wide ? 250 : 12,
            right: size == .wide ? right : 62, top: top, bottom: 50)
    }

    /// The middle of the bar in the row at `place`.
    func middle(_ place: Int) -> Double {
        frame.top + rowHeight * Double(place) + (frame.size == .wide ? rowHeight / 2 : rowHeight - 14)
    }

    func name(_ arm: ArmSummary, _ place: Int) -> String {
        let y = frame.size == .wide ? middle(place) : middle(place) - 17
        let x = frame.size == .wide ? 12.0 : 20.0
        let style = arm.isChosen ? "name chosen" : "name"
        return "<g class=\"\(Marker.style(arm.index))\">\(Marker.draw(arm.index, x, y, 5))</g>"
            + SVG.text(RowChart.short(arm.id.rawValue, frame.size == .wide ? 33 : 46), x + 13, y + 4, .start, style)
    }

    private static func short(_ text: String, _ most: Int) -> String {
        text.count > most ? String(text.prefix(most - 1)) + "…" : text
    }
}
