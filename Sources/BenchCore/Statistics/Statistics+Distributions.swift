import LLMCore

extension Statistics {
    /// P(Z <= x) of the standard normal distribution.
    static func normalCDF(_ x: Double) -> Double { Normal.cumulative(x) }

    /// The z with P(Z <= z) = `p`, for 0 < p < 1.
    public static func normalQuantile(_ p: Double) -> Double { Normal.quantile(p) }

    /// P(T <= x) of Student's distribution: Abramowitz and Stegun 26.7.1 through the incomplete beta function.
    static func studentCDF(_ x: Double, degreesOfFreedom df: Double) -> Double {
        let tail = 0.5 * incompleteBeta(df / (df + x * x), df / 2, 0.5)
        return x > 0 ? 1 - tail : tail
    }

    /// The t with P(T <= t) = `p`, for 0 < p < 1.
    public static func studentQuantile(_ p: Double, degreesOfFreedom df: Double) -> Double {
        bisect(-1e9, 1e9) { studentCDF($0, degreesOfFreedom: df) < p }
    }

    /// The place where `isBelow` turns false.
    private static func bisect(_ low: Double, _ high: Double, isBelow: (Double) -> Bool) -> Double {
        var (low, high) = (low, high)
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if isBelow(middle) { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// ln Γ(x) for x > 0: Stirling's series (Abramowitz and Stegun 6.1.41) above 10, the recurrence below.
    static func logGamma(_ x: Double) -> Double {
        var x = x
        var product = 1.0
        while x < 10 {
            product *= x
            x += 1
        }
        let inverse = 1 / (x * x)
        let series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1_260 - inverse * (1 / 1_680)))) / x
        return (x - 0.5) * Platform.ln(x) - x + 0.5 * Platform.ln(2 * Double.pi) + series - Platform.ln(product)
    }

    /// ln of the number of ways to choose `k` of `n`.
    static func logChoose(_ n: Int, _ k: Int) -> Double {
        logGamma(Double(n) + 1) - logGamma(Double(k) + 1) - logGamma(Double(n - k) + 1)
    }

    /// P(X = k) of the binomial distribution.
    static func binomialProbability(_ k: Int, of n: Int, _ p: Double) -> Double {
        Platform.exponential(logChoose(n, k) + Double(k) * Platform.ln(p) + Double(n - k) * Platform.ln(1 - p))
    }

    /// The regularised incomplete beta function I_x(a, b): the continued fraction of Abramowitz and Stegun 26.5.8,
    /// evaluated by Lentz's method.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges quickly on this side only.
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
        let front = Platform.exponential(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Platform.ln(x) + b * Platform.ln(1 - x))
        return front / a / betaFraction(x, a, b)
    }

    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        var (fraction, c, d) = (1.0, 1.0, 0.0)
        for step in 1...10_000 {
            let m = Double(step / 2)
            let numerator =
                step.isMultiple(of: 2)
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 + numerator * d
            d = 1 / (abs(d) < tiny ? tiny : d)
            c = 1 + numerator / c
            if abs(c) < tiny { c = tiny }
            fraction *= c * d
            if abs(c * d - 1) < 1e-15 { break }
        }
        return fraction
    }
}

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

    /// Cases that a paired comparison needs to see a difference `d`, where a case's difference has variance `variance`:
    /// (z_a + z_b)² ω² / d², to the nearest case. With ω² = 0.25, 80 % power and 5 % two-sided: 785, 196 and 49 for 0.05, 0.10 and 0.20.
    public static func casesNeeded(
        difference d: Double, variance: Double, confidence: Double = defaultConfidence, power: Double = 0.8
    ) -> Int? {
        guard d != 0, variance >= 0 else { return nil }
        let z = normalQuantile(0.5 + confidence / 2) + normalQuantile(power)
        let n = (z * z * variance / (d * d)).rounded()
        return n < 1e15 ? max(1, Int(n)) : nil
    }
}
