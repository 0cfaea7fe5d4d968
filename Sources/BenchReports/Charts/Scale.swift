import LLMCore

/// A scale that maps values to places on an axis.
struct Scale {
    enum Kind { case linear, logarithmic }
    private let kind: Kind
    let low: Double
    let high: Double
    private let start: Double
    private let end: Double

    static func linear(_ low: Double, _ high: Double, from start: Double, to end: Double) -> Scale {
        Scale(kind: .linear, low: low, high: high > low ? high : low + 1, start: start, end: end)
    }

    /// `low` must be positive.
    static func logarithmic(_ low: Double, _ high: Double, from start: Double, to end: Double) -> Scale {
        Scale(kind: .logarithmic, low: low, high: high > low ? high : low * 10, start: start, end: end)
    }

    /// Values beyond the ends stay at them.
    func at(_ value: Double) -> Double {
        let value = min(max(value, low), high)
        let share =
            switch kind {
            case .linear: (value - low) / (high - low)
            case .logarithmic: Decimals.log10(value / low) / Decimals.log10(high / low)
            }
        return start + share * (end - start)
    }

    /// Round values inside the domain, about `count` of them.
    func ticks(_ count: Int) -> [Double] {
        switch kind {
        case .linear: Scale.linearTicks(low, high, count)
        case .logarithmic: Scale.logarithmicTicks(low, high, count)
        }
    }

    private static func linearTicks(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
        let rough = (high - low) / Double(max(1, count))
        let power = Decimals.powerOfTen(below: rough)
        let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough } ?? power * 10
        var ticks: [Double] = []
        var index = (low / step).rounded(.up)
        while index * step <= high * (1 + 1e-9) {
            ticks.append(index * step)
            index += 1
        }
        return ticks
    }

    private static func logarithmicTicks(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
        for steps in [[1.0, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]] {
            var ticks: [Double] = []
            var power = Decimals.powerOfTen(below: low)
            while power <= high {
                ticks += steps.map { $0 * power }.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }
                power *= 10
            }
            if ticks.count <= count || steps.count == 1 { return ticks }
        }
        return []
    }
}

/// Powers and logarithms of ten.
enum Decimals {
    static func powerOfTen(below value: Double) -> Double {
        var power = 1.0
        while power > value, power > 1e-15 { power /= 10 }
        while power * 10 <= value, power < 1e15 { power *= 10 }
        return power
    }

    /// The base-two logarithm by repeated squaring of the significand: the standard library has none, and 32 bits are plenty here.
    static func log10(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 0 }
        var exponent = Double(value.exponent)
        var significand = value.significand
        var bit = 0.5
        for _ in 0..<32 {
            significand *= significand
            if significand >= 2 {
                significand /= 2
                exponent += bit
            }
            bit /= 2
        }
        return exponent * 0.301_029_995_663_981_2
    }
}

/// Round values on axes, without the places that make figures comparable: `$0.2`, `2 s`.
enum TickText {
    static func dollars(_ value: Double) -> String { "$" + plain(value) }

    static func duration(_ milliseconds: Double) -> String {
        switch milliseconds {
        case 0: "0"
        case ..<1: plain(milliseconds * 1_000) + "\u{A0}µs"
        case ..<1_000: plain(milliseconds) + "\u{A0}ms"
        default: plain(milliseconds / 1_000) + "\u{A0}s"
        }
    }

    private static func plain(_ value: Double) -> String {
        let text = NumberText.significant(value, 3)
        guard text.contains(".") else { return text }
        let digits = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
        return String(digits.reversed())
    }
}
