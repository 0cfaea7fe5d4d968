package import LLMCore

/// One arm's scores, costs and latencies on the shared cases, by case index.
package struct ArmEvidence: Sendable {
    let arm: Arm
    /// Mean score over the repeats of each case, provider failures as 0.
    let scores: [Double]
    /// Mean cost over the repeats in dollars; empty when a price is unknown.
    let costs: [Double]
    /// Every trial's latency from the slowest down, failures first as infinite.
    let latencies: [Latency]
    let counts: Counts
    let runs: [String]
    let baseline: PerformanceBaseline

    struct Latency: Sendable {
        let milliseconds: Double
        let place: Int
        /// Of its case's weight: one over the number of repeats.
        let share: Double
    }

    struct Counts: Sendable {
        var attempted = 0
        var failed = 0
        var gradable = 0
        var passed = 0
        var passRate: Double { gradable == 0 ? 0 : Double(passed) / Double(gradable) }
        var failureRate: Double { attempted == 0 ? 0 : Double(failed) / Double(attempted) }
    }

    init(_ measured: SelectionEvidence.ArmOutcomes) {
        arm = measured.arm
        scores = measured.outcomes.map { repeats in
            repeats.reduce(0) { $0 + $1.score } / Double(repeats.count)
        }
        costs = ArmEvidence.costs(measured.outcomes)
        latencies = ArmEvidence.latencies(measured.outcomes)
        var counts = Counts()
        var runs: Set<String> = []
        for outcome in measured.outcomes.joined() {
            counts.add(passed: outcome.passed, failed: outcome.failed)
            runs.insert(outcome.run)
        }
        self.counts = counts
        self.runs = Array(runs)
        baseline = PerformanceBaseline(measured.outcomes.joined().filter { !$0.failed })
    }

    /// One answer a case, by figures alone.
    ///
    /// - Parameters:
    ///   - scores: Of each case, from 0 to 1.
    ///   - costs: Of each case in dollars; empty when unknown.
    ///   - latencies: Of each case in milliseconds, failures infinite; empty when unknown.
    package init(arm: Arm, scores: [Double], costs: [Double] = [], latencies: [Double] = [], runs: [String] = []) {
        self.arm = arm
        self.scores = scores
        self.costs = costs
        self.latencies = latencies.enumerated()
            .map { Latency(milliseconds: $1, place: $0, share: 1) }
            .sorted { ($0.milliseconds, $1.place) > ($1.milliseconds, $0.place) }
        counts = Counts(
            attempted: scores.count, failed: latencies.count { $0.isInfinite }, gradable: scores.count,
            passed: scores.count { $0 >= 1 })
        self.runs = runs
        baseline = PerformanceBaseline([])
    }

    /// Failures first. One latency that is unknown leaves all unknown: who knows where it would stand.
    private static func latencies(_ outcomes: [[SelectionEvidence.Outcome]]) -> [Latency] {
        var latencies: [Latency] = []
        for (place, repeats) in outcomes.enumerated() {
            for outcome in repeats {
                guard let milliseconds = outcome.failed ? .infinity : outcome.resp else { return [] }
                latencies.append(Latency(milliseconds: milliseconds, place: place, share: 1 / Double(repeats.count)))
            }
        }
        return latencies.sorted { ($0.milliseconds, $1.place) > ($1.milliseconds, $0.place) }
    }

    /// A failed call whose cost is unknown (a cut stream sends no usage) counts as the mean of the others: left out it
    /// would make the arm cheap, and as unknown one lost connection would hide what everything else cost.
    private static func costs(_ outcomes: [[SelectionEvidence.Outcome]]) -> [Double] {
        var sum = 0.0
        var known = 0
        for outcome in outcomes.joined() {
            if let cost = outcome.cost {
                sum += cost.dollars
                known += 1
            } else if !outcome.failed {
                return []
            }
        }
        guard known > 0 else { return [] }
        let mean = sum / Double(known)
        return outcomes.map { repeats in
            repeats.reduce(0) { $0 + ($1.cost?.dollars ?? mean) } / Double(repeats.count)
        }
    }

    func meanCost(weights: [Double]) -> USD? {
        guard !costs.isEmpty else { return nil }
        let mean = zip(costs, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        return USD(estimate: mean)
    }

    /// The weighted p95 by nearest rank: the least latency that at least 95 % of the weight does not exceed. `nil` is
    /// infinite: more than 5 % of it failed.
    func p95(weights: [Double]) -> Double? {
        let allowed = weights.reduce(0, +) * (0.05 + 1e-12)
        var above = 0.0
        for latency in latencies {
            above += weights[latency.place] * latency.share
            if above > allowed { return latency.milliseconds.isFinite ? latency.milliseconds : nil }
        }
        return latencies.last.flatMap { $0.milliseconds.isFinite ? $0.milliseconds : nil }
    }

    /// The order-statistic interval of the p95 at the ranks of as many independent trials as these are worth: repeats of a case, and
    /// cases of a group, are little further evidence. `nil` below 72; an infinite end is `nil`.
    ///
    /// - Parameter clusters: Of each shared case.
    func p95Interval(clusters: [Int]) -> (low: Double?, high: Double?)? {
        let interval = Statistics.clusteredQuantileInterval(
            latencies.map(\.milliseconds), clusters: latencies.map { clusters[$0.place] }, quantile: 0.95)
        return interval.map { ($0.low.isFinite ? $0.low : nil, $0.high.isFinite ? $0.high : nil) }
    }
}

extension ArmEvidence.Counts {
    fileprivate mutating func add(passed: Bool?, failed: Bool) {
        attempted += 1
        if failed {
            self.failed += 1
        } else if let passed {
            gradable += 1
            self.passed += passed ? 1 : 0
        }
    }
}

/// The evidence of one task as figures by case: what draws and estimates are made of.
package struct TaskEvidence: Sendable {
    let arms: [ArmEvidence]
    let caseCount: Int
    /// Of each shared case: its own weight in every mean, scaled to a mean of 1.
    let weights: [Double]
    /// Of each shared case: its cluster, numbered from 0.
    let clusters: [Int]
    let clusterCount: Int
    let leftOut: [SelectionTable.LeftOut]

    /// A figure of each case added up by cluster, at the cases' weights.
    func sums(of values: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: clusterCount)
        for place in values.indices { sums[clusters[place]] += weights[place] * values[place] }
        return sums
    }

    /// The evidence of arms that share all cases.
    ///
    /// - Parameters:
    ///   - groups: Of each case; `nil` is a group of its own.
    ///   - weights: Of each case, all alike when empty.
    package init(
        arms: [ArmEvidence], groups: [String?], weights: [Double] = [], leftOut: [SelectionTable.LeftOut] = []
    ) {
        self.arms = arms
        caseCount = groups.count
        let total = weights.reduce(0, +)
        self.weights =
            weights.isEmpty
            ? [Double](repeating: 1, count: groups.count) : weights.map { $0 * Double(groups.count) / total }
        (clusters, clusterCount) = Self.clusters(groups)
        self.leftOut = leftOut
    }

    /// The cluster of each case, numbered as they first appear, from its group: a case without one is a cluster of its own.
    static func clusters(_ groups: [String?]) -> (clusters: [Int], count: Int) {
        var places: [String: Int] = [:]
        var count = 0
        let clusters = groups.map { group in
            if let group, let known = places[group] { return known }
            defer { count += 1 }
            if let group { places[group] = count }
            return count
        }
        return (clusters, count)
    }

    package init(_ evidence: SelectionEvidence) {
        self.init(
            arms: evidence.arms.map(ArmEvidence.init), groups: evidence.cases.map(\.group),
            weights: evidence.cases.map(\.weight), leftOut: evidence.leftOut)
    }
}
