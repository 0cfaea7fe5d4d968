/// A case that nobody ran, added to every test of an arm: the arm is wrong in it and all others are right.
///
/// Without it a run of equal scores would look certain. Its weight is a random share of all weight, as those of the cases are: a whole
/// case's, Exp(1), for an arm that was never wrong, which makes the test of a rate exact (Gaffke, 2005; for right and wrong it is Clopper
/// and Pearson's), and half a case's, Gamma(1/2), Jeffreys's prior, for one that often was.
package struct PseudoCase: Sendable {
    private let quantiles: DrawQuantiles

    package init(draws: Int) { quantiles = .of(draws) }

    /// The shape of the gamma distribution that its weight has.
    ///
    /// - Parameter losses: Cases' worth of score that the arm missed.
    static func shape(losses: Double) -> Double { 0.5 + 0.5 * wholeness(losses) }

    private static func wholeness(_ losses: Double) -> Double { 1 / (1 + max(0, losses)) }

    /// The share of the weight that it has in each draw.
    ///
    /// - Parameters:
    ///   - cases: As many as are independent of each other.
    ///   - losses: Cases' worth of score that the arm missed.
    package func shares(of cases: Double, losses: Double, seed: UInt64) -> [Double] {
        var random = SeededGenerator(seed: seed)
        let wholeness = Self.wholeness(losses)
        let (own, others) = (random.permutation(of: quantiles.count), random.permutation(of: quantiles.count))
        let n = max(cases, 1)
        let (halves, wholes) = (quantiles.halves, quantiles.wholes)
        return own.indices.map { draw in
            let weight = halves[own[draw]] + wholeness * (wholes[own[draw]] - halves[own[draw]])
            // The weight of all cases, Gamma(cases), by the cube of Wilson and Hilferty (1931).
            let root = 1 - 1 / (9 * n) + quantiles.normals[others[draw]] / (3 * n.squareRoot())
            return weight / (n * max(root * root * root, 1e-3) + weight)
        }
    }
}

/// Evenly spaced quantiles of the distributions that draws are made of, ascending, one a draw.
struct DrawQuantiles: Sendable {
    /// Of the standard normal distribution.
    let normals: [Double]
    /// Of Exp(1), a whole case's weight.
    let wholes: [Double]
    /// Of Gamma(1/2), half a case's weight.
    let halves: [Double]
    /// The normal ones, as scores.
    let scores: [Float]

    var count: Int { normals.count }

    /// Those of the draws a table has as a rule: they cost more than judging it does, and every judgement needs them.
    private static let usual = DrawQuantiles(4_000)

    static func of(_ draws: Int) -> DrawQuantiles { draws == usual.count ? usual : DrawQuantiles(draws) }

    private init(_ draws: Int) {
        let places = (0..<draws).map { (Double($0) + 0.5) / Double(draws) }
        normals = places.map(Normal.quantile)
        scores = normals.map { Float($0) }
        wholes = places.map { -Portable.ln(1 - $0) }
        halves = places.map { place in
            let z = Normal.quantile(0.5 + place / 2)
            return z * z / 2
        }
    }
}

/// The intervals of arms' quality, from draws of one number.
package struct QualityInterval {
    private let pseudo: PseudoCase

    package init(draws: Int) { pseudo = PseudoCase(draws: draws) }

    /// From the draws, with a case added in which the arm is wrong for the lower end and right for the upper one. Near 0 and 1 it is at
    /// least as wide as Wilson's.
    ///
    /// - Parameters:
    ///   - mean: As measured.
    ///   - cases: As many as are independent of each other.
    package func of(
        _ draws: [Double], mean: Double, cases: Double, seed: UInt64, confidence: Double = 0.95
    ) -> (low: Double, high: Double) {
        guard !draws.isEmpty else { return (0, 1) }
        let wrong = pseudo.shares(of: cases, losses: cases * (1 - mean), seed: seed)
        let right = pseudo.shares(of: cases, losses: cases * mean, seed: seed)
        let lower = zip(draws, wrong).map { (1 - $1) * $0 }
        let upper = zip(draws, right).map { (1 - $1) * $0 + $1 }
        let tail = (1 - confidence) / 2
        var low = NearestRank.value(of: tail, in: lower)
        var high = NearestRank.value(of: 1 - tail, in: upper)
        if mean <= 0.05 || mean >= 0.95 {
            let wilson = Normal.wilson(successes: cases * mean, of: cases, confidence: confidence)
            (low, high) = (min(low, wilson.low), max(high, wilson.high))
        }
        return (max(0, min(low, mean)), min(1, max(high, mean)))
    }
}
