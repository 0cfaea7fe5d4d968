/// Numbers as people read them, the same on every machine: no locale, a no-break space before units, `–` for what is unknown.
package enum NumberText {
    /// Stands for a value that is not known.
    package static let unknown = "–"
    /// Between a number and its unit.
    private static let space = "\u{A0}"

    /// With exactly `decimals` places, ties away from zero: `12.50`, `∞`.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard !value.isNaN else { return unknown }
        guard value.isFinite else { return value < 0 ? "−∞" : "∞" }
        let scale = (0..<max(0, decimals)).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 9e18 else { return "\(value)" }
        let units = UInt64(scaled)
        let sign = value < 0 && units > 0 ? "−" : ""
        guard decimals > 0 else { return sign + String(units) }
        let digits = String(units)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    /// With `digits` significant digits where they fall behind the point, none of them dropped before it: `0.0123`, `1.23`, `1234`.
    package static func significant(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : fixed(value, 0) }
        var decimals = digits - 1
        var rest = value.magnitude
        while rest >= 10, decimals > 0 {
            rest /= 10
            decimals -= 1
        }
        while rest < 1, decimals < 14 {
            rest *= 10
            decimals += 1
        }
        return fixed(value, decimals)
    }

    /// Thousands set apart: `1 800`.
    package static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "\u{202F}" }
            text.append(digit)
        }
        return text
    }

    /// A share of one: `91 %`, `0.4 %`.
    package static func percent(_ share: Double, _ decimals: Int = 0) -> String {
        "\(percentNumber(share, decimals))\(space)%"
    }

    /// A confidence: as ``percent(_:_:)``, up to `> 99 %`: draws of some thousands tell no more.
    package static func confidence(_ share: Double) -> String {
        share > 0.99 ? ">\(space)\(percent(0.99))" : percent(share)
    }

    /// A share of one as a number of percent, without the sign.
    package static func percentNumber(_ share: Double, _ decimals: Int = 0) -> String { fixed(share * 100, decimals) }

    /// `640 µs`, `85 ms`, `2.13 s`, `1 min 40 s`, `∞`.
    package static func duration(milliseconds value: Double) -> String {
        guard value.isFinite else { return fixed(value, 0) }
        guard value.magnitude < 1e15 else { return "\(fixed(value / 1_000, 0))\(space)s" }
        switch value.magnitude {
        case 0: return "0\(space)ms"
        case ..<1: return "\(fixed(value * 1_000, 0))\(space)µs"
        case ..<10: return "\(fixed(value, 1))\(space)ms"
        case ..<1_000: return "\(fixed(value, 0))\(space)ms"
        case ..<10_000: return "\(fixed(value / 1_000, 2))\(space)s"
        case ..<120_000: return "\(fixed(value / 1_000, 1))\(space)s"
        default:
            let seconds = Int((value / 1_000).rounded())
            let rest = seconds % 60 == 0 ? "" : "\(space)\(seconds % 60)\(space)s"
            return "\(seconds / 60)\(space)min\(rest)"
        }
    }

    /// `$1.37`, `$0.0011`, `$0`: two places from a dollar up, three significant digits below.
    package static func dollars(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? unknown : "$∞" }
        let text = value.magnitude >= 1 ? fixed(value.magnitude, 2) : significant(value.magnitude, 3)
        return "\(value < 0 ? "−" : "")$\(trimmed(text))"
    }

    package static func dollars(_ value: USD) -> String { dollars(value.dollars) }

    /// `2026-11-22 19:13:05 UTC` of microseconds since 1970.
    package static func timestamp(microseconds: Int64) -> String {
        "\(CalendarDay(containing: microseconds)) \(ClockTime(of: microseconds)) UTC"
    }

    /// `in 42 s`, `in 3 min`, `2 h 5 min ago`, `now`: an instant relative to `now`, both in microseconds since 1970.
    ///
    /// Future instants are rounded up: a caller that waits that long has waited enough.
    package static func relative(_ instant: Int64, to now: Int64) -> String {
        let seconds = instant > now ? (instant - now + 999_999) / 1_000_000 : (now - instant) / 1_000_000
        guard seconds > 0 else { return "now" }
        let text = span(seconds: seconds)
        return instant > now ? "in \(text)" : "\(text) ago"
    }

    /// The two largest units of a span: `42 s`, `3 min 20 s`, `2 h 5 min`, `1 d 3 h`.
    private static func span(seconds: Int64) -> String {
        let units: [(size: Int64, name: String)] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")]
        guard let first = units.firstIndex(where: { seconds >= $0.size }) else { return "0 s" }
        let (count, rest) = seconds.quotientAndRemainder(dividingBy: units[first].size)
        let head = "\(count) \(units[first].name)"
        guard units.indices.contains(first + 1), rest >= units[first + 1].size else { return head }
        return "\(head) \(rest / units[first + 1].size) \(units[first + 1].name)"
    }

    /// A fraction that is all zeros says nothing; one that is not keeps its length.
    private static func trimmed(_ text: String) -> String {
        guard let point = text.firstIndex(of: "."), text[point...].dropFirst().allSatisfy({ $0 == "0" }) else {
            return text
        }
        return String(text[..<point])
    }
}
