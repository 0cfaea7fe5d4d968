import BenchCore
import LLMCore
import Testing

@Suite("The highest rate at which an objective holds", .timeLimit(.minutes(5)))
struct RateCapacityTests {
    private static let rates = RateSweep(1, to: 32, steps: 6).rates

    private func steps(_ good: [Int], of n: Int = 100) -> [RateCapacity.Step] {
        zip(Self.rates, good).map { rate, good in
            // Spread evenly, so that neighbours are not alike.
            RateCapacity.Step(
                rate: rate, outcomes: (0..<n).map { ($0 + 1) * good / n > $0 * good / n })
        }
    }

    @Test("the crossing is found between the rates beside it, over the logarithm of the rate")
    func crossing() throws {
        let capacity = try #require(RateCapacity(steps([100, 100, 100, 100, 90, 20]), share: 0.95, seed: 1))
        guard case .upTo(let rate) = capacity.finding else { return #expect(Bool(false), "\(capacity.finding)") }
        // Halfway from 100 to 90 % between 8 and 16.
        #expect(abs(rate - 8 * 2.0.squareRoot()) < 0.01)
        let (low, high) = (try #require(capacity.low), try #require(capacity.high))
        #expect(low <= rate && rate <= high && low >= 4 && high >= 15.9)
    }

    @Test("the edges have words of their own")
    func edges() throws {
        let all = try #require(RateCapacity(steps([200, 200, 200, 200, 200, 200], of: 200), share: 0.95, seed: 1))
        #expect(all.finding == .everywhere && all.high == nil && all.text == "at every rate tried (≥ 32/s)")
        let none = try #require(RateCapacity(steps([50, 40, 30, 20, 10, 0]), share: 0.95, seed: 1))
        #expect(none.finding == .nowhere && none.low == nil && none.text == "at none (< 1/s)")
        let few = try #require(RateCapacity(steps([10, 10, 10, 10, 10, 10], of: 10), share: 0.95, seed: 1))
        #expect(few.text.hasPrefix("at every rate tried (≥ 32/s, not certain: [< 1,"), "ten of ten prove little")
        #expect(RateCapacity([], share: 0.95, seed: 1) == nil)
        #expect(RateCapacity([.init(rate: 3, outcomes: [])], share: 0.95, seed: 1) == nil)
    }

    @Test("same seed, same figures; the order of the steps does not matter")
    func seeded() throws {
        let steps = steps([99, 97, 98, 96, 80, 3])
        let first = try #require(RateCapacity(steps, share: 0.95, seed: 9))
        #expect(RateCapacity(steps.reversed(), share: 0.95, seed: 9) == first)
    }

    @Test("more good trials never lower it")
    func monotone() throws {
        func rank(_ capacity: RateCapacity) -> Double {
            switch capacity.finding {
            case .nowhere: 0
            case .upTo(let rate): rate
            case .everywhere: .infinity
            }
        }
        var random = SeededGenerator(seed: 2)
        for _ in 0..<100 {
            var good = (0..<6).map { _ in 80 + random.index(below: 21) }
            let before = try #require(RateCapacity(steps(good), share: 0.95, seed: 1, draws: 50))
            good[random.index(below: 6)] = 100
            let after = try #require(RateCapacity(steps(good), share: 0.95, seed: 1, draws: 50))
            // The effective numbers, which weigh the fit, change a little with the outcomes.
            #expect(rank(after) >= rank(before) * 0.9)
        }
    }

    @Test(
        "on a server with a known knee the interval holds it as often as it says, also where neighbours are alike",
        arguments: [(0.0, 100), (0.5, 100), (0.0, 200), (0.5, 200)])
    func coverage(correlation: Double, trials: Int) throws {
        for (knee, steepness) in [(9.0, 3.0), (7.9, 3.0), (15.5, 6.0), (3.0, 1.0)] {
            var random = SeededGenerator(seed: UInt64(trials) &+ UInt64(knee * 10))
            var held = 0
            for run in 0..<80 {
                let steps = Self.rates.map { rate in
                    // The share that is good: 95 % at the knee, falling with the logarithm of the rate.
                    let odds = 19 * Portable.exponential(-steepness * Portable.ln(rate / knee))
                    return RateCapacity.Step(
                        rate: rate,
                        outcomes: SerialStatisticsTests.outcomes(
                            trials, share: odds / (1 + odds), correlation: correlation, &random))
                }
                let capacity = try #require(RateCapacity(steps, share: 0.95, seed: UInt64(run), draws: 200))
                if (capacity.low ?? 0) <= knee, knee <= capacity.high ?? .infinity { held += 1 }
            }
            #expect(held >= 74, "\(held) of 80 with the knee at \(knee)")
        }
    }
}
