import LLMCore

/// The trials of one task, cut to what can be compared: the newest of each, over the cases that all compared arms share.
struct TaskEvidence {
    let arms: [ArmEvidence]
    let caseCount: Int
    /// Of each shared case: its own weight in every mean, scaled to a mean of 1.
    let weights: [Double]
    /// Of each shared case: its cluster, numbered from 0.
    let clusters: [Int]
    let clusterCount: Int
    let leftOut: [SelectionTable.LeftOut]

    /// An arm that covers less than this of what the best covered one does is left out, lest it shrink what all share.
    static let leastCoverage = 0.8

    init?(rows: [TrialRow], cases: Set<String>?, simulated: Bool) {
        var index = TrialIndex(rows: rows, cases: cases, simulated: simulated)
        index.keepNewestRowOfEachCase()
        var leftOut = index.dropOlderEndpoints()
        leftOut += index.dropThinlyCovered(least: TaskEvidence.leastCoverage)
        let shared = index.sharedCases()
        guard !shared.isEmpty else { return nil }
        let facts = shared.map { index.facts(of: $0) }
        let total = facts.reduce(0) { $0 + $1.weight }
        weights = facts.map { $0.weight * Double(facts.count) / total }
        var places: [String: Int] = [:]
        clusters = facts.enumerated().map { place, fact in
            // A case without a group is a cluster of its own; the sign keeps its key apart from any group's name.
            let key = fact.group.map { "g\($0)" } ?? "#\(place)"
            let number = places[key] ?? places.count
            places[key] = number
            return number
        }
        clusterCount = places.count
        caseCount = shared.count
        arms = index.arms.map {
            ArmEvidence(arm: $0.arm, rows: index.rows, places: index.places(of: $0, cases: shared))
        }
        self.leftOut = leftOut.sorted { ($0.arm, $0.endpoint) < ($1.arm, $1.endpoint) }
    }
}
