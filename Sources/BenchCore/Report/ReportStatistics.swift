import LLMCore

/// The statistics of `metrics.md` as figures: thin over ``Statistics``.
struct ReportStatistics: Sendable {
    let seed: UInt64
    /// Most that a bootstrap makes.
    let resamples: Int

    /// The share of outcomes that count, of cases that come in clusters (the repeats of a case, the cases of a group): Wilson's interval,
    /// widened where those of one cluster agree.
    static func share(_ cases: [(count: Int, of: Int)], clusters: [Int]) -> Figure {
        let n = cases.reduce(0) { $0 + $1.of }
        guard n > 0 else { return .none }
        let count = cases.reduce(0) { $0 + $1.count }
        let value = Double(count) / Double(n)
        var outcomes: [Bool] = []
        var places: [Int] = []
        for (entry, cluster) in zip(cases, clusters) {
            for place in 0..<entry.of {
                outcomes.append(place < entry.count)
                places.append(cluster)
            }
        }
        guard Set(places).count < places.count else {
            return figure(value, Statistics.wilson(successes: count, of: n), n: n, needed: 1)
        }
        return figure(value, Statistics.clusteredRate(outcomes, clusters: places)?.interval, n: n, needed: 1)
    }

    /// By nearest rank, with the exact interval where as many independent values allow one. Failures come as infinity.
    static func percentile(_ values: [Double], clusters: [Int], _ q: Double) -> Figure {
        guard let value = Statistics.nearestRank(values, quantile: q) else { return .none }
        return figure(
            value, Statistics.clusteredQuantileInterval(values, clusters: clusters, quantile: q), n: values.count,
            needed: Statistics.leastCount(forQuantile: q))
    }

    /// The weighted mean of scores, within 0...1.
    func meanScore(_ scores: [(score: Double, weight: Double)], clusters: [Int]) -> Figure {
        guard let first = scores.first else { return .none }
        guard scores.allSatisfy({ $0.weight == first.weight }) else {
            let pairs = Statistics.sums(scores.map { ($0.score * $0.weight, $0.weight) }, clusters: clusters)
            return ratio(pairs, n: scores.count)
        }
        let values = scores.map(\.score)
        guard let estimate = Statistics.clusteredMean(values, clusters: clusters) else { return .none }
        let interval = estimate.interval.map { Statistics.Interval(low: max(0, $0.low), high: min(1, $0.high)) }
        return Self.figure(
            estimate.value, interval.map { Self.widened($0, values, clusters) }, n: values.count, needed: 2)
    }

    /// Scores that are all alike, or nearly all at an end, show less spread than they have: 20 right of 20 are what a model that
    /// fails one in ten gives now and then. No values within 0...1 spread more than outcomes of the same mean, whose interval is
    /// Wilson's.
    private static func widened(
        _ interval: Statistics.Interval, _ values: [Double], _ clusters: [Int]
    ) -> Statistics.Interval {
        let mean = values.reduce(0, +) / Double(values.count)
        guard values.allSatisfy({ $0 == values[0] }) || mean <= 0.1 || mean >= 0.9,
            let floor = Statistics.boundedMean(values, clusters: clusters)?.interval
        else { return interval }
        return Statistics.Interval(low: min(interval.low, floor.low), high: max(interval.high, floor.high))
    }

    /// The mean of costs, by cluster. `n` is what the figure says it stands on.
    func meanCost(_ pairs: [(numerator: Double, denominator: Double)], n: Int) -> Figure {
        guard pairs.contains(where: { $0.numerator > 0 }) else { return ratio(pairs, n: n) }
        guard let estimate = Statistics.skewedMean(pairs, seed: seed, resamples: resamples(over: pairs.count)) else {
            return .none
        }
        return Self.figure(estimate.value, estimate.interval, n: n, needed: 2)
    }

    /// Sum over sum, resampling whole clusters. `n` is what the figure says it stands on.
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

    /// First minus second, case by case, resampling whole clusters.
    func difference(_ pairs: [(first: Double, second: Double)], clusters: [Int]) -> Figure? {
        let count = Set(clusters).count
        guard
            let estimate = Statistics.pairedDifference(
                pairs, clusters: clusters, seed: seed, resamples: resamples(over: count))
        else { return nil }
        return Self.figure(estimate.value, estimate.interval, n: pairs.count, needed: 2)
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
