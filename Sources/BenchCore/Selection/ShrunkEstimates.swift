import LLMCore

/// The steps 1 and 2 of the method: each arm's mean, its variance, and the mean shrunk towards what tasks and models have in common.
enum ShrunkEstimates {
    struct Estimate {
        /// Y: the mean score.
        var mean: Double
        /// V: its variance.
        var variance: Double
        /// As many independent cases as the arm's are worth.
        var independentCases: Double
        /// E: shrunk, at most half a standard error away from Y (Efron and Morris's limited translation, 1972).
        var shrunk: Double
        /// Other tasks had a say in it.
        var isSteadied = false
    }

    static func of(_ evidence: TaskEvidence, others: [TaskEvidence]) -> [Estimate] {
        var estimates = evidence.arms.map { estimate($0, evidence) }
        guard estimates.count > 1 else { return estimates }
        let complete = others.compactMap { means(of: evidence.arms.map(\.arm.id), in: $0) }
        // One task says nothing of where its arms should be: drawn to their common mean, close arms pass for equals.
        guard !complete.isEmpty else { return estimates }
        let fit = additiveFit(estimates, complete)
        for arm in estimates.indices {
            let (mean, variance) = (estimates[arm].mean, estimates[arm].variance)
            guard fit.spread + variance > 0 else { continue }
            let kept = fit.spread / (fit.spread + variance)
            let full = fit.centres[arm] + kept * (mean - fit.centres[arm])
            let reach = 0.5 * variance.squareRoot()
            estimates[arm].shrunk = min(max(full, mean - reach), mean + reach)
            estimates[arm].isSteadied = true
        }
        return estimates
    }

    /// Y and V of one arm. V is never below what a coin of that rate would have: a run of equal answers is no certainty.
    private static func estimate(_ arm: ArmEvidence, _ evidence: TaskEvidence) -> Estimate {
        let n = Double(evidence.caseCount)
        let (weights, scores) = (evidence.weights, arm.scores)
        let mean = zip(scores, weights).reduce(0) { $0 + $1.0 * $1.1 } / n
        let p = (mean * n + 0.5) / (n + 1)
        let spread = Statistics.variance(scores) ?? 0
        // Weights as many cases as they leave: (Σw)² / Σw².
        let effective = n * n / weights.reduce(0) { $0 + $1 * $1 }
        var sums = [Double](repeating: 0, count: evidence.clusterCount)
        for place in scores.indices { sums[evidence.clusters[place]] += weights[place] * (scores[place] - mean) }
        let clustered = sums.reduce(0) { $0 + $1 * $1 } / (n * n)
        let independent = max(p * (1 - p), spread) / effective
        let effect = max(1, clustered / max(independent, 1e-12))
        let worth = evidence.clusterCount < evidence.caseCount ? effective / effect : effective
        return Estimate(
            mean: mean, variance: max(independent, clustered),
            independentCases: min(n, max(Double(evidence.clusterCount), worth)), shrunk: mean)
    }

    /// As many independent cases as the shared ones are worth on average over the arms.
    static func independentCases(_ evidence: TaskEvidence) -> Double {
        let worths = evidence.arms.map { estimate($0, evidence).independentCases }
        return worths.reduce(0, +) / Double(max(worths.count, 1))
    }

    private struct Fit {
        /// F of each arm.
        var centres: [Double]
        /// tau²: how much arms differ from it beyond chance.
        var spread: Double
    }

    /// Several tasks: F = task mean + model mean − grand mean, where every compared arm was measured on all of them.
    private static func additiveFit(_ own: [Estimate], _ others: [[Estimate]]) -> Fit {
        let tasks = [own] + others
        let (taskCount, armCount) = (Double(tasks.count), Double(own.count))
        let taskMeans = tasks.map { $0.reduce(0) { $0 + $1.mean } / armCount }
        let armMeans = own.indices.map { arm in tasks.reduce(0) { $0 + $1[arm].mean } / taskCount }
        let grand = armMeans.reduce(0, +) / armCount
        var residual = 0.0
        var chance = 0.0
        for (task, estimates) in tasks.enumerated() {
            for (arm, estimate) in estimates.enumerated() {
                let fitted = taskMeans[task] + armMeans[arm] - grand
                residual += (estimate.mean - fitted) * (estimate.mean - fitted)
                chance += estimate.variance
            }
        }
        let spread = residual / ((taskCount - 1) * (armCount - 1)) - chance / (taskCount * armCount)
        return Fit(centres: armMeans.map { taskMeans[0] + $0 - grand }, spread: max(0, spread))
    }

    /// The estimates of the compared arms on another task; `nil` when it lacks one of them.
    private static func means(of arms: [ArmID], in evidence: TaskEvidence) -> [Estimate]? {
        let byID = Dictionary(evidence.arms.map { ($0.arm.id, $0) }) { first, _ in first }
        let found = arms.compactMap { byID[$0].map { estimate($0, evidence) } }
        return found.count == arms.count ? found : nil
    }
}
