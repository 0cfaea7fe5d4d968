import LLMCore

/// The exponential decay of evidence: an attempt's weight halves with every half-life since it ended.
struct HalfLife: Sendable, Hashable {
    let span: Duration

    /// 1 for what ends now, or has a clock ahead of ours.
    func weight(of fact: AttemptFact, now: Int64) -> Double {
        let age = Double(now - fact.endedAt) / max(1, span.milliseconds * 1_000)
        return age <= 0 ? 1 : HalfLife.powerOfTwo(minus: age)
    }

    /// 2⁻ˣ for x >= 0: the whole part by the exponent, the rest by its power series. No C library.
    static func powerOfTwo(minus x: Double) -> Double {
        guard x < 1_000 else { return 0 }
        let whole = x.rounded(.down)
        let rest = -(x - whole) * 0.693147180559945309
        var (term, sum) = (1.0, 1.0)
        for n in 1..<18 {
            term *= rest / Double(n)
            sum += term
        }
        return sum * Double(sign: .plus, exponent: -Int(whole), significand: 1)
    }
}
