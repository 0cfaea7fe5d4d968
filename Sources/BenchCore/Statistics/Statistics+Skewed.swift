import LLMCore

/// One draw of weights over clusters.
struct Resample {
    /// Of each cluster.
    let drawn: UnsafeBufferPointer<Double>
    let sum: Double
    /// Of all that the clusters weigh.
    let total: Double

    /// - Parameters:
    ///   - drawn: Of each cluster; stays the caller's.
    ///   - weights: What each cluster weighs.
    init(_ drawn: UnsafeBufferPointer<Double>, weights: [Double]) {
        self.drawn = drawn
        sum = drawn.reduce(0, +)
        total = Self.product(weights, drawn)
    }

    /// The sum of values times drawn weights.
    func product(_ values: [Double]) -> Double { Self.product(values, drawn) }

    /// The sum of products.
    private static func product(_ values: [Double], _ weights: UnsafeBufferPointer<Double>) -> Double {
        values.withUnsafeBufferPointer { values in
            // Four sums that do not wait for each other.
            var sums = SIMD4<Double>.zero
            let (left, right) = (UnsafeRawBufferPointer(values), UnsafeRawBufferPointer(weights))
            let count = min(values.count, weights.count)
            let (whole, size) = (count & ~3, MemoryLayout<Double>.stride)
            for place in stride(from: 0, to: whole * size, by: 4 * size) {
                sums +=
                    left.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                    * right.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
            }
            var sum = sums.sum()
            for place in whole..<count { sum += values[place] * weights[place] }
            return sum
        }
    }
}

/// The mean of values that are positive and skewed, as costs are, drawn by bootstrap-t on the logarithmic scale: a plain bootstrap believes
/// too soon that a limit holds, and its interval is too narrow.
struct SkewedMean {
    private let sums: [Double]
    private let squares: [Double]
    /// Sums times weights, and weights squared; `nil` where each cluster is one case of weight 1: then these are sums and weights.
    private let weighted: (sums: [Double], squares: [Double])?
    private let mean: Double
    /// Relative standard error of the mean.
    private let error: Double

    /// - Parameters:
    ///   - sums: Of each cluster, its values times their weights; none negative.
    ///   - weights: Of each cluster, all its weight.
    init(_ sums: [Double], _ weights: [Double]) {
        self.sums = sums
        squares = sums.map { $0 * $0 }
        weighted =
            weights.allSatisfy { $0 == 1 } ? nil : (zip(sums, weights).map(*), weights.map { $0 * $0 })
        let total = weights.reduce(0, +)
        let mean = sums.reduce(0, +) / total
        self.mean = mean
        let count = Double(sums.count)
        let residual = zip(sums, weights).reduce(0.0) {
            let part = $1.0 - mean * $1.1
            return $0 + part * part
        }
        error = count > 1 && mean > 0 ? (residual * count / (count - 1)).squareRoot() / total / mean : 0
    }

    func draw(_ resample: Resample) -> Double {
        guard error > 1e-9 else { return mean }
        let total = resample.total
        let count = Double(sums.count)
        let sum = resample.product(sums)
        let value = sum / total
        let crossed = weighted.map { resample.product($0.sums) } ?? sum
        let weightSquares = weighted.map { resample.product($0.squares) } ?? total
        let residual =
            resample.product(squares) - 2 * value * crossed + value * value * weightSquares
        let own =
            (max(0, residual) / resample.sum * count * count / (count + 1)).squareRoot()
            / (total / resample.sum * count) / value
        guard own > 0 else { return mean }
        let student = Portable.ln(value / mean) / own
        return mean * Portable.exponential(-min(max(student * error, -3), 3))
    }
}

extension Statistics {
    /// The mean of positive, skewed values over their clusters, Σ numerators / Σ denominators, with an interval by bootstrap-t on the
    /// logarithmic scale.
    ///
    /// - Returns: `nil` where nothing weighs anything; no interval below two clusters.
    package static func skewedMean(
        _ pairs: [(numerator: Double, denominator: Double)], seed: UInt64,
        confidence: Double = defaultConfidence, resamples: Int = defaultResamples
    ) -> Estimate? {
        let (sums, weights) = (pairs.map(\.numerator), pairs.map(\.denominator))
        let total = weights.reduce(0, +)
        guard total > 0 else { return nil }
        let value = sums.reduce(0, +) / total
        guard pairs.count > 1, resamples > 0 else { return Estimate(value: value, interval: nil, n: pairs.count) }
        let mean = SkewedMean(sums, weights)
        var random = SeededGenerator(seed: seed)
        var drawn = [Double](repeating: 0, count: pairs.count)
        let draws = (0..<resamples).map { _ in
            drawn.withUnsafeMutableBufferPointer { random.exponentials(into: $0) }
            return drawn.withUnsafeBufferPointer { mean.draw(Resample($0, weights: weights)) }
        }.sorted()
        let tail = (1 - confidence) / 2
        guard let low = nearestRank(sorted: draws, quantile: tail),
            let high = nearestRank(sorted: draws, quantile: 1 - tail)
        else { return nil }
        return Estimate(
            value: value, interval: Interval(low: min(low, value), high: max(high, value)), n: pairs.count)
    }
}
