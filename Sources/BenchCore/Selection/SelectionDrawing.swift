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
            drawn.withUnsafeMutableBufferPointer { random.exponentials(into: $0) }
            let unseen = random.exponential()
            drawn.withUnsafeBufferPointer { drawn in
                let resample = Resample(drawn, weights: weights)
                for arm in arms.indices { append(to: &draws[arm], arms[arm], resample, unseen: unseen) }
            }
        }
        for arm in draws.indices { SelectionDrawing.centre(&draws[arm].quality, at: arms[arm].quality) }
        return draws
    }

    /// Of each cluster, what its cases weigh.
    var clusterWeights: ClusterSums { ClusterSums(weights) }

    /// Of each arm, what each cluster's cases scored, widened as the draws are.
    var sums: [ClusterSums] {
        arms.map { arm in
            ClusterSums(
                zip(arm.scores, weights).map { score, weight in
                    let expected = arm.quality * weight
                    return expected + widening * (score - expected)
                })
        }
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
        let quality = resample.product(arm.scores) / resample.total
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

    /// As a table keeps it: 32 bits, seven digits.
    static func rounded(_ value: Double) -> Double { Double(Float(value)) }
}

/// One arm's evidence added up by cluster.
private struct ArmSums {
    let latencies: LatencyWeights
    let scores: [Double]
    let quality: Double
    let cost: SkewedMean?

    init(_ sample: ArmEvidence, _ evidence: TaskEvidence, _ weights: [Double]) {
        latencies = LatencyWeights(sample, evidence)
        scores = evidence.sums(of: sample.scores)
        quality = scores.reduce(0, +) / weights.reduce(0, +)
        cost = sample.costs.isEmpty ? nil : SkewedMean(evidence.sums(of: sample.costs), weights)
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
