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

    /// The numbers below `count` in random order (Fisher and Yates).
    package mutating func permutation(of count: Int) -> [Int] {
        var order = Array(0..<count)
        var generator = self
        order.withUnsafeMutableBufferPointer { order in
            for place in order.indices.dropFirst() { order.swapAt(place, generator.index(below: place + 1)) }
        }
        self = generator
        return order
    }

    /// A number uniform in (0, 1).
    package mutating func unit() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// A number from the exponential distribution of mean 1: such weights, divided by their sum, are Dirichlet(1, …, 1).
    package mutating func exponential() -> Double { ExponentialZiggurat.shared.draw(&self) }

    /// Fills a row with such numbers, as one by one they would come.
    package mutating func exponentials(into row: UnsafeMutableBufferPointer<Double>) {
        ExponentialZiggurat.shared.fill(row, &self)
    }

    /// A number from the standard normal distribution (Box and Muller, 1958).
    package mutating func normal() -> Double {
        (-2 * Portable.ln(unit())).squareRoot() * Platform.cosine(2 * Double.pi * unit())
    }

    /// A number from the gamma distribution of scale 1 (Marsaglia and Tsang, 2000).
    package mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else {
            let boost = Portable.exponential(Portable.ln(unit()) / shape)
            return gamma(shape: shape + 1) * boost
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let v = 1 + c * x
            guard v > 0 else { continue }
            let cube = v * v * v
            if Portable.ln(unit()) < 0.5 * x * x + d - d * cube + d * Portable.ln(cube) { return d * cube }
        }
    }
}

/// The exponential distribution as 256 layers of equal area (Marsaglia and Tsang's ziggurat, 2000): of a hundred numbers 99 take one
/// multiplication. A table needs more than a hundred million of them.
private struct ExponentialZiggurat: Sendable {
    static let shared = ExponentialZiggurat()

    /// The beginning of the lowest layer's tail, and the area of each layer.
    private static let edge = 7.697_117_470_131_05
    private static let area = 0.003_949_659_822_581_557
    /// Of each layer, from the lowest up, its width; the last is 0.
    private let widths: [Double]
    /// The density at the widths.
    private let heights: [Double]

    private init() {
        var widths = [Self.area / Portable.exponential(-Self.edge), Self.edge]
        while widths.count < 256 {
            let last = widths[widths.count - 1]
            widths.append(-Portable.ln(Portable.exponential(-last) + Self.area / last))
        }
        widths.append(0)
        self.widths = widths
        heights = widths.map { Portable.exponential(-$0) }
    }

    /// The loop of a derivation: nothing in it but numbers.
    func fill(_ row: UnsafeMutableBufferPointer<Double>, _ random: inout SeededGenerator) {
        var generator = random
        widths.withUnsafeBufferPointer { widths in
            for place in row.indices {
                let bits = generator.next()
                let layer = Int(bits & 0xFF)
                let x = Self.unit(bits) * widths[layer]
                row[place] = x < widths[layer + 1] ? x : draw(&generator, first: bits)
            }
        }
        random = generator
    }

    func draw(_ random: inout SeededGenerator) -> Double { draw(&random, first: random.next()) }

    private static func unit(_ bits: UInt64) -> Double { (Double(bits >> 11) + 0.5) * 0x1p-53 }

    private func draw(_ random: inout SeededGenerator, first: UInt64) -> Double {
        var bits = first
        var start = 0.0
        while true {
            let layer = Int(bits & 0xFF)
            let x = Self.unit(bits) * widths[layer]
            if x < widths[layer + 1] { return start + x }
            if layer == 0 {
                // The tail is the same distribution further out.
                start += Self.edge
            } else {
                let height = heights[layer] + random.unit() * (heights[layer + 1] - heights[layer])
                if isBelow(height, x, layer) { return start + x }
            }
            bits = random.next()
        }
    }

    /// The comparison of a height with the density at `x`, within a layer. The density bends upwards: below its tangent there is no doubt, nor above
    /// the line between its ends, and only between the two it is worth the arithmetic.
    private func isBelow(_ height: Double, _ x: Double, _ layer: Int) -> Bool {
        let (left, top) = (widths[layer + 1], heights[layer + 1])
        if height < top * (1 - (x - left)) - 1e-12 { return true }
        let slope = (top - heights[layer]) / (widths[layer] - left)
        if height > top - slope * (x - left) + 1e-12 { return false }
        return height < Portable.exponential(-x)
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
