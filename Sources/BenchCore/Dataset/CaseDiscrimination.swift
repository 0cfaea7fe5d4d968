package import LLMCore

/// The verdict of measured models on cases: which separate the good ones from the bad, and whether fresh cases are harder.
package struct CaseDiscrimination: Sendable {
    /// Mean score of each case, `nil` where the arm did not answer it.
    package struct ArmScores: Sendable {
        package var arm: ArmID
        package var scores: [Double?]
        package init(arm: ArmID, scores: [Double?]) {
            self.arm = arm
            self.scores = scores
        }
    }

    /// A case's item-rest correlation: of its scores with the same models' mean over all other cases.
    package struct Item: Sendable {
        package var caseID: String
        /// Models that answered it.
        package var arms: Int
        package var mean: Double
        /// `nil` where all models did equally well, or fewer than three answered.
        package var correlation: Double?
        /// By Fisher's z, at 95 %; `nil` below four models.
        package var interval: Statistics.Interval?
    }

    /// A model's mean over the fixed cases less that over the fresh ones.
    package struct FreshGap: Sendable {
        package var arm: ArmID
        package var fixed: Statistics.Estimate
        package var fresh: Statistics.Estimate
        package var gap: Statistics.Estimate
    }

    package var items: [Item]
    package var gaps: [FreshGap]
    /// Cases that at least two models answered, and those of them that all of them solved, or none.
    package var compared: Int
    package var solvedByAll: Int
    package var solvedByNone: Int

    package init(_ cases: [BenchCase], _ arms: [ArmScores]) {
        items = cases.indices.compactMap { CaseDiscrimination.item(at: $0, cases, arms) }
        let compared = cases.indices.map { place in arms.compactMap { $0.scores[place] } }.filter { $0.count > 1 }
        self.compared = compared.count
        solvedByAll = compared.count { $0.allSatisfy { $0 >= 1 } }
        solvedByNone = compared.count { $0.allSatisfy { $0 <= 0 } }
        gaps = arms.compactMap { CaseDiscrimination.gap(of: $0, cases) }
    }

    private static func item(at place: Int, _ cases: [BenchCase], _ arms: [ArmScores]) -> Item? {
        let pairs = arms.compactMap { arm -> (item: Double, rest: Double)? in
            guard let item = arm.scores[place] else { return nil }
            let others = arm.scores.indices.filter { $0 != place }.compactMap { arm.scores[$0] }
            return Statistics.mean(others).map { (item, $0) }
        }
        guard let mean = Statistics.mean(pairs.map(\.item)) else { return nil }
        let correlation = pairs.count > 2 ? Statistics.correlation(pairs.map { ($0.item, $0.rest) }) : nil
        return Item(
            caseID: cases[place].id, arms: pairs.count, mean: mean, correlation: correlation,
            interval: correlation.flatMap { Statistics.fisherInterval(ofCorrelation: $0, n: pairs.count) })
    }

    /// Both means count groups as one observation; the difference has the degrees of freedom of the smaller.
    private static func gap(of arm: ArmScores, _ cases: [BenchCase]) -> FreshGap? {
        func estimate(_ isFresh: Bool) -> (Statistics.Estimate, error: Double?)? {
            let places = cases.indices.filter { cases[$0].isFresh == isFresh && arm.scores[$0] != nil }
            let scores = places.compactMap { arm.scores[$0] }
            let clusters = places.map { cases[$0].group ?? "case \(cases[$0].id)" }
            guard let mean = Statistics.clusteredMean(scores, clusters: clusters) else { return nil }
            return (mean, Statistics.clusteredStandardError(scores, clusters: clusters))
        }
        guard let (fixed, fixedError) = estimate(false), let (fresh, freshError) = estimate(true) else { return nil }
        let value = fixed.value - fresh.value
        let n = min(fixed.n, fresh.n)
        guard let fixedError, let freshError, n > 1 else {
            return FreshGap(arm: arm.arm, fixed: fixed, fresh: fresh, gap: .init(value: value, interval: nil, n: n))
        }
        let error = (fixedError * fixedError + freshError * freshError).squareRoot()
        let half = error * Statistics.studentQuantile(0.975, degreesOfFreedom: Double(n - 1))
        let interval = Statistics.Interval(low: value - half, high: value + half)
        return FreshGap(arm: arm.arm, fixed: fixed, fresh: fresh, gap: .init(value: value, interval: interval, n: n))
    }
}

extension Statistics {
    /// Pearson's correlation; `nil` where either side does not vary.
    static func correlation(_ pairs: [(Double, Double)]) -> Double? {
        guard let x = mean(pairs.map(\.0)), let y = mean(pairs.map(\.1)) else { return nil }
        let products = pairs.reduce(into: (xy: 0.0, xx: 0.0, yy: 0.0)) { sums, pair in
            sums.xy += (pair.0 - x) * (pair.1 - y)
            sums.xx += (pair.0 - x) * (pair.0 - x)
            sums.yy += (pair.1 - y) * (pair.1 - y)
        }
        guard products.xx > 1e-12, products.yy > 1e-12 else { return nil }
        return max(-1, min(1, products.xy / (products.xx * products.yy).squareRoot()))
    }

    /// The interval of a correlation by Fisher's z (1921) at 95 %; `nil` below four pairs, where it would be everything.
    static func fisherInterval(ofCorrelation r: Double, n: Int) -> Interval? {
        guard n > 3 else { return nil }
        let bounded = max(-1 + 1e-9, min(1 - 1e-9, r))
        let z = Portable.ln((1 + bounded) / (1 - bounded)) / 2
        let half = 1.959963984540054 / Double(n - 3).squareRoot()
        func back(_ z: Double) -> Double {
            let e = Portable.exponential(2 * z)
            return (e - 1) / (e + 1)
        }
        return Interval(low: back(z - half), high: back(z + half))
    }
}
