import LLMCore

/// Four draws of weights over clusters at a time: what they are multiplied by is then read once, not four times.
struct Resamples {
    /// Of each draw, one weight a cluster.
    let drawn: [UnsafeMutableBufferPointer<Double>]
    /// Of each draw, the weight of a case that nobody ran, where there is one: with an infinite latency, without which the p95 of few cases
    /// looks certain.
    var unseen = SIMD4<Double>.zero
    /// Of each draw, the sum of its weights.
    private(set) var sums = SIMD4<Double>.zero
    /// Of each draw, the weight of all cases.
    private(set) var totals = SIMD4<Double>.zero

    static let width = 4

    /// - Parameter room: Four rows of as many numbers as there are clusters; stays the caller's.
    init(_ room: UnsafeMutableBufferPointer<Double>) {
        let clusters = room.count / Self.width
        drawn = (0..<Self.width).map { UnsafeMutableBufferPointer(rebasing: room[$0 * clusters..<($0 + 1) * clusters]) }
    }

    /// Called when the rows have been drawn.
    ///
    /// - Parameter weights: What each cluster weighs.
    mutating func close(weights: [Double]) {
        var sums = SIMD4<Double>.zero
        for cluster in drawn[0].indices {
            sums += SIMD4(drawn[0][cluster], drawn[1][cluster], drawn[2][cluster], drawn[3][cluster])
        }
        self.sums = sums
        totals = products(weights)
    }

    /// Of each draw, the sum of values times drawn weights.
    func products(_ values: [Double]) -> SIMD4<Double> {
        values.withUnsafeBufferPointer { values in
            let (a, b) = (UnsafeRawBufferPointer(drawn[0]), UnsafeRawBufferPointer(drawn[1]))
            let (c, d) = (UnsafeRawBufferPointer(drawn[2]), UnsafeRawBufferPointer(drawn[3]))
            let raw = UnsafeRawBufferPointer(values)
            // Four sums each that do not wait for each other.
            var (sumA, sumB) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
            var (sumC, sumD) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
            let count = min(values.count, drawn[0].count)
            let (whole, size) = (count & ~3, MemoryLayout<Double>.stride)
            for place in stride(from: 0, to: whole * size, by: 4 * size) {
                let four = raw.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                sumA += four * a.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                sumB += four * b.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                sumC += four * c.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
                sumD += four * d.loadUnaligned(fromByteOffset: place, as: SIMD4<Double>.self)
            }
            var sums = SIMD4(sumA.sum(), sumB.sum(), sumC.sum(), sumD.sum())
            for place in whole..<count {
                sums += values[place] * SIMD4(drawn[0][place], drawn[1][place], drawn[2][place], drawn[3][place])
            }
            return sums
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
        // What few cases of a long tail show of it is too little: with this, 95 % intervals of log-normal means hold in 93 to 95 % of runs from
        // 40 cases on, where 90 to 92 % did.
        let short = 1 + 8 / max(count, 1)
        error = count > 1 && mean > 0 ? short * (residual * count / (count - 1)).squareRoot() / total / mean : 0
    }

    func draw(_ resamples: Resamples) -> SIMD4<Double> {
        guard error > 1e-9 else { return SIMD4(repeating: mean) }
        let totals = resamples.totals
        let count = Double(sums.count)
        let sums = resamples.products(sums)
        let values = sums / totals
        let crossed = weighted.map { resamples.products($0.sums) } ?? sums
        let weightSquares = weighted.map { resamples.products($0.squares) } ?? totals
        let residuals = resamples.products(squares) - 2 * values * crossed + values * values * weightSquares
        var drawn = SIMD4(repeating: mean)
        for draw in drawn.indices {
            let (value, total, sum) = (values[draw], totals[draw], resamples.sums[draw])
            let own =
                (max(0, residuals[draw]) / sum * count * count / (count + 1)).squareRoot() / (total / sum * count)
                / value
            guard own > 0 else { continue }
            let student = Portable.ln(value / mean) / own
            drawn[draw] = mean * Portable.exponential(-min(max(student * error, -3), 3))
        }
        return drawn
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
        var draws: [Double] = []
        draws.reserveCapacity(resamples + Resamples.width)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: Resamples.width * pairs.count) { room in
            room.initialize(repeating: 0)
            var four = Resamples(room)
            while draws.count < resamples {
                for row in four.drawn { random.exponentials(into: row) }
                four.close(weights: weights)
                let drawn = mean.draw(four)
                for draw in drawn.indices { draws.append(drawn[draw]) }
            }
        }
        draws.removeLast(draws.count - resamples)
        draws.sort()
        let tail = (1 - confidence) / 2
        guard let low = nearestRank(sorted: draws, quantile: tail),
            let high = nearestRank(sorted: draws, quantile: 1 - tail)
        else { return nil }
        return Estimate(
            value: value, interval: Interval(low: min(low, value), high: max(high, value)), n: pairs.count)
    }
}
