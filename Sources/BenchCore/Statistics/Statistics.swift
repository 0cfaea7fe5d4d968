import LLMCore

/// The statistics of `metrics.md`, each with its source. Pure functions; randomness comes in as a seed.
///
/// Infinity is a value: a failed call's latency. It sorts last and is never interpolated.
public enum Statistics {
    /// A range that holds the truth with the confidence asked for.
    public struct Interval: Sendable, Hashable {
        public var low: Double
        public var high: Double
        public init(low: Double, high: Double) {
            self.low = low
            self.high = high
        }
    }

    /// A value with its interval; `interval` is `nil` where too few observations give none.
    public struct Estimate: Sendable, Hashable {
        public var value: Double
        public var interval: Interval?
        /// Independent observations: cases or clusters.
        public var n: Int
        public init(value: Double, interval: Interval?, n: Int) {
            self.value = value
            self.interval = interval
            self.n = n
        }
    }

    public static let defaultConfidence = 0.95
    /// The default number of bootstrap resamples.
    public static let defaultResamples = 10_000

    /// The mean; `nil` of nothing.
    public static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The sample variance, divided by n − 1; `nil` below two values.
    public static func variance(_ values: [Double]) -> Double? {
        guard values.count > 1, let mean = mean(values) else { return nil }
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
}

extension Statistics {
    /// Mean with a cluster-robust interval (Miller 2024, equation 4), t with G − 1 degrees of freedom. With every value a
    /// cluster of its own it is mean ± t·s/√n (Student, 1908). Below two clusters there is no interval.
    public static func clusteredMean<Cluster: Hashable>(
        _ values: [Double], clusters: [Cluster], confidence: Double = defaultConfidence
    ) -> Estimate? {
        guard let mean = mean(values), values.count == clusters.count else { return nil }
        return estimate(
            mean, error: clusteredStandardError(values, clusters: clusters), n: Set(clusters).count,
            confidence: confidence)
    }

    /// √(G/(G−1) · Σ_g (Σ_{i in g} (x_i − x̄))²) / n: the small-sample factor makes single-value clusters give s/√n.
    ///
    /// - Returns: `nil` below two clusters.
    public static func clusteredStandardError<Cluster: Hashable>(_ values: [Double], clusters: [Cluster]) -> Double? {
        guard let mean = mean(values), values.count == clusters.count else { return nil }
        let sums = sums(values.map { ($0 - mean, 1) }, clusters: clusters).map(\.numerator)
        guard sums.count > 1 else { return nil }
        let count = Double(sums.count)
        let total = sums.reduce(0) { $0 + $1 * $1 }
        return (count / (count - 1) * total).squareRoot() / Double(values.count)
    }

    /// Numerators and denominators of cases added up by cluster, in order of first appearance: the order of a dictionary would change the
    /// last digit from run to run.
    static func sums<Cluster: Hashable>(
        _ pairs: [(numerator: Double, denominator: Double)], clusters: [Cluster]
    ) -> [(numerator: Double, denominator: Double)] {
        var places: [Cluster: Int] = [:]
        var sums: [(numerator: Double, denominator: Double)] = []
        for (pair, cluster) in zip(pairs, clusters) {
            let place = places[cluster] ?? sums.count
            if place == sums.count {
                places[cluster] = place
                sums.append((0, 0))
            }
            sums[place].numerator += pair.numerator
            sums[place].denominator += pair.denominator
        }
        return sums
    }

    private static func estimate(_ mean: Double, error: Double?, n: Int, confidence: Double) -> Estimate {
        guard let error, n > 1 else { return Estimate(value: mean, interval: nil, n: n) }
        let half = error * studentQuantile(0.5 + confidence / 2, degreesOfFreedom: Double(n - 1))
        return Estimate(value: mean, interval: Interval(low: mean - half, high: mean + half), n: n)
    }
}

extension Statistics {
    /// The quantile by nearest rank (type 1 of Hyndman and Fan, 1996): always one of the values, so that failures, which
    /// are infinite, are never averaged with anything.
    ///
    /// - Returns: `nil` of nothing.
    public static func nearestRank(_ values: [Double], quantile q: Double) -> Double? {
        nearestRank(sorted: values.sorted(), quantile: q)
    }

