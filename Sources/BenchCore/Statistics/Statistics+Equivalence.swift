import LLMCore

extension Statistics {
    /// Two one-sided t tests of whether a mean difference lies within a margin (TOST: Schuirmann, Journal of Pharmacokinetics and
    /// Biopharmaceutics 15, 1987). No difference found is not equivalence; this is the test of it.
    public struct Equivalence: Sendable, Hashable {
        /// The p value of "the mean is at most −margin": small where the first is not worse (non-inferior) in a figure that is better high.
        public var atMostMinusMargin: Double
        /// The p value of "the mean is at least the margin": small where the first is not worse in a figure that is better low.
        public var atLeastMargin: Double
        /// The p value of "the mean lies outside the margin": below 0.05 just when the 90 % interval lies wholly inside.
        public var p: Double { max(atMostMinusMargin, atLeastMargin) }
    }

    /// The test of equivalence of paired differences, cluster-robust: t with G − 1 degrees of freedom.
    ///
    /// It needs differences that spread: where a handful of many outcomes differ, t is too sure, even with a bound.
    ///
    /// - Parameters:
    ///   - differences: First − second of each case: points of a score, or the logarithms of ratios with the logarithm of the largest
    ///     ratio allowed as the margin.
    ///   - clusters: The cluster of each case, by any label.
    ///   - margin: The largest difference that does not matter, in the unit of the differences; more than 0.
    ///   - bound: The largest difference possible, where there is one: 1 for scores. No p value is then below ((bound − margin) / (bound −
    ///     mean))^G, the most that G clusters without any spread can show: 20 alike of 20 do not prove that one in ten never differs.
    /// - Returns: `nil` below two clusters, of a failure's infinite difference, and of differences without spread that have no bound.
    public static func equivalence<Cluster: Hashable>(
        ofDifferences differences: [Double], clusters: [Cluster], margin: Double, bound: Double? = nil
    ) -> Equivalence? {
        guard margin > 0, let mean = mean(differences), mean.isFinite,
            let error = clusteredStandardError(differences, clusters: clusters)
        else { return nil }
        // What rounding leaves of equal differences is no spread.
        let hasSpread = error > 1e-12 * (abs(mean) + margin)
        guard hasSpread || bound != nil else { return nil }
        let count = Double(Set(clusters).count)
        // By symmetry each side is the test of "the mean is at least the margin".
        func p(_ mean: Double) -> Double {
            guard hasSpread || mean < margin else { return 1 }
            let tail = hasSpread ? studentCDF((mean - margin) / error, degreesOfFreedom: count - 1) : 0
            guard let bound, bound > margin, mean < margin else { return tail }
            return max(tail, Portable.exponential(count * Portable.ln((bound - margin) / (bound - mean))))
        }
        return Equivalence(atMostMinusMargin: p(-mean), atLeastMargin: p(mean))
    }
}

extension Statistics {
    /// Cases that a paired comparison needs to see a difference `d`, where a case's difference has variance `variance`: (z_a + z_b)² ω² /
    /// d², rounded up (Miller, "Adding Error Bars to Evals", 2024).
    ///
    /// For outcomes, where a share of cases differs, ω² is that share − d²: with 20 % of them 10 points take 150 cases.
    ///
    /// - Parameters:
    ///   - variance: ω²; of cases in clusters, times their design effect.
    ///   - confidence: Of the two-sided test.
    ///   - power: The chance that the difference is then seen.
    public static func casesNeeded(
        difference d: Double, variance: Double, confidence: Double = defaultConfidence, power: Double = defaultPower
    ) -> Int? {
        guard d != 0, variance >= 0 else { return nil }
        let z = seen(confidence, power)
        let n = (z * z * variance / (d * d)).rounded(.up)
        return n < 1e15 ? max(1, Int(n)) : nil
    }

    /// The smallest difference that a paired comparison of so many cases sees: (z_a + z_b) ω / √n, the inverse of
    /// ``casesNeeded(difference:variance:confidence:power:)``.
    ///
    /// - Returns: `nil` of no cases.
    public static func detectableDifference(
        cases n: Int, variance: Double, confidence: Double = defaultConfidence, power: Double = defaultPower
    ) -> Double? {
        guard n > 0, variance >= 0 else { return nil }
        return seen(confidence, power) * (variance / Double(n)).squareRoot()
    }

    /// The chance of seeing a difference that is there, which a comparison is planned for.
    public static let defaultPower = 0.8

    /// A difference in standard errors that a two-sided test of this confidence sees with this power.
    private static func seen(_ confidence: Double, _ power: Double) -> Double {
        Normal.quantile(0.5 + confidence / 2) + Normal.quantile(power)
    }
}
