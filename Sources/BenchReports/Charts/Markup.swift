import LLMCore

/// HTML as bytes. Foreign text goes through ``text(_:)`` alone, which leaves nothing of it that could be markup.
struct Markup {
    private(set) var bytes: [UInt8] = []

    /// Markup of our own.
    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Anything else: safe as text and inside a quoted attribute.
    mutating func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
            default: bytes.append(byte)
            }
        }
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
        var markup = Markup()
        markup.text(text)
        return String(decoding: markup.bytes, as: UTF8.self)
    }
}

/// Pieces of SVG as text. Colours come from classes, never from style attributes, which the page's policy forbids.
enum SVG {
    /// A coordinate with at most one place: enough for a screen, and the same bytes everywhere.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int((value * 10).rounded())
        let (whole, rest) = tenths.quotientAndRemainder(dividingBy: 10)
        guard rest != 0 else { return String(whole) }
        return "\(tenths < 0 ? "-" : "")\(whole.magnitude).\(rest.magnitude)"
    }

    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
        "<path class=\"\(style)\" d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\"/>"
    }

    static func rect(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, radius: Double = 0)
        -> String
    {
        let corner = radius > 0 ? " rx=\"\(number(radius))\"" : ""
        return "<rect class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(max(0, width)))\" "
            + "height=\"\(number(height))\"\(corner)/>"
    }

    enum Anchor: String { case start, middle, end }

    static func text(_ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, _ style: String = "")
        -> String
    {
        let place = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
        let look = style.isEmpty ? "" : " class=\"\(style)\""
        return "<text\(look) x=\"\(number(x))\" y=\"\(number(y))\"\(place)>\(Markup.escaped(text))</text>"
    }

    /// A part of a chart that can be reached with the keyboard and says what it shows.
    static func point(_ label: String, _ style: String, _ content: String) -> String {
        "<g class=\"pt \(style)\" tabindex=\"0\" role=\"img\" aria-label=\"\(Markup.escaped(label))\">\(content)</g>"
    }

    /// The whole picture, drawn for one width.
    static func picture(_ frame: ChartFrame, label: String, _ content: String) -> String {
        "<svg class=\"chart \(frame.size.rawValue)\" viewBox=\"0 0 \(number(frame.width)) \(number(frame.height))\" role=\"group\" "
            + "aria-label=\"\(Markup.escaped(label))\">\(content)</svg>"
    }
}

/// The marker of a model, so that no chart depends on colour alone.
enum Marker {
    static let count = 12

    /// Colour and dash classes of the model at `index`.
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
    static func icon(_ index: Int, isDominated: Bool = false) -> String {
        "<i class=\"m \(style(index))\(isDominated ? " dominated" : "")\"></i>"
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