    /// ``nearestRank(_:quantile:)`` of values already in ascending order.
    public static func nearestRank(sorted values: [Double], quantile q: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        return values[NearestRank.place(of: q, among: values.count)]
    }

    /// The exact interval of a quantile between two order statistics (David and Nagaraja, "Order Statistics", 7.1): the
    /// chance that fewer than `low` or at least `high` values lie below the true quantile is binomial. Values that come in clusters (the
    /// repeats of a case, the cases of a group) have it at the ranks that as many independent values have as they are worth, by the design
    /// effect of lying below the quantile.
    ///
    /// - Returns: `nil` when the values are worth too few for one: see ``leastCount(forQuantile:confidence:)``.
    public static func clusteredQuantileInterval<Cluster: Hashable>(
        _ values: [Double], clusters: [Cluster], quantile q: Double, confidence: Double = defaultConfidence
    ) -> Interval? {
        let sorted = values.sorted()
        let count = independentCount(values, clusters: clusters, sorted: sorted, quantile: q)
        guard let ranks = quantileRanks(count: count, quantile: q, confidence: confidence) else { return nil }
        func value(_ rank: Int) -> Double {
            sorted[NearestRank.place(of: Double(rank) / Double(count), among: sorted.count)]
        }
        return Interval(low: value(ranks.low), high: value(ranks.high))
    }

    /// The number of independent values that clustered ones are worth: never more than there are, nor fewer than clusters.
    static func independentCount<Cluster: Hashable>(
        _ values: [Double], clusters: [Cluster], sorted: [Double], quantile q: Double
    ) -> Int {
        let groups = Set(clusters).count
        guard groups < values.count, let mark = nearestRank(sorted: sorted, quantile: q) else { return values.count }
        let above = values.map { $0 >= mark ? 1.0 : 0.0 }
        guard let share = mean(above), share > 0, share < 1,
            let error = clusteredStandardError(above, clusters: clusters)
        else { return groups }
        let effect = error * error / (share * (1 - share) / Double(values.count))
        return min(values.count, max(groups, Int(Double(values.count) / max(1, effect))))
    }

    /// One-based ranks l < u with P(B < l) <= α/2 and P(B >= u) <= α/2 for B binomial(n, q), as close as they can be.
    static func quantileRanks(count n: Int, quantile q: Double, confidence: Double) -> (low: Int, high: Int)? {
        let tail = (1 - confidence) / 2
        guard n > 0, q > 0, q < 1 else { return nil }
        guard let low = lowestRank(n, q, tail), let mirrored = lowestRank(n, 1 - q, tail) else { return nil }
        return (low, n - mirrored + 1)
    }

    /// The largest l with P(B <= l − 1) <= tail; `nil` when there is none.
    private static func lowestRank(_ n: Int, _ q: Double, _ tail: Double) -> Int? {
        var sum = 0.0
        var rank = 0
        while rank < n {
            sum += binomialProbability(rank, of: n, q)
            if sum > tail * (1 + 1e-12) { break }
            rank += 1
        }
        return rank > 0 ? rank : nil
    }

    /// The fewest values that give a quantile an interval: n >= ln(α/2) / ln(max(q, 1 − q)). At 95 %: p50 6, p90 36,
    /// p95 72, p99 368, p99.9 3688.
    public static func leastCount(forQuantile q: Double, confidence: Double = defaultConfidence) -> Int {
        let n = Portable.ln((1 - confidence) / 2) / Portable.ln(max(q, 1 - q))
        return Int((n - 1e-9).rounded(.up))
    }
}
