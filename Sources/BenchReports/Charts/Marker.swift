/// The shape of an arm, so that no chart depends on colour alone.
enum Marker {
    static let count = 12

    /// Colour and dash classes of the arm at `index`.
    static func style(_ index: Int) -> String { "a\(index % count)" }

    /// The path of the shape at `index`, centred, of about radius `r`.
    static func path(_ index: Int, _ x: Double, _ y: Double, _ r: Double) -> String {
        let points = shapes[index % count]
        guard !points.isEmpty else {
            let n = SVG.number
            return "M\(n(x - r)) \(n(y))a\(n(r)) \(n(r)) 0 1 0 \(n(2 * r)) 0a\(n(r)) \(n(r)) 0 1 0 \(n(-2 * r)) 0z"
        }
        return points.enumerated().map { place, point in
            "\(place == 0 ? "M" : "L")\(SVG.number(x + point.0 * r)) \(SVG.number(y + point.1 * r))"
        }.joined() + "z"
    }

    static func draw(_ index: Int, _ x: Double, _ y: Double, _ r: Double) -> String {
        "<path class=\"mk\" d=\"\(path(index, x, y, r))\"/>"
    }

    /// The marker beside a name; the style sheet cuts the same shapes.
    static func icon(_ index: Int) -> String {
        "<i class=\"m \(style(index))\"></i>"
    }

    // Corners around the origin; empty is the circle.
    private static let shapes: [[(Double, Double)]] = [
        [],
        [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)],
        [(0, -1.12), (1.05, 0.8), (-1.05, 0.8)],
        [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
        [(0, 1.12), (1.05, -0.8), (-1.05, -0.8)],
        [
            (-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4), (0.4, 1.1), (-0.4, 1.1),
            (-0.4, 0.4),
            (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4),
        ],
        [(0, -1.1), (1.05, -0.34), (0.65, 0.9), (-0.65, 0.9), (-1.05, -0.34)],
        [
            (-0.6, -1.1), (0, -0.5), (0.6, -1.1), (1.1, -0.6), (0.5, 0), (1.1, 0.6), (0.6, 1.1), (0, 0.5), (-0.6, 1.1),
            (-1.1, 0.6), (-0.5, 0), (-1.1, -0.6),
        ],
        [
            (0, -1.25), (0.36, -0.42), (1.2, -0.38), (0.56, 0.16), (0.76, 1.02), (0, 0.56), (-0.76, 1.02),
            (-0.56, 0.16), (-1.2, -0.38), (-0.36, -0.42),
        ],
        [(-0.55, -1), (0.55, -1), (1.1, 0), (0.55, 1), (-0.55, 1), (-1.1, 0)],
        [(-0.95, -1.05), (0.95, -1.05), (-0.95, 1.05), (0.95, 1.05)],
        [(1.12, 0), (-0.8, 1.05), (-0.8, -1.05)],
    ]
}
