import LLMCore

/// The step 3 of the method: paired draws of quality, cost and p95 by the Bayesian bootstrap (Rubin, 1981) over clusters of cases.
struct SelectionDrawing {
    private let evidence: TaskEvidence
    private let seed: UInt64
    /// Of each cluster, the weight of its cases.
    private let weights: [Double]
    private let arms: [ArmSums]
    private let widening: Double

    init(_ evidence: TaskEvidence, seed: UInt64) {
        self.evidence = evidence
        self.seed = seed
        let weights = evidence.sums(of: [Double](repeating: 1, count: evidence.caseCount))
        self.weights = weights
        arms = evidence.arms.map { ArmSums($0, evidence, weights) }
        widening = SelectionDrawing.widening(of: evidence)
    }

    /// The draws of every arm. Draw b of all arms has the same weights, so that what is hard for all is hard for all in it.
    func draw(_ count: Int) -> [SelectionDraws] {
        var random = SeededGenerator(seed: seed)
        var drawn = [Double](repeating: 0, count: evidence.clusterCount)
        var draws = arms.map { _ in SelectionDraws(quality: [], costUSD: [], respP95: []) }
        for arm in draws.indices {
            draws[arm].quality.reserveCapacity(count)
            draws[arm].costUSD.reserveCapacity(count)
            draws[arm].respP95.reserveCapacity(count)
        }
        for _ in 0..<count {
            for cluster in drawn.indices { drawn[cluster] = random.exponential() }
            let unseen = random.exponential()
            drawn.withUnsafeBufferPointer { drawn in
                let resample = Resample(
                    drawn: drawn, sum: drawn.reduce(0, +), total: SelectionDrawing.product(weights, drawn))
                for arm in arms.indices { append(to: &draws[arm], arms[arm], resample, unseen: unseen) }
            }
        }
        for arm in draws.indices { SelectionDrawing.centre(&draws[arm].quality, at: arms[arm].quality) }
        return draws
    }

    /// The mean of the draws is known: what chance moved it by is taken out.
    private static func centre(_ draws: inout [Double], at mean: Double) {
        let shift = mean - draws.reduce(0, +) / Double(draws.count)
        for draw in draws.indices { draws[draw] = rounded(min(1, max(0, draws[draw] + shift))) }
    }

    /// - Parameter unseen: The weight of a case that nobody ran, with an infinite latency: else the p95 of few cases looks certain.
    private func append(
        to draws: inout SelectionDraws, _ arm: ArmSums, _ resample: Resample, unseen: Double
    ) {
        let quality = SelectionDrawing.product(arm.scores, resample.drawn) / resample.total
        draws.quality.append(arm.quality + widening * (quality - arm.quality))
        if let cost = arm.cost { draws.costUSD.append(SelectionDrawing.rounded(cost.draw(resample))) }
        draws.respP95.append(
            arm.latencies.p95(resample, unseen: unseen).map(SelectionDrawing.rounded))
    }

    /// The factor by which Student's distribution is wider than the normal one where few groups vary independently, and by which the
    /// Bayesian bootstrap lacks their variance. Cases without groups are many enough, or certify nothing.
    private static func widening(of evidence: TaskEvidence) -> Double {
        guard evidence.clusterCount < evidence.caseCount, evidence.clusterCount > 1 else { return 1 }
        let count = Double(evidence.clusterCount)
        let student = Statistics.studentQuantile(0.95, degreesOfFreedom: count - 1) / Normal.quantile(0.95)
        return ((count + 1) / (count - 1)).squareRoot() * student
    }

    /// The sum of products.
    static func product(_ values: [Double], _ weights: UnsafeBufferPointer<Double>) -> Double {
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

    /// As a table keeps it: 32 bits, seven digits.
    static func rounded(_ value: Double) -> Double { Double(Float(value)) }
}

/// One draw of weights.
private struct Resample {
    /// Of each cluster.
    let drawn: UnsafeBufferPointer<Double>
    let sum: Double
    /// Of all cases.
    let total: Double
}

/// One arm's evidence added up by cluster.
private struct ArmSums {
    let latencies: LatencyWeights
    let scores: [Double]
    let quality: Double
    let cost: CostSums?

    init(_ sample: ArmEvidence, _ evidence: TaskEvidence, _ weights: [Double]) {
        latencies = LatencyWeights(sample, evidence)
        scores = evidence.sums(of: sample.scores)
        quality = scores.reduce(0, +) / weights.reduce(0, +)
        cost = sample.costs.isEmpty ? nil : CostSums(evidence.sums(of: sample.costs), weights)
    }
}

/// One arm's costs by cluster, drawn by bootstrap-t on the logarithmic scale: costs are skewed, and a plain bootstrap believes too soon that
/// a limit holds.
private struct CostSums {
    private let sums: [Double]
    private let squares: [Double]
    /// Sums times weights, and weights squared; `nil` where each cluster is one case of weight 1: then these are sums and weights.
    private let weighted: (sums: [Double], squares: [Double])?
    private let mean: Double
    /// Relative standard error of the mean.
    private let error: Double

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
        let (drawn, total) = (resample.drawn, resample.total)
        let count = Double(sums.count)
        let sum = SelectionDrawing.product(sums, drawn)
        let value = sum / total
        let crossed = weighted.map { SelectionDrawing.product($0.sums, drawn) } ?? sum
        let weightSquares = weighted.map { SelectionDrawing.product($0.squares, drawn) } ?? total
        let residual =
            SelectionDrawing.product(squares, drawn) - 2 * value * crossed + value * value * weightSquares
        let own =
            (max(0, residual) / resample.sum * count * count / (count + 1)).squareRoot()
            / (total / resample.sum * count) / value
        guard own > 0 else { return mean }
        let student = Portable.ln(value / mean) / own
        return mean * Portable.exponential(-min(max(student * error, -3), 3))
    }
}

/// An arm's latencies with the weight of each, the slowest first.
private struct LatencyWeights {
    private let latencies: [(milliseconds: Double, cluster: Int, weight: Double)]

    init(_ sample: ArmEvidence, _ evidence: TaskEvidence) {
        latencies = sample.latencies.map {
            ($0.milliseconds, evidence.clusters[$0.place], evidence.weights[$0.place] * $0.share)
        }
    }

    /// The weighted p95; `nil` is infinite. Walks down from the slowest: only a twentieth of the trials is looked at.
    func p95(_ resample: Resample, unseen: Double) -> Double? {
        let allowed = (resample.total + unseen) * (0.05 + 1e-12)
        var above = unseen
        guard above <= allowed else { return nil }
        for latency in latencies {
            above += resample.drawn[latency.cluster] * latency.weight
            if above > allowed { return latency.milliseconds.isFinite ? latency.milliseconds : nil }
        }
        return latencies.last.flatMap { $0.milliseconds.isFinite ? $0.milliseconds : nil }
    }
}
