import LLMCore

/// Observations in their order in time, of which each resembles the one before: under load a queue makes neighbours alike.
extension Statistics {
    /// The correlation of each value with the next; `nil` where nothing varies, or below three values.
    package static func lagOneCorrelation(_ values: [Double]) -> Double? {
        guard values.count > 2, let mean = mean(values) else { return nil }
        let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard spread > 0, spread.isFinite else { return nil }
        let together = zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
        return together / spread
    }

    /// The number of independent values that correlated ones are worth: n(1 − ρ)/(1 + ρ), at least one and never more than there are.
    package static func serialCount(_ values: [Double]) -> Double {
        let n = Double(values.count)
        guard let correlation = lagOneCorrelation(values), correlation > 0 else { return n }
        return max(1, n * (1 - correlation) / (1 + correlation))
    }

    /// ``serialCount(_:)`` of several series of one kind, each by the correlation of all where its own is lower: a series without a
    /// failure shows none, though its neighbours are as much alike.
    package static func serialCounts(_ series: [[Double]]) -> [Double] {
        var (together, spread) = (0.0, 0.0)
        for values in series {
            guard let mean = mean(values) else { continue }
            spread += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            together += zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
        }
        let common = spread > 0 ? min(0.999, max(0, together / spread)) : 0
        return series.map { values in
            min(serialCount(values), max(1, Double(values.count) * (1 - common) / (1 + common)))
        }
    }

    /// A rate over outcomes in their order in time: Wilson's interval at their effective number.
    package static func serialRate(_ outcomes: [Bool], confidence: Double = defaultConfidence) -> Estimate? {
        let values = outcomes.map { $0 ? 1.0 : 0.0 }
        guard let rate = mean(values) else { return nil }
        let size = serialCount(values)
        return Estimate(
            value: rate, interval: wilson(successes: rate * size, of: size, confidence: confidence), n: outcomes.count)
    }

    /// The exact interval of a quantile of values in their order in time: at the ranks that as many independent values have as they are
    /// worth, by the correlation of lying at or above the quantile.
    ///
    /// - Returns: `nil` when they are worth too few for one.
    package static func serialQuantileInterval(
        _ values: [Double], quantile q: Double, confidence: Double = defaultConfidence
    ) -> Interval? {
        let sorted = values.sorted()
        guard let mark = nearestRank(sorted: sorted, quantile: q) else { return nil }
        let count = Int(serialCount(values.map { $0 >= mark ? 1 : 0 }))
        guard let ranks = quantileRanks(count: count, quantile: q, confidence: confidence) else { return nil }
        func value(_ rank: Int) -> Double {
            sorted[NearestRank.place(of: Double(rank) / Double(count), among: sorted.count)]
        }
        return Interval(low: value(ranks.low), high: value(ranks.high))
    }
}

extension Statistics {
    /// The closest values that never rise, weighted (isotonic regression by pooling adjacent violators: Ayer et al., 1955).
    package static func fallingFit(_ values: [Double], weights: [Double]) -> [Double] {
        var pools: [(value: Double, weight: Double, count: Int)] = []
        for (value, weight) in zip(values, weights) {
            pools.append((value, weight, 1))
            while pools.count > 1, pools[pools.count - 1].value > pools[pools.count - 2].value {
                let last = pools.removeLast()
                let before = pools.removeLast()
                let weight = before.weight + last.weight
                pools.append(
                    (
                        (before.value * before.weight + last.value * last.weight) / weight, weight,
                        before.count + last.count
                    ))
            }
        }
        return pools.flatMap { Array(repeating: $0.value, count: $0.count) }
    }
}
