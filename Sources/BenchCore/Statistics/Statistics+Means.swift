extension Statistics {
    /// Mean ± t·SE (Student, 1908). Below two values there is no interval.
    public static func meanEstimate(_ values: [Double], confidence: Double = defaultConfidence) -> Estimate? {
        guard let mean = mean(values) else { return nil }
        let error = variance(values).map { ($0 / Double(values.count)).squareRoot() }
        return estimate(mean, error: error, n: values.count, confidence: confidence)
    }

    /// Mean with a cluster-robust interval (Miller 2024, equation 4), t with G − 1 degrees of freedom. With every value a
    /// cluster of its own it is ``meanEstimate(_:confidence:)``.
    public static func clusteredMean<Cluster: Hashable>(
        _ values: [Double], clusters: [Cluster], confidence: Double = defaultConfidence
    ) -> Estimate? {
        guard let mean = mean(values), values.count == clusters.count else { return nil }
        return estimate(
            mean, error: clusteredStandardError(values, clusters: clusters), n: Set(clusters).count,
            confidence: confidence)
    }

    /// √(G/(G−1) · Σ_g (Σ_{i in g} (x_i − x̄))²) / n: the small-sample factor makes single-value clusters give s/√n.
    ///
    /// - Returns: `nil` below two clusters.
    public static func clusteredStandardError<Cluster: Hashable>(_ values: [Double], clusters: [Cluster]) -> Double? {
        guard let mean = mean(values), values.count == clusters.count else { return nil }
        // Sums in order of first appearance: the order of a dictionary would change the last digit from run to run.
        var places: [Cluster: Int] = [:]
        var sums: [Double] = []
        for (value, cluster) in zip(values, clusters) {
            let place = places[cluster] ?? sums.count
            if place == sums.count {
                places[cluster] = place
                sums.append(0)
            }
            sums[place] += value - mean
        }
        guard sums.count > 1 else { return nil }
        let count = Double(sums.count)
        let total = sums.reduce(0) { $0 + $1 * $1 }
        return (count / (count - 1) * total).squareRoot() / Double(values.count)
    }

    private static func estimate(_ mean: Double, error: Double?, n: Int, confidence: Double) -> Estimate {
        guard let error, n > 1 else { return Estimate(value: mean, interval: nil, n: n) }
        let half = error * studentQuantile(0.5 + confidence / 2, degreesOfFreedom: Double(n - 1))
        return Estimate(value: mean, interval: Interval(low: mean - half, high: mean + half), n: n)
    }
}
