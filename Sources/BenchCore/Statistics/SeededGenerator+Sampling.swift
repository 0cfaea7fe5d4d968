import LLMCore

extension SeededGenerator {
    /// Uniform below `count`, by Lemire's multiplication: `Int.random(in:using:)` may draw otherwise in another Swift,
    /// and figures must come out the same.
    mutating func index(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    /// Uniform in (0, 1).
    mutating func unit() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// From the exponential distribution of mean 1: such weights, divided by their sum, are Dirichlet(1, …, 1).
    mutating func exponential() -> Double { -Platform.ln(unit()) }

    /// From the standard normal distribution (Box and Muller, 1958).
    mutating func normal() -> Double {
        (-2 * Platform.ln(unit())).squareRoot() * Platform.cosine(2 * Double.pi * unit())
    }
}
