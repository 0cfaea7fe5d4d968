import LLMCore
import Testing

@testable import BenchCore

@Suite("statistics: the worked numbers", .timeLimit(.minutes(2)))
struct StatisticsTests {
    private func close(_ left: Double?, _ right: Double, _ tolerance: Double = 5e-4) -> Bool {
        left.map { abs($0 - right) <= tolerance } ?? false
    }

    @Test(
        "normal and Student quantiles are those of the tables",
        arguments: [
            (0.975, Double.infinity, 1.959964), (0.8, .infinity, 0.841621), (0.5, .infinity, 0),
            (0.025, .infinity, -1.959964),
            (0.975, 1, 12.706205), (0.975, 3, 3.182446), (0.975, 10, 2.228139), (0.95, 30, 1.697261),
            (0.995, 5, 4.032143), (0.975, 1_000, 1.962339), (0.025, 3, -3.182446),
        ])
    func quantiles(p: Double, df: Double, expected: Double) {
        let value =
            df.isFinite ? Statistics.studentQuantile(p, degreesOfFreedom: df) : Normal.quantile(p)
        #expect(close(value, expected, 1e-6), "\(value)")
    }

    @Test(
        "Wilson's interval of a rate",
        arguments: [
            (3, 4, 0.3006, 0.9544), (0, 4, 0, 0.4899), (4, 4, 0.5101, 1), (1, 1, 0.2065, 1), (90, 100, 0.8256, 0.9448),
        ])
    func wilson(successes: Int, n: Int, low: Double, high: Double) {
        let interval = Statistics.wilson(successes: successes, of: n)
        #expect(close(interval?.low, low) && close(interval?.high, high), "\(String(describing: interval))")
    }

    @Test(
        "half-widths of Wilson's interval at 0.9, as the guidance states them",
        arguments: [(20, 0.14), (50, 0.086), (100, 0.06), (200, 0.042)])
    func wilsonWidths(n: Int, half: Double) throws {
        let interval = try #require(Statistics.wilson(successes: 0.9 * Double(n), of: Double(n)))
        #expect(close((interval.high - interval.low) / 2, half, 0.006))
    }

    @Test("of nothing there is no interval")
    func nothing() {
        #expect(Statistics.wilson(successes: 0, of: 0) == nil)
        #expect(Statistics.clusteredMean([], clusters: [Int]()) == nil)
        #expect(Statistics.clusteredMean([1], clusters: [0])?.interval == nil)
        #expect(Statistics.nearestRank([], quantile: 0.5) == nil)
        #expect(Statistics.ratio([], seed: 1) == nil)
    }

    @Test(
        "nearest rank is always one of the values",
        arguments: [
            (0.5, 4, 2), (0.5, 5, 3), (0.95, 20, 19), (0.95, 21, 20), (0.99, 100, 99), (0.99, 101, 100), (1, 3, 3),
            (0, 3, 1), (0.95, 1, 1),
        ])
    func ranks(q: Double, n: Int, expected: Int) {
        #expect(Statistics.nearestRank((1...n).map(Double.init).reversed(), quantile: q) == Double(expected))
    }

    @Test("failures are infinite and never interpolated")
    func failures() {
        let latencies = [Double](repeating: 100, count: 94) + [Double](repeating: .infinity, count: 6)
        #expect(Statistics.nearestRank(latencies, quantile: 0.94) == 100)
        #expect(Statistics.nearestRank(latencies, quantile: 0.95) == .infinity)
        let interval = Self.interval(latencies, 0.95)
        #expect(interval?.low == 100 && interval?.high == .infinity)
    }

    @Test(
        "a quantile has no interval below its least count, and one from there on",
        arguments: [(0.5, 6), (0.9, 36), (0.95, 72), (0.99, 368), (0.999, 3_688)])
    func leastCounts(q: Double, n: Int) {
        #expect(Statistics.leastCount(forQuantile: q) == n)
        let values = (1...n).map(Double.init)
        #expect(Self.interval(Array(values.dropLast()), q) == nil)
        #expect(Self.interval(values, q) != nil)
    }

