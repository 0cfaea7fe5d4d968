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
    /// The sum of the weights.
    let total: Double
    private let qualities: [Double]
    private let meanCosts: [Double?]

    init(_ evidence: SelectionEvidence) {
        let task = TaskEvidence(evidence)
        arms = task.arms.map(\.arm.id)
        let weights = task.weights
        let total = weights.reduce(0, +)
        func mean(_ values: [Double]) -> Double { zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total }
        self.weights = weights
        self.total = total
        qualities = task.arms.map { mean($0.scores) }
        meanCosts = task.arms.map { $0.costs.isEmpty ? nil : mean($0.costs) }
        scores = task.arms.map(\.scores)
        costs = task.arms.map(\.costs)
        p95 = task.arms.map { $0.p95(weights: task.weights) }
    }

    func place(of arm: ArmID) -> Int? { arms.firstIndex(of: arm) }

    func quality(_ arm: Int) -> Double { qualities[arm] }

    /// Dollars a case; `nil` is unknown.
    func cost(_ arm: Int) -> Double? { meanCosts[arm] }

    /// Quality and cost over all tasks when each uses the arm named; `nil` where one names none.
    static func overall(_ arms: [ArmID?], _ tasks: [OutcomeMeans]) -> (quality: Double, cost: Double?)? {
        var (quality, cost, total) = (0.0, 0.0 as Double?, 0.0)
        for (arm, task) in zip(arms, tasks) {
            guard let place = arm.flatMap(task.place) else { return nil }
            quality += task.total * task.quality(place)
            cost = cost.flatMap { sum in task.cost(place).map { sum + task.total * $0 } }
            total += task.total
        }
        return (quality / total, cost.map { $0 / total })
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
        return random.permutation(of: count).map { members[$0] }
    }
}
