import LLMCore

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
