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

    /// The mean of first − second over cases that both answered, with a paired bootstrap interval.
    public static func pairedDifference(
        _ pairs: [(first: Double, second: Double)], seed: UInt64, confidence: Double = defaultConfidence,
        resamples: Int = defaultResamples
    ) -> Estimate? {
        let differences = pairs.map { $0.first - $0.second }
        guard let value = mean(differences) else { return nil }
        let interval = bootstrap(count: differences.count, seed, resamples, confidence) { indices in
            indices.reduce(0) { $0 + differences[$1] } / Double(indices.count)
        }
        return Estimate(value: value, interval: interval, n: pairs.count)
    }

    /// median(first) / median(second) over the same cases, with a paired bootstrap interval: "0.62× [0.55, 0.71]".
    ///
    /// Failures come as infinity. `nil` when either median is infinite or zero: no ratio is defined.
    public static func medianRatio(
        _ pairs: [(first: Double, second: Double)], seed: UInt64, confidence: Double = defaultConfidence,
        resamples: Int = defaultResamples
    ) -> Estimate? {
        let (first, second) = (WeightedMedian(pairs.map(\.first)), WeightedMedian(pairs.map(\.second)))
        var counts = [Int](repeating: 0, count: pairs.count)
        func ratio(_ indices: some Sequence<Int>) -> Double {
            for place in counts.indices { counts[place] = 0 }
            for index in indices { counts[index] += 1 }
            let (above, below) = (first.value(counts), second.value(counts))
            // ∞/∞ sorts nowhere; both failing alike is no difference.
            return above == below ? 1 : above / below
        }
        let value = ratio(pairs.indices)
        let median = second.value([Int](repeating: 1, count: pairs.count))
        guard !pairs.isEmpty, value.isFinite, median.isFinite, median > 0 else { return nil }
        let interval = bootstrap(count: pairs.count, seed, resamples, confidence) { ratio($0) }
        return Estimate(value: value, interval: interval, n: pairs.count)
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
    public static func bootstrap(
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

/// The median by nearest rank of values that each stand several times: sorted once, so that a resample is one walk.
private struct WeightedMedian {
    private let values: [Double]
    private let order: [Int]

    init(_ values: [Double]) {
        self.values = values
        order = values.indices.sorted { values[$0] < values[$1] }
    }

    func value(_ counts: [Int]) -> Double {
        let half = (counts.reduce(0, +) + 1) / 2
        var seen = 0
        for place in order {
            seen += counts[place]
            if seen >= half { return values[place] }
        }
        return .nan
    }
}
