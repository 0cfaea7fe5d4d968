import LLMCore

extension Statistics {
    /// The interval of a rate by Wilson's score method (Wilson, JASA 22, 1927): never outside 0...1, never empty at 0 or n.
    ///
    /// 3 of 4 gives [0.301, 0.954], 0 of 4 gives [0, 0.490]. `n` may be fractional: an effective size.
    ///
    /// - Returns: `nil` when nothing was tried.
    public static func wilson(
        successes: Double, of n: Double, confidence: Double = defaultConfidence
    ) -> Interval? {
        guard n > 0 else { return nil }
        let interval = Normal.wilson(successes: successes, of: n, confidence: confidence)
        return Interval(low: interval.low, high: interval.high)
    }

    public static func wilson(successes: Int, of n: Int, confidence: Double = defaultConfidence) -> Interval? {
        wilson(successes: Double(successes), of: Double(n), confidence: confidence)
    }

    /// A rate over outcomes that come in clusters (repeats of a case, cases of a group): the wider of the cluster-robust
    /// t interval and Wilson's at the effective size n / deff (Miller, "Adding Error Bars to Evals", 2024).
    ///
    /// - Parameters:
    ///   - clusters: The cluster of each outcome, by any label.
    public static func clusteredRate<Cluster: Hashable>(
        _ outcomes: [Bool], clusters: [Cluster], confidence: Double = defaultConfidence
    ) -> Estimate? {
        boundedMean(outcomes.map { $0 ? 1.0 : 0.0 }, clusters: clusters, confidence: confidence)
    }

    /// The mean of values within 0...1 that come in clusters: as ``clusteredRate(_:clusters:confidence:)``, since no such values vary more
    /// than outcomes of the same mean.
    public static func boundedMean<Cluster: Hashable>(
        _ values: [Double], clusters: [Cluster], confidence: Double = defaultConfidence
    ) -> Estimate? {
        guard let robust = clusteredMean(values, clusters: clusters, confidence: confidence) else { return nil }
        let rate = robust.value
        let n = Double(values.count)
        let naive = rate * (1 - rate) / n
        let error = clusteredStandardError(values, clusters: clusters) ?? 0
        // Without spread nothing shows the correlation: each cluster then counts once.
        let size = naive > 0 ? n / max(1, error * error / naive) : Double(robust.n)
        guard let floor = wilson(successes: rate * size, of: size, confidence: confidence) else { return nil }
        let low = robust.interval.map { max(0, min($0.low, floor.low)) } ?? floor.low
        let high = robust.interval.map { min(1, max($0.high, floor.high)) } ?? floor.high
        return Estimate(value: rate, interval: Interval(low: low, high: high), n: robust.n)
    }

    /// The chance that at least one of `k` answers passes, from `passes` of `n`: 1 − C(n−c,k)/C(n,k), unbiased
    /// (Chen et al., "Evaluating Large Language Models Trained on Code", 2021).
    public static func passAtK(passes c: Int, of n: Int, k: Int) -> Double? {
        guard k > 0, k <= n, (0...n).contains(c) else { return nil }
        guard n - c >= k else { return 1 }
        return 1 - (0..<k).reduce(1.0) { $0 * Double(n - c - $1) / Double(n - $1) }
    }

    /// The chance that all of `k` answers pass: C(c,k)/C(n,k) (Yao et al., "τ-bench", 2024).
    public static func passHatK(passes c: Int, of n: Int, k: Int) -> Double? {
        guard k > 0, k <= n, (0...n).contains(c) else { return nil }
        return (0..<k).reduce(1.0) { $0 * Double(max(0, c - $1)) / Double(n - $1) }
    }
}
