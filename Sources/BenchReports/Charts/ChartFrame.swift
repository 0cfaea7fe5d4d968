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