    /// Of independent values.
    private static func interval(_ values: [Double], _ q: Double) -> Statistics.Interval? {
        Statistics.clusteredQuantileInterval(values, clusters: Array(values.indices), quantile: q)
    }

    @Test("an order-statistic interval covers at least what it says, and no wider than it must")
    func quantileCoverage() throws {
        for (n, q) in [(6, 0.5), (10, 0.5), (72, 0.95), (200, 0.95), (1_000, 0.99)] {
            let ranks = try #require(Statistics.quantileRanks(count: n, quantile: q, confidence: 0.95))
            let below = { (rank: Int) in
                (0..<rank).reduce(0.0) { $0 + Statistics.binomialProbability($1, of: n, q) }
            }
            #expect(below(ranks.low) <= 0.025 && below(ranks.low + 1) > 0.025)
            #expect(1 - below(ranks.high) <= 0.025 + 1e-9)
            #expect(below(ranks.high) - below(ranks.low) >= 0.95 - 1e-9)
        }
        // The textbook case: the median of ten lies between the 2nd and the 9th.
        let ten = try #require(Statistics.quantileRanks(count: 10, quantile: 0.5, confidence: 0.95))
        #expect(ten == (2, 9))
    }

    @Test("means have Student's interval")
    func means() throws {
        let estimate = try #require(Statistics.clusteredMean([1, 2, 3, 4], clusters: Array(0..<4)))
        #expect(estimate.value == 2.5 && estimate.n == 4)
        #expect(close(estimate.interval?.low, 0.4457) && close(estimate.interval?.high, 4.5543))
    }

