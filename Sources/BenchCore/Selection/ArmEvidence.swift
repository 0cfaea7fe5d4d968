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

    /// - Parameter places: Of each shared case, where its repeats stand among `rows`.
    init(arm: Arm, rows: [TrialRow], places: [[Int]]) {
        self.arm = arm
        scores = places.map { repeats in
            repeats.reduce(0) { $0 + ArmEvidence.score(rows[$1]) } / Double(repeats.count)
        }
        costs = ArmEvidence.costs(rows, places)
        var latencies: [Latency] = []
        var counts = Counts()
        var runs: Set<RunID> = []
        for (place, repeats) in places.enumerated() {
            for trial in repeats {
                let failed = rows[trial].outcome.fault == .provider
                latencies.append(
                    Latency(
                        milliseconds: failed ? .infinity : rows[trial].metrics.resp, place: place,
                        share: 1 / Double(repeats.count)))
                counts.add(passed: rows[trial].passed, failed: failed)
                runs.insert(rows[trial].run)
            }
        }
        self.latencies = latencies.sorted { ($0.milliseconds, $1.place) > ($1.milliseconds, $0.place) }
        self.counts = counts
        self.runs = runs.map(\.rawValue)
        baseline = PerformanceBaseline(places.joined().map { rows[$0] }.filter { $0.outcome.fault != .provider })
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

    private static func score(_ row: TrialRow) -> Double { row.outcome.fault == .provider ? 0 : row.score ?? 0 }

    /// A failed call whose cost is unknown (a cut stream sends no usage) counts as the mean of the others: left out it
    /// would make the arm cheap, and as unknown one lost connection would hide what everything else cost.
    private static func costs(_ rows: [TrialRow], _ places: [[Int]]) -> [Double] {
        var sum = 0.0
        var known = 0
        for trial in places.joined() {
            if let cost = rows[trial].metrics.cost {
                sum += cost.dollars
                known += 1
            } else if rows[trial].outcome.fault != .provider {
                return []
            }
        }
        guard known > 0 else { return [] }
        let mean = sum / Double(known)
        return places.map { repeats in
            repeats.reduce(0) { $0 + (rows[$1].metrics.cost?.dollars ?? mean) } / Double(repeats.count)
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

/// The trials of one task, cut to what can be compared: the newest of each, over the cases that all compared arms share.
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

    /// An arm that covers less than this of what the best covered one does is left out, lest it shrink what all share.
    static let leastCoverage = 0.8

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

    init?(rows: [TrialRow], cases: Set<String>?, simulated: Bool) {
        var index = TrialIndex(rows: rows, cases: cases, simulated: simulated)
        index.keepNewestRowOfEachCase()
        var leftOut = index.dropOlderEndpoints()
        leftOut += index.dropThinlyCovered(least: TaskEvidence.leastCoverage)
        leftOut += index.dropCostly(enough: SelectionTable.certifiableCases)
        let shared = index.sharedCases()
        guard !shared.isEmpty else { return nil }
        let facts = shared.map { index.facts(of: $0) }
        let arms = index.arms.map {
            ArmEvidence(arm: $0.arm, rows: index.rows, places: index.places(of: $0, cases: shared))
        }
        self.init(
            arms: arms, groups: facts.map(\.group), weights: facts.map(\.weight),
            leftOut: leftOut.sorted { ($0.arm, $0.endpoint) < ($1.arm, $1.endpoint) })
    }
}
