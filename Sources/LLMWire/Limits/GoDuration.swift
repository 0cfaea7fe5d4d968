import LLMCore

/// Durations as Go prints them, which OpenAI, Groq and Google send: `2ms`, `1.2s`, `6m0s`, `1h2m3.4s`.
package enum GoDuration {
    private static let attosecondsPerSecond: Int64 = 1_000_000_000_000_000_000
    private static let units: [(name: String, attoseconds: Int64)] = [
        ("ns", 1_000_000_000), ("us", 1_000_000_000_000), ("µs", 1_000_000_000_000), ("μs", 1_000_000_000_000),
        ("ms", 1_000_000_000_000_000),
    ]

    /// The duration, exact to the digits given; `nil` for anything else, a negative one included.
    package static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        var sum = Duration.zero
        guard !rest.isEmpty else { return nil }
        if rest == "0" { return .zero }
        while !rest.isEmpty {
            let number = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0 != "." && !("0"..."9").contains($0) }
            rest = rest.dropFirst(unit.count)
            guard let piece = duration(of: number, unit: String(unit)) else { return nil }
            sum += piece
        }
        return sum
    }

    /// Plain seconds with or without a fraction: `5`, `0.25`.
    package static func seconds(_ text: String) -> Duration? { duration(of: Substring(text), unit: "s") }

    /// Plain milliseconds with or without a fraction.
    package static func milliseconds(_ text: String) -> Duration? { duration(of: Substring(text), unit: "ms") }

    private static func duration(of number: Substring, unit: String) -> Duration? {
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = parts.first, !number.isEmpty, number != "." else { return nil }
        let tail = parts.count > 1 ? parts[1].prefix(18) : ""
        // Beyond a century the figure is nonsense, and far below what overflows.
        guard let whole = head.isEmpty ? 0 : Int64(head), whole >= 0, whole < 4_000_000_000_000,
            head.allSatisfy(\.isNumber), let fraction = tail.isEmpty ? 0 : Int64(tail), fraction >= 0
        else { return nil }
        let scale = pow10(18 - tail.count)
        switch unit {
        case "h": return scaled(whole, fraction, scale, seconds: 3_600)
        case "m": return scaled(whole, fraction, scale, seconds: 60)
        case "s": return scaled(whole, fraction, scale, seconds: 1)
        default:
            guard let row = units.first(where: { $0.name == unit }) else { return nil }
            let perSecond = attosecondsPerSecond / row.attoseconds
            return .seconds(whole / perSecond)
                + Duration(
                    secondsComponent: 0,
                    attosecondsComponent: whole % perSecond * row.attoseconds + fraction * scale / perSecond)
        }
    }

    private static func scaled(_ whole: Int64, _ fraction: Int64, _ scale: Int64, seconds: Int64) -> Duration {
        let part = Duration(secondsComponent: 0, attosecondsComponent: fraction * scale)
        return .seconds(whole * seconds) + part * Int(seconds)
    }

    private static func pow10(_ exponent: Int) -> Int64 { (0..<exponent).reduce(1) { value, _ in value * 10 } }

    /// Writes a duration to the millisecond, for rate-limit headers: `1h2m3.4s`.
    package static func text(_ duration: Duration) -> String {
        let milliseconds = max(0, Int(duration.milliseconds.rounded()))
        guard milliseconds > 0 else { return "0s" }
        guard milliseconds >= 1_000 else { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1_000
        var text = ""
        if seconds >= 3_600 { text += "\(seconds / 3_600)h" }
        if seconds >= 60 { text += "\(seconds / 60 % 60)m" }
        var fraction = String(milliseconds % 1_000 + 1_000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        text += "\(seconds % 60)"
        return text + (fraction.isEmpty ? "" : ".\(fraction)") + "s"
    }
}
