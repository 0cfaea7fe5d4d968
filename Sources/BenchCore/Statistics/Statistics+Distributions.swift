import LLMCore

extension Statistics {
    /// P(T <= x) of Student's distribution: Abramowitz and Stegun 26.7.1 through the incomplete beta function.
    static func studentCDF(_ x: Double, degreesOfFreedom df: Double) -> Double {
        let square = x * x
        // Near 0 the one share is 1 in binary, and only the other tells x from 0.
        if square < df {
            let half = 0.5 * incompleteBeta(square / (df + square), 0.5, df / 2)
            return x > 0 ? 0.5 + half : 0.5 - half
        }
        let tail = 0.5 * incompleteBeta(df / (df + square), df / 2, 0.5)
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
        return (x - 0.5) * Portable.ln(x) - x + 0.5 * Portable.ln(2 * Double.pi) + series - Portable.ln(product)
    }

    /// ln of the number of ways to choose `k` of `n`.
    static func logChoose(_ n: Int, _ k: Int) -> Double {
        logGamma(Double(n) + 1) - logGamma(Double(k) + 1) - logGamma(Double(n - k) + 1)
    }

    /// P(X = k) of the binomial distribution.
    static func binomialProbability(_ k: Int, of n: Int, _ p: Double) -> Double {
        Portable.exponential(logChoose(n, k) + Double(k) * Portable.ln(p) + Double(n - k) * Portable.ln(1 - p))
    }

    /// The regularised incomplete beta function I_x(a, b): the continued fraction of Abramowitz and Stegun 26.5.8,
    /// evaluated by Lentz's method.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges quickly on this side only.
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
        let front = Portable.exponential(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Portable.ln(x) + b * Portable.ln(1 - x))
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
