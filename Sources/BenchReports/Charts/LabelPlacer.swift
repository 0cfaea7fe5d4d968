/// Puts names beside points so that they cover neither points nor each other; a name without room is left to the legend.
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
