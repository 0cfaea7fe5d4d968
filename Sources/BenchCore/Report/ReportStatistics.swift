import LLMCore

/// The statistics of `metrics.md` as figures: thin over ``Statistics``.
struct ReportStatistics: Sendable {
    let seed: UInt64
    /// Most that a bootstrap makes.
    let resamples: Int

    /// Passes among outcomes that come in clusters (the repeats of a case): Wilson's interval, widened where repeats agree.
    static func share(_ groups: [(count: Int, of: Int)]) -> Figure {
        let n = groups.reduce(0) { $0 + $1.of }
        guard n > 0 else { return .none }
        let count = groups.reduce(0) { $0 + $1.count }
        let value = Double(count) / Double(n)
        guard groups.contains(where: { $0.of > 1 }) else {
            return figure(value, Statistics.wilson(successes: count, of: n), n: n, needed: 1)
        }
        var outcomes: [Bool] = []
        var clusters: [Int] = []
        for (cluster, group) in groups.enumerated() {
            for place in 0..<group.of {
                outcomes.append(place < group.count)
                clusters.append(cluster)
            }
        }
        return figure(value, Statistics.clusteredRate(outcomes, clusters: clusters)?.interval, n: n, needed: 1)
    }

    /// By nearest rank, with the exact interval where `n` allows one. Failures come as infinity.
    static func percentile(_ values: [Double], _ q: Double) -> Figure {
        let sorted = values.sorted()
        guard let value = Statistics.nearestRank(sorted: sorted, quantile: q) else { return .none }
        return figure(
            value, Statistics.quantileInterval(sorted: sorted, quantile: q), n: values.count,
            needed: Statistics.leastCount(forQuantile: q))
    }

    /// The mean of scores, within 0...1.
    static func meanScore(_ values: [Double]) -> Figure {
        guard let estimate = Statistics.meanEstimate(values) else { return .none }
        let interval = estimate.interval.map { Statistics.Interval(low: max(0, $0.low), high: min(1, $0.high)) }
        return figure(estimate.value, interval.map { widened($0, values) }, n: values.count, needed: 2)
    }

    /// Scores that are all alike show no spread, which does not make their mean certain: 20 right of 20 are what a model that
    /// fails one in ten gives now and then. No values within 0...1 spread more than outcomes of the same mean, whose interval is
    /// Wilson's.
    private static func widened(_ interval: Statistics.Interval, _ values: [Double]) -> Statistics.Interval {
        guard let first = values.first, values.allSatisfy({ $0 == first }) else { return interval }
        let n = Double(values.count)
        return Statistics.wilson(successes: first * n, of: n) ?? interval
    }

    /// Sum over sum, resampling whole cases. `n` is what the figure says it stands on.
    func ratio(_ pairs: [(numerator: Double, denominator: Double)], n: Int) -> Figure {
        guard pairs.contains(where: { $0.numerator != 0 }) else {
            let hasAny = pairs.contains { $0.denominator > 0 }
            return Figure(hasAny ? 0 : pairs.isEmpty ? nil : .infinity, n: n, gap: .notApplicable)
        }
        guard let estimate = Statistics.ratio(pairs, seed: seed, resamples: resamples(over: pairs.count)) else {
            return .none
        }
        return Self.figure(estimate.value, estimate.interval, n: n, needed: 2)
    }

    /// First minus second, case by case.
    func difference(_ pairs: [(first: Double, second: Double)]) -> Figure? {
        guard let estimate = Statistics.pairedDifference(pairs, seed: seed, resamples: resamples(over: pairs.count))
        else {
            return nil
        }
        return Self.figure(estimate.value, estimate.interval, n: estimate.n, needed: 2)
    }

    static func tableP95(_ row: SelectionRow) -> Figure {
        let interval = row.respP95Low.map { Statistics.Interval(low: $0, high: row.respP95High ?? .infinity) }
        return figure(
            row.respP95 ?? .infinity, interval, n: row.n, needed: Statistics.leastCount(forQuantile: 0.95))
    }

    /// As many as asked for where that is quick; fewer over many cases, where a bootstrap is steadier.
    func resamples(over count: Int, work: Int = 2_000_000) -> Int { min(resamples, max(500, work / max(1, count))) }

    private static func figure(_ value: Double, _ interval: Statistics.Interval?, n: Int, needed: Int) -> Figure {
        guard let interval else {
            return Figure(value, n: n, gap: n < needed ? .tooFew(needed: needed) : .notApplicable)
        }
        return Figure(value, low: interval.low, high: interval.high, n: n)
    }
}
