import BenchCore
import LLMCore

/// The common ground of charts with one row per arm: names at the left, or above the row on a phone.
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
