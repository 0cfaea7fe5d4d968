import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Draws from the distributions that real latencies follow, reproducibly.
struct SimulatedChance: Sendable {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// A generator for one answer: the same parts give the same draws in every process.
    init(seed: UInt64, model: ModelID, digest: String, ordinal: Int) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        for byte in "\(seed)/\(model)/\(digest)/\(ordinal)".utf8 { mix(byte) }
        self.init(seed: hash)
    }

    /// Uniform in 0..<1.
    mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

    mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    mutating func below(_ count: Int) -> Int { count <= 1 ? 0 : Int(uniform() * Double(count)) }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    /// Standard normal, by Box and Muller.
    mutating func normal() -> Double {
        let radius = sqrt(-2 * log(1 - uniform()))
        return radius * cos(2 * .pi * uniform())
    }

    mutating func logNormal(median: Double, sigma: Double) -> Double { median * exp(sigma * normal()) }

    /// Positive with mean 1 and this coefficient of variation: the jitter of gaps between events.
    mutating func jitter(_ variation: Double) -> Double {
        let sigma = sqrt(log(1 + variation * variation))
        return exp(sigma * normal() - sigma * sigma / 2)
    }
}
