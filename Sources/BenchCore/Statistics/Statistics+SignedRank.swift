import LLMCore

extension Statistics {
    /// The typical ratio first / second of latencies or costs over the same cases, "0.62× [0.55, 0.71]": the Hodges-Lehmann estimate (Annals
    /// of Mathematical Statistics 34, 1963) of the logarithm, with the interval of Wilcoxon's signed-rank test.
    ///
    /// The logarithms of a cluster's cases count once, by their mean. A failure comes as infinity: it is infinitely slower than an answer,
    /// and as slow as another failure. The estimate, or an end of the interval, is infinite or 0 where failures decide it.
    ///
    /// - Returns: `nil` of no pairs; no interval where there are too few clusters: 6 at 95 %. `n` counts clusters.
    public static func hodgesLehmannRatio<Cluster: Hashable>(
        _ pairs: [(first: Double, second: Double)], clusters: [Cluster], confidence: Double = defaultConfidence
    ) -> Estimate? {
        let averages = WalshAverages(logarithmicRatios(pairs, clusters: clusters))
        guard averages.count > 0 else { return nil }
        let ratio = { (rank: Int) in Portable.exponential(averages.value(rank: rank)) }
        let middle = midpoint(
            averages.value(rank: (averages.count + 1) / 2), averages.value(rank: averages.count / 2 + 1))
        let rank = SignedRankDistribution(distinct: averages.values.count).lowRank(tail: (1 - confidence) / 2)
        return Estimate(
            value: Portable.exponential(middle),
            interval: rank.map { Interval(low: ratio($0), high: ratio(averages.count + 1 - $0)) },
            n: averages.values.count)
    }

    /// The two-sided p value of "first is typically as large as second" by Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945) on the
    /// logarithms of the ratios, clusters and failures counted as in ``hodgesLehmannRatio(_:clusters:confidence:)``. Equal pairs are left
    /// out; exact, ties included, up to 200 clusters, by the normal approximation, corrected for continuity, above.
    ///
    /// - Returns: 1 when no pair differs.
    public static func signedRankTest<Cluster: Hashable>(
        _ pairs: [(first: Double, second: Double)], clusters: [Cluster]
    ) -> Double {
        let values = logarithmicRatios(pairs, clusters: clusters).filter { $0 != 0 }
        guard !values.isEmpty else { return 1 }
        let ranks = doubledRanks(values.map { abs($0) })
        let positive = zip(values, ranks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
        return SignedRankDistribution(doubledRanks: ranks).twoSided(doubledSum: positive)
    }

    /// The mean of ln(first / second) over each cluster.
    private static func logarithmicRatios<Cluster: Hashable>(
        _ pairs: [(first: Double, second: Double)], clusters: [Cluster]
    ) -> [Double] {
        guard pairs.count == clusters.count else { return [] }
        let logarithms = pairs.map { $0.first == $0.second ? 0 : Portable.ln($0.first / $0.second) }
        return sums(logarithms.map { ($0, 1) }, clusters: clusters).map {
            // ∞ − ∞: failures of either side in one cluster.
            $0.numerator.isNaN ? 0 : $0.numerator / $0.denominator
        }
    }

    /// Twice the rank of each value, the mean of their ranks for equal ones: whole numbers.
    private static func doubledRanks(_ values: [Double]) -> [Int] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Int](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for place in start...end { ranks[order[place]] = start + end + 2 }
            start = end + 1
        }
        return ranks
    }
}

/// The mean of two numbers; of opposite infinities 0, since each outweighs the other.
private func midpoint(_ first: Double, _ second: Double) -> Double {
    let sum = first + second
    return sum.isNaN ? 0 : sum / 2
}

/// The means of every two of some values, each with itself too: never listed, since of a thousand there are half a million.
private struct WalshAverages {
    /// Ascending.
    let values: [Double]
    var count: Int { values.count * (values.count + 1) / 2 }

    init(_ values: [Double]) { self.values = values.sorted() }

    /// The average of one-based rank `rank`: a bisection over all the numbers there are.
    func value(rank: Int) -> Double {
        var (low, high) = (Self.key(values[0]), Self.key(values[values.count - 1]))
        while low < high {
            // Neither sum nor difference of two keys need fit.
            let middle = (low & high) + ((low ^ high) >> 1)
            if count(upTo: Self.number(middle)) >= rank { high = middle } else { low = middle + 1 }
        }
        return Self.number(low)
    }

    private func count(upTo limit: Double) -> Int {
        var total = 0
        var end = values.count
        for start in values.indices {
            while end > start, midpoint(values[start], values[end - 1]) > limit { end -= 1 }
            if end <= start { break }
            total += end - start
        }
        return total
    }

    /// Whole numbers in the order of the numbers whose bits they hold.
    private static func key(_ number: Double) -> Int64 {
        let bits = Int64(bitPattern: (number + 0).bitPattern)
        return bits < 0 ? bits ^ .max : bits
    }

    private static func number(_ key: Int64) -> Double {
        Double(bitPattern: UInt64(bitPattern: key < 0 ? key ^ .max : key))
    }
}

/// The distribution of the sum of those ranks whose sign is positive, when either sign is as likely.
private struct SignedRankDistribution {
    /// Of twice the sum, from 0 on; `nil` where there are so many ranks that the normal distribution, corrected for its continuity, is as good.
    private let chances: [Double]?
    private let mean: Double
    private let deviation: Double

    init(distinct count: Int) { self.init(doubledRanks: (1...count).map { 2 * $0 }) }

    init(doubledRanks ranks: [Int]) {
        let most = ranks.reduce(0, +)
        mean = Double(most) / 4
        deviation = (ranks.reduce(0) { $0 + Double($1) * Double($1) } / 16).squareRoot()
        chances = ranks.count <= 200 ? Self.chances(ranks, most: most) : nil
    }

    private static func chances(_ ranks: [Int], most: Int) -> [Double] {
        var chances = [Double](repeating: 0, count: most + 1)
        chances[0] = 1
        var reached = 0
        for rank in ranks {
            reached += rank
            for sum in stride(from: reached, through: 0, by: -1) {
                chances[sum] = (chances[sum] + (sum >= rank ? chances[sum - rank] : 0)) / 2
            }
        }
        return chances
    }

    /// Twice the chance of the rarer side, the sum found included.
    func twoSided(doubledSum sum: Int) -> Double {
        guard let chances else {
            let distance = max(0, abs(Double(sum) / 2 - mean) - 0.5)
            return 2 * Normal.cumulative(-distance / deviation)
        }
        return min(1, 2 * min(chances[...sum].reduce(0, +), chances[sum...].reduce(0, +)))
    }

    /// The largest rank k with P(sum <= k − 1) <= tail; `nil` when there is none.
    func lowRank(tail: Double) -> Int? {
        guard let chances else {
            return Int((mean + deviation * Normal.quantile(tail) + 0.5).rounded(.down))
        }
        var below = 0.0
        var rank = 0
        while 2 * rank < chances.count {
            below += chances[2 * rank]
            if below > tail * (1 + 1e-12) { break }
            rank += 1
        }
        return rank > 0 ? rank : nil
    }
}