    @Test("copies of a value add nothing")
    func clusters() throws {
        let values = [1.0, 2, 3, 4, 7]
        let plain = try #require(Statistics.clusteredMean(values, clusters: Array(0..<5))?.interval)
        let doubled = try #require(
            Statistics.clusteredMean(values + values, clusters: Array(0..<5) + Array(0..<5)))
        #expect(doubled.n == 5)
        #expect(close(doubled.interval?.low, plain.low, 1e-12))
        let naive = try #require(Statistics.clusteredMean(values + values, clusters: Array(0..<10))?.interval)
        #expect(naive.high - naive.low < plain.high - plain.low)
    }

    @Test("a rate over repeats is no surer than its cases")
    func clusteredRates() throws {
        // Ten cases, three identical repeats each: n is 10, not 30.
        let outcomes = (0..<30).map { $0 / 3 < 7 }
        let estimate = try #require(Statistics.clusteredRate(outcomes, clusters: (0..<30).map { $0 / 3 }))
        let ten = try #require(Statistics.wilson(successes: 7, of: 10))
        let low = try #require(estimate.interval?.low)
        #expect(estimate.n == 10 && close(estimate.value, 0.7, 1e-12) && low <= ten.low + 0.02)
        let all = try #require(
            Statistics.clusteredRate([Bool](repeating: true, count: 12), clusters: (0..<12).map { $0 / 3 }))
        #expect(close(all.interval?.low, 0.5101) && all.interval?.high == 1)
    }

    @Test(
        "McNemar's exact test", arguments: [(0, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (10, 2, 0.03857), (3, 3, 1)])
    func mcNemar(b: Int, c: Int, p: Double) {
        #expect(close(Statistics.mcNemar(onlyFirst: b, onlySecond: c), p, 1e-5))
        #expect(close(Statistics.mcNemar(onlyFirst: c, onlySecond: b), p, 1e-5))
    }

    @Test("Holm's adjustment, in the order given")
    func holm() {
        let adjusted = Statistics.holm([0.01, 0.04, 0.03, 0.005])
        for (value, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) { #expect(close(value, expected, 1e-12)) }
        #expect(Statistics.holm([]) == [] && Statistics.holm([0.7, 0.9]) == [1, 1])
    }

    @Test(
        "pass@k and pass^k",
        arguments: [(3, 5, 1, 0.6, 0.6), (3, 5, 2, 0.9, 0.3), (3, 5, 3, 1.0, 0.1), (0, 5, 2, 0, 0), (5, 5, 5, 1, 1)])
    func passes(c: Int, n: Int, k: Int, any: Double, all: Double) {
        #expect(close(Statistics.passAtK(passes: c, of: n, k: k), any, 1e-12))
        #expect(close(Statistics.passHatK(passes: c, of: n, k: k), all, 1e-12))
        #expect(Statistics.passAtK(passes: c, of: n, k: n + 1) == nil)
    }

    @Test(
        "as many cases are needed as the guidance says: a fraction of a case is a case",
        arguments: [
            (0.1, 0.2, 150), (0.1, 0.3, 228), (0.05, 0.1, 307), (0.05, 0.2, 621), (0.05, 0.3, 935), (0.02, 0.1, 1_955),
        ])
    func power(d: Double, discordance: Double, n: Int) throws {
        let variance = discordance - d * d
        #expect(Statistics.casesNeeded(difference: d, variance: variance) == n)
        let seen = try #require(Statistics.detectableDifference(cases: n, variance: variance))
        let unseen = try #require(Statistics.detectableDifference(cases: n - 1, variance: variance))
        #expect(seen <= d && unseen > d)
        #expect(Statistics.casesNeeded(difference: 0, variance: 1) == nil)
        #expect(Statistics.detectableDifference(cases: 0, variance: 1) == nil)
    }

    @Test("paired statistics see what an unpaired look would not")
    func paired() throws {
        // Cases differ a hundredfold in difficulty; the second model is always about 10 % slower.
        let pairs = (1...40).map { index in
            let base = 10.0 * Double(index * index)
            return (first: base, second: base * (1.1 + 0.001 * Double(index % 7)))
        }
        let clusters = Array(pairs.indices)
        let ratio = try #require(Statistics.hodgesLehmannRatio(pairs, clusters: clusters))
        let interval = try #require(ratio.interval)
        #expect(close(ratio.value, 1 / 1.103, 1e-3) && interval.high < 0.91 && interval.low > 0.9)
        #expect(Statistics.signedRankTest(pairs, clusters: clusters) < 1e-10)
        let difference = try #require(
            Statistics.pairedDifference(pairs, clusters: clusters, seed: 1, resamples: 2_000))
        #expect(difference.value < 0 && (difference.interval?.high ?? 0) < 0)
    }

    @Test("a ratio of failures: infinitely slower than an answer, as slow as each other")
    func failedRatios() throws {
        let failing = [(first: Double.infinity, second: 1.0)] + (1...19).map { (first: Double($0), second: Double($0)) }
        let one = try #require(Statistics.hodgesLehmannRatio(failing, clusters: Array(0..<20)))
        #expect(one.value == 1 && one.interval?.high == 1)
        let all = failing.map { _ in (first: Double.infinity, second: 2.0) }
        #expect(Statistics.hodgesLehmannRatio(all, clusters: Array(0..<20))?.value == .infinity)
        let both = [(first: Double.infinity, second: Double.infinity)]
        #expect(Statistics.hodgesLehmannRatio(both, clusters: [0])?.value == 1)
        #expect(Statistics.signedRankTest(both, clusters: [0]) == 1)
        let none: [(first: Double, second: Double)] = []
        #expect(Statistics.hodgesLehmannRatio(none, clusters: [Int]()) == nil)
    }

    @Test("a group counts once, however many cases it has")
    func groupedRatios() throws {
        let pairs = (0..<60).map { (first: 100.0 + Double($0 / 10), second: 100.0) }
        let alone = try #require(Statistics.hodgesLehmannRatio(pairs, clusters: Array(0..<60)))
        let grouped = try #require(Statistics.hodgesLehmannRatio(pairs, clusters: (0..<60).map { $0 / 10 }))
        #expect(alone.n == 60 && grouped.n == 6)
        #expect(Statistics.signedRankTest(pairs, clusters: (0..<60).map { $0 / 10 }) == 0.0625)
        #expect((grouped.interval?.low ?? 2) < (alone.interval?.low ?? 0))
    }

    @Test("no difference found is not equivalence")
    func equivalence() throws {
        let clusters = Array(0..<20)
        let noisy = clusters.map { $0.isMultiple(of: 2) ? 0.5 : -0.5 }
        let steady = clusters.map { $0.isMultiple(of: 2) ? 0.01 : -0.01 }
        let unknown = try #require(Statistics.equivalence(ofDifferences: noisy, clusters: clusters, margin: 0.1))
        let equal = try #require(Statistics.equivalence(ofDifferences: steady, clusters: clusters, margin: 0.1))
        #expect(unknown.p > 0.05 && equal.p < 1e-6)
        // Better by far is not worse, and not equivalent.
        let better = try #require(
            Statistics.equivalence(ofDifferences: steady.map { $0 + 0.3 }, clusters: clusters, margin: 0.1))
        #expect(better.atMostMinusMargin < 1e-6 && better.p > 0.99)
        #expect(Statistics.equivalence(ofDifferences: [0.1], clusters: [0], margin: 0.1) == nil)
        #expect(Statistics.equivalence(ofDifferences: [0.1, .infinity], clusters: [0, 1], margin: 0.1) == nil)
    }

    @Test(
        "differences without spread prove no more than their number", arguments: [(20, false), (58, false), (59, true)])
    func spreadless(n: Int, isEquivalent: Bool) throws {
        let differences = [Double](repeating: 0, count: n)
        let clusters = Array(0..<n)
        let found = try #require(
            Statistics.equivalence(ofDifferences: differences, clusters: clusters, margin: 0.05, bound: 1))
        #expect((found.p < 0.05) == isEquivalent, "\(found.p)")
        #expect(Statistics.equivalence(ofDifferences: differences, clusters: clusters, margin: 0.05) == nil)
        // 0.1 has no binary digits that add up: what is left of them is no spread.
        let tenths = [Double](repeating: 0.1, count: n)
        #expect(Statistics.equivalence(ofDifferences: tenths, clusters: clusters, margin: 0.5) == nil)
    }

    @Test("cost per pass is a ratio of sums over whole cases")
    func costPerPass() throws {
        let pairs = (0..<50).map { (numerator: $0.isMultiple(of: 2) ? 0.02 : 0.01, denominator: $0 < 40 ? 1.0 : 0) }
        let estimate = try #require(Statistics.ratio(pairs, seed: 7, resamples: 2_000))
        #expect(close(estimate.value, 0.75 / 40, 1e-12))
        let interval = try #require(estimate.interval)
        #expect(interval.low < estimate.value && estimate.value < interval.high && interval.high < 0.025)
        let none = try #require(Statistics.ratio([(1, 0), (1, 0)], seed: 7, resamples: 100))
        #expect(none.value == .infinity && none.interval?.high == .infinity)
    }

    @Test("a bootstrap comes out the same from the same seed, and covers the mean of a known sample")
    func bootstrap() throws {
        var random = SeededGenerator(seed: 3)
        var covered = 0
        for seed in 0..<200 {
            let pairs = (0..<30).map { _ in (first: random.normal() + 1, second: 0.0) }
            let estimate = try #require(
                Statistics.pairedDifference(pairs, clusters: Array(0..<30), seed: UInt64(seed), resamples: 300))
            if seed == 0 {
                #expect(
                    Statistics.pairedDifference(pairs, clusters: Array(0..<30), seed: 0, resamples: 300) == estimate)
            }
            let interval = try #require(estimate.interval)
            if interval.low <= 1, 1 <= interval.high { covered += 1 }
        }
        // The percentile bootstrap of 30 covers about 93 %.
        #expect(covered >= 176 && covered <= 198, "\(covered)")
    }

    @Test("seeded samples have the moments of their distributions")
    func sampling() {
        var random = SeededGenerator(seed: 1)
        let exponential = (0..<20_000).map { _ in random.exponential() }
        let normal = (0..<20_000).map { _ in random.normal() }
        #expect(close(Statistics.mean(exponential), 1, 0.03) && close(Statistics.variance(exponential), 1, 0.08))
        #expect(close(Statistics.mean(normal), 0, 0.03) && close(Statistics.variance(normal), 1, 0.04))
        var counts = [Int](repeating: 0, count: 5)
        for _ in 0..<20_000 { counts[random.index(below: 5)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 4_000) < 300 }, "\(counts)")
    }
}
