import BenchCore
import LLMCore
import Testing

@Suite("Statistics of a series in time", .timeLimit(.minutes(2)))
struct SerialStatisticsTests {
    /// Outcomes of which each repeats the one before with the chance `correlation`.
    static func outcomes(_ count: Int, share: Double, correlation: Double, _ random: inout SeededGenerator) -> [Bool] {
        var last: Bool?
        return (0..<count).map { _ in
            let repeats = random.unit() < correlation
            let draw = random.unit() < share
            let next = repeats ? last ?? draw : draw
            last = next
            return next
        }
    }

    @Test("independent values are worth their number, never more, and correlated ones less")
    func count() {
        var random = SeededGenerator(seed: 3)
        let alike = Self.outcomes(4_000, share: 0.6, correlation: 0.5, &random).map { $0 ? 1.0 : 0 }
        // (1 − 0.5) / (1 + 0.5) of 4 000.
        #expect(abs(Statistics.serialCount(alike) - 4_000 / 3) < 150)
        let alternating = (0..<100).map { $0.isMultiple(of: 2) ? 1.0 : 0 }
        #expect(Statistics.serialCount(alternating) == 100)
        #expect(Statistics.serialCount([1, 1, 1]) == 3)
        #expect(Statistics.serialCounts([alternating, [1, 1, 1, 1]]) == [100, 4])
    }

    @Test(
        "a rate's interval holds the truth as often as it says, also where neighbours are alike", arguments: [0, 0.5])
    func coverage(correlation: Double) throws {
        var random = SeededGenerator(seed: 11)
        var held = 0
        for _ in 0..<600 {
            let outcomes = Self.outcomes(300, share: 0.8, correlation: correlation, &random)
            let interval = try #require(Statistics.serialRate(outcomes)?.interval)
            if interval.low <= 0.8, interval.high >= 0.8 { held += 1 }
        }
        #expect(held >= 550, "\(held) of 600")
    }

    @Test("a quantile of correlated times has a wider interval than the same times shuffled")
    func quantile() throws {
        var random = SeededGenerator(seed: 5)
        // A queue that fills and drains.
        let waves = (0..<400).map { Double(($0 / 50).isMultiple(of: 2) ? 100 : 300) + 20 * random.unit() }
        let order = random.permutation(of: waves.count)
        let serial = try #require(Statistics.serialQuantileInterval(waves, quantile: 0.5))
        let shuffled = try #require(Statistics.serialQuantileInterval(order.map { waves[$0] }, quantile: 0.5))
        #expect(serial.high - serial.low >= shuffled.high - shuffled.low)
        #expect(Statistics.serialQuantileInterval([1, 2, 3], quantile: 0.95) == nil)
        #expect(Statistics.serialQuantileInterval([.infinity] + waves, quantile: 0.5) != nil)
    }

    @Test("the fit never rises, keeps the weighted mean, and leaves falling values alone")
    func fit() {
        var random = SeededGenerator(seed: 1)
        #expect(Statistics.fallingFit([0.9, 0.5, 0.1], weights: [1, 1, 1]) == [0.9, 0.5, 0.1])
        #expect(Statistics.fallingFit([0.25, 0.75], weights: [3, 1]) == [0.375, 0.375])
        for _ in 0..<200 {
            let values = (0..<8).map { _ in random.unit() }
            let weights = (0..<8).map { _ in 1 + 9 * random.unit() }
            let fit = Statistics.fallingFit(values, weights: weights)
            #expect(zip(fit, fit.dropFirst()).allSatisfy { $0 >= $1 - 1e-12 })
            func sum(_ values: [Double]) -> Double { zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } }
            #expect(abs(sum(fit) - sum(values)) < 1e-9)
        }
    }
}
