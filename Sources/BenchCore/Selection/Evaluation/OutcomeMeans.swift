import LLMCore

/// The outcomes of one task as means by arm and case: what policies are judged by.
struct OutcomeMeans: Sendable {
    let arms: [ArmID]
    /// Of each case, its weight in every mean.
    let weights: [Double]
    /// By arm and case.
    let scores: [[Double]]
    /// By arm and case in dollars; empty for an arm whose cost is unknown.
    let costs: [[Double]]
    /// By arm, milliseconds; `nil` is unknown or infinite.
    let p95: [Double?]

    init(_ evidence: SelectionEvidence) {
        let task = TaskEvidence(evidence)
        arms = task.arms.map(\.arm.id)
        weights = task.weights
        scores = task.arms.map(\.scores)
        costs = task.arms.map(\.costs)
        p95 = task.arms.map { $0.p95(weights: task.weights) }
    }

    var total: Double { weights.reduce(0, +) }

    func place(of arm: ArmID) -> Int? { arms.firstIndex(of: arm) }

    func quality(_ arm: Int) -> Double { mean(scores[arm]) }

    /// Dollars a case; `nil` is unknown.
    func cost(_ arm: Int) -> Double? { costs[arm].isEmpty ? nil : mean(costs[arm]) }

    private func mean(_ values: [Double]) -> Double {
        zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    }

    /// Quality and cost of the best answer of any arm to each case, the cheapest of equals: what no table can reach.
    var oracle: (quality: Double, cost: Double?) {
        var (quality, cost) = (0.0, 0.0)
        let isPriced = costs.allSatisfy { !$0.isEmpty }
        for place in weights.indices {
            let best = arms.indices.map { scores[$0][place] }.max() ?? 0
            let cheapest = arms.indices.filter { isPriced && scores[$0][place] == best }.map { costs[$0][place] }.min()
            quality += weights[place] * best
            cost += weights[place] * (cheapest ?? 0)
        }
        return (quality / total, isPriced ? cost / total : nil)
    }
}

extension SelectionEvidence {
    /// The cases as whole groups in a random order: what a sample or a split of them is made of.
    func shuffledClusters(_ random: inout SeededGenerator) -> [[Int]] {
        let (clusters, count) = TaskEvidence.clusters(cases.map(\.group))
        var members = [[Int]](repeating: [], count: count)
        for (place, cluster) in clusters.enumerated() { members[cluster].append(place) }
        for place in members.indices.dropFirst() {
            members.swapAt(place, random.index(below: place + 1))
        }
        return members
    }
}
