import LLMCore

extension Statistics {
    /// McNemar's test, exact: of the cases on which two models disagree, how surprising the split is if neither is better
    /// (McNemar, Psychometrika 12, 1947; exact binomial form, two-sided).
    ///
    /// - Returns: 1 when they never disagree.
    public static func mcNemar(onlyFirst b: Int, onlySecond c: Int) -> Double {
        guard b + c > 0 else { return 1 }
        let tail = (0...min(b, c)).reduce(0.0) { $0 + binomialProbability($1, of: b + c, 0.5) }
        return min(1, 2 * tail)
    }

    /// p values adjusted for being several (Holm, Scandinavian Journal of Statistics 6, 1979), in the order given.
    public static func holm(_ pValues: [Double]) -> [Double] {
        var adjusted = pValues
        var highest = 0.0
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        for (rank, index) in order.enumerated() {
            highest = max(highest, min(1, pValues[index] * Double(pValues.count - rank)))
            adjusted[index] = highest
        }
        return adjusted
    }

    /// The mean of first − second over cases that both answered, with a paired bootstrap of whole clusters (the cases of a group). The
    /// bootstrap is a percentile one: of few clusters it is a little too narrow.
    ///
    /// - Returns: `nil` of no pairs; no interval below two clusters. `n` counts clusters.
    public static func pairedDifference<Cluster: Hashable>(
        _ pairs: [(first: Double, second: Double)], clusters: [Cluster], seed: UInt64,
        confidence: Double = defaultConfidence, resamples: Int = defaultResamples
    ) -> Estimate? {
        guard pairs.count == clusters.count else { return nil }
        let sums = sums(pairs.map { ($0.first - $0.second, 1) }, clusters: clusters)
        return ratio(sums, seed: seed, confidence: confidence, resamples: resamples)
    }

    /// Σ numerators / Σ denominators over cases (cost per pass, seconds per pass), with a bootstrap of whole cases. The
    /// value, and the interval's end, is infinite where the denominators sum to zero.
    public static func ratio(
        _ pairs: [(numerator: Double, denominator: Double)], seed: UInt64, confidence: Double = defaultConfidence,
        resamples: Int = defaultResamples
    ) -> Estimate? {
        guard !pairs.isEmpty else { return nil }
        func ratio(_ indices: some Sequence<Int>) -> Double {
            var (above, below) = (0.0, 0.0)
            for index in indices {
                above += pairs[index].numerator
                below += pairs[index].denominator
            }
            return below == 0 ? .infinity : above / below
        }
        let interval = bootstrap(count: pairs.count, seed, resamples, confidence) { ratio($0) }
        return Estimate(value: ratio(pairs.indices), interval: interval, n: pairs.count)
    }

    /// The percentile interval of a statistic over resampled cases (Efron, 1979); `nil` below two cases.
    static func bootstrap(
        count: Int, _ seed: UInt64, _ resamples: Int, _ confidence: Double = defaultConfidence,
        of statistic: ([Int]) -> Double
    ) -> Interval? {
        guard count > 1, resamples > 0 else { return nil }
        let values = resampled(count: count, seed, resamples, of: statistic).sorted()
        let tail = (1 - confidence) / 2
        guard let low = nearestRank(sorted: values, quantile: tail),
            let high = nearestRank(sorted: values, quantile: 1 - tail)
        else { return nil }
        return Interval(low: low, high: high)
    }

    /// A statistic of each resample of `count` cases.
    static func resampled(
        count: Int, _ seed: UInt64, _ resamples: Int, of statistic: ([Int]) -> Double
    ) -> [Double] {
        var random = SeededGenerator(seed: seed)
        var indices = [Int](repeating: 0, count: count)
        var values: [Double] = []
        values.reserveCapacity(resamples)
        for _ in 0..<resamples {
            for place in indices.indices { indices[place] = random.index(below: count) }
            values.append(statistic(indices))
        }
        return values
    }

    /// The two-sided p value of "no difference": twice the share of resampled differences on the rarer side of zero, which counts for both.
    static func pValue(ofDifferences values: [Double]) -> Double {
        guard !values.isEmpty else { return 1 }
        let below = values.count { $0 <= 0 }
        let above = values.count { $0 >= 0 }
        return min(1, 2 * Double(min(below, above)) / Double(values.count))
    }
}
