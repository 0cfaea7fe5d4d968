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
        // 0.95 · 20 is 19.000000000000004 in binary: a rank is not raised by rounding.
        let rank = Int((q * Double(values.count) - 1e-9).rounded(.up))
        return values[min(max(rank, 1), values.count) - 1]
    }

    /// The exact interval of a quantile between two order statistics (David and Nagaraja, "Order Statistics", 7.1): the
    /// chance that fewer than `low` or at least `high` values lie below the true quantile is binomial.
    ///
    /// - Returns: `nil` when `values` are too few for one: see ``leastCount(forQuantile:confidence:)``.
    public static func quantileInterval(
        sorted values: [Double], quantile q: Double, confidence: Double = defaultConfidence
    ) -> Interval? {
        guard let ranks = quantileRanks(count: values.count, quantile: q, confidence: confidence) else { return nil }
        return Interval(low: values[ranks.low - 1], high: values[ranks.high - 1])
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
        let n = Platform.ln((1 - confidence) / 2) / Platform.ln(max(q, 1 - q))
        return Int((n - 1e-9).rounded(.up))
    }
}
