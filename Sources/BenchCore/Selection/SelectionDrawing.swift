import LLMCore

/// Step 3: paired draws of quality, cost and p95 by the Bayesian bootstrap (Rubin, 1981).
struct SelectionDrawing {
    let evidence: TaskEvidence
    let estimates: [ShrunkEstimates.Estimate]
    let seed: UInt64

    /// The draws of every arm. Draw b of all arms has the same weights, so that what is hard for all is hard for all in it.
    func draw(_ count: Int) -> [SelectionDraws] {
        var random = SeededGenerator(seed: seed)
        var weights = [Double](repeating: 0, count: evidence.caseCount)
        var draws = evidence.arms.map { _ in SelectionDraws(quality: [], costUSD: [], respP95: []) }
        for _ in 0..<count {
            let total = drawWeights(&weights, &random)
            for arm in evidence.arms.indices {
                let noise = random.normal()
                append(to: &draws[arm], arm: arm, weights: weights, total: total, noise: noise)
            }
        }
        return draws
    }

    /// One exponential weight a cluster, times each case's own: cases of one cluster rise and fall together.
    private func drawWeights(_ weights: inout [Double], _ random: inout SeededGenerator) -> Double {
        let clusters = (0..<evidence.clusterCount).map { _ in random.exponential() }
        var total = 0.0
        for place in weights.indices {
            weights[place] = evidence.weights[place] * clusters[evidence.clusters[place]]
            total += weights[place]
        }
        return total
    }

    private func append(to draws: inout SelectionDraws, arm: Int, weights: [Double], total: Double, noise: Double) {
        let sample = evidence.arms[arm]
        let estimate = estimates[arm]
        weights.withUnsafeBufferPointer { weights in
            let mean = SelectionDrawing.product(sample.scores, weights) / total
            // The noise keeps a run of equal scores from looking certain.
            let shift = mean - estimate.mean + noise * 0.5 / Double(evidence.caseCount)
            draws.quality.append(SelectionDrawing.rounded(estimate.shrunk + widening * shift))
            if !sample.costs.isEmpty {
                draws.costUSD.append(
                    SelectionDrawing.rounded(SelectionDrawing.product(sample.costs, weights) / total))
            }
            draws.respP95.append(sample.p95(weights, total: total).map(SelectionDrawing.rounded))
        }
    }

    /// sqrt(1 + 10/n): without it the confidence stated is too high where evidence is thin. n is what varies
    /// independently: with n the number of cases, simulated clusters made the stated confidence exceed the true one.
    private var widening: Double { (1 + 10 / Double(evidence.clusterCount)).squareRoot() }

    private static func product(_ values: [Double], _ weights: UnsafeBufferPointer<Double>) -> Double {
        values.withUnsafeBufferPointer { values in
            var sum = 0.0
            for place in 0..<values.count { sum += values[place] * weights[place] }
            return sum
        }
    }

    /// Six significant digits: a table with its draws is stored as JSON and read at every start.
    static func rounded(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return value }
        var scale = 1.0
        let magnitude = value.magnitude
        while magnitude * scale < 100_000, scale < 1e18 { scale *= 10 }
        while magnitude * scale >= 1_000_000, scale > 1e-6 { scale /= 10 }
        return scale >= 1 ? (value * scale).rounded() / scale : value.rounded()
    }
}
