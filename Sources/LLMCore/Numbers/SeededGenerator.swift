/// A small, fast, seedable generator (SplitMix64): runs and draws are reproducible from the seed they record.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64
    public init(seed: UInt64) { state = seed }
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededGenerator {
    /// A whole number, uniform below `count`, by Lemire's multiplication: `Int.random(in:using:)` may draw otherwise in another Swift,
    /// and figures must come out the same.
    package mutating func index(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    /// A number uniform in (0, 1).
    package mutating func unit() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// A number from the exponential distribution of mean 1: such weights, divided by their sum, are Dirichlet(1, …, 1).
    package mutating func exponential() -> Double { -Platform.ln(unit()) }

    /// A number from the standard normal distribution (Box and Muller, 1958).
    package mutating func normal() -> Double {
        (-2 * Platform.ln(unit())).squareRoot() * Platform.cosine(2 * Double.pi * unit())
    }

    /// A number from the gamma distribution of scale 1 (Marsaglia and Tsang, 2000).
    package mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else {
            let boost = Platform.exponential(Platform.ln(unit()) / shape)
            return gamma(shape: shape + 1) * boost
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = 1 + c * x
            guard v > 0 else { continue }
            let cube = v * v * v
            if Platform.ln(unit()) < 0.5 * x * x + d - d * cube + d * Platform.ln(cube) { return d * cube }
        }
    }
}

/// The distribution of a share of which some trials are known.
package struct BetaDistribution: Sendable, Hashable {
    private let successes: Double
    private let failures: Double

    /// - Parameters:
    ///   - successes: May be a fraction, and 0: then the share is 0.
    ///   - count: More than 0.
    package init(successes: Double, of count: Double) {
        self.successes = max(0, successes)
        failures = max(0, count - successes)
    }

    package var mean: Double { successes + failures > 0 ? successes / (successes + failures) : 0 }

    package var standardDeviation: Double {
        let count = successes + failures
        return count > 0 ? (mean * (1 - mean) / (count + 1)).squareRoot() : 0
    }

    package func draw(_ random: inout SeededGenerator) -> Double {
        guard successes > 0 else { return 0 }
        guard failures > 0 else { return 1 }
        let first = random.gamma(shape: successes)
        return first / (first + random.gamma(shape: failures))
    }
}
