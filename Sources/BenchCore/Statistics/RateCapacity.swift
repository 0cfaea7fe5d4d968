import LLMCore

/// The highest rate of calls at which a share of them is good, from a sweep over rates.
///
/// The share falls as the rate rises, and nothing else is taken for granted. The value is where the isotonic fit crosses the share wanted,
/// by interpolation over the logarithm of the rate. Its interval covers what was drawn, by draws from each rate's confidence distribution
/// (Wilson's, at the effective number of its outcomes), and what was not tried: it reaches from the last rate that holds to the first that
/// does not, for between them the server may give way anywhere.
package struct RateCapacity: Sendable, Hashable {
    /// One rate of a sweep.
    package struct Step: Sendable, Hashable {
        package let rate: Double
        /// In their order in time.
        package let outcomes: [Bool]

        package init(rate: Double, outcomes: [Bool]) {
            self.rate = rate
            self.outcomes = outcomes
        }
    }

    package enum Finding: Sendable, Hashable {
        case upTo(Double)
        /// At every rate that was tried.
        case everywhere
        /// At none that was tried.
        case nowhere
    }

    package let finding: Finding
    /// `nil`: below every rate that was tried.
    package let low: Double?
    /// `nil`: above every rate that was tried.
    package let high: Double?
    /// The rates that were tried, the lowest and the highest.
    package let tried: ClosedRange<Double>

    /// - Returns: `nil` when nothing was tried.
    package init?(
        _ steps: [Step], share: Double, seed: UInt64, draws: Int = 4_000,
        confidence: Double = Statistics.defaultConfidence
    ) {
        let steps = steps.filter { !$0.outcomes.isEmpty }.sorted { $0.rate < $1.rate }
        guard let first = steps.first, let last = steps.last else { return nil }
        let rates = steps.map(\.rate)
        let sizes = Statistics.serialCounts(steps.map { $0.outcomes.map { $0 ? 1 : 0 } })
        let shares = steps.map { Double($0.outcomes.count(where: \.self)) / Double($0.outcomes.count) }
        tried = first.rate...last.rate
        let fit = Statistics.fallingFit(shares, weights: sizes)
        let held = RateCapacity.held(fit, share)
        finding = RateCapacity.finding(fit, rates, share)
        var random = SeededGenerator(seed: seed)
        var holding: [Int] = []
        for _ in 0..<draws {
            let drawn = zip(shares, sizes).map { RateCapacity.draw($0, size: $1, at: random.unit()) }
            holding.append(RateCapacity.held(Statistics.fallingFit(drawn, weights: sizes), share))
        }
        holding.sort()
        let tail = (1 - confidence) / 2
        // The finding itself is never left out.
        let least = min(held, holding[NearestRank.place(of: tail, among: draws)])
        let most = max(held, holding[NearestRank.place(of: 1 - tail, among: draws)])
        low = least == 0 ? nil : rates[least - 1]
        high = most == rates.count ? nil : rates[most]
    }

    /// The number of rates that hold, from the lowest on.
    private static func held(_ fit: [Double], _ share: Double) -> Int { fit.prefix { $0 >= share - 1e-12 }.count }

    private static func finding(_ fit: [Double], _ rates: [Double], _ share: Double) -> Finding {
        let count = held(fit, share)
        guard count > 0 else { return .nowhere }
        guard count < fit.count else { return .everywhere }
        let part = (fit[count - 1] - share) / (fit[count - 1] - fit[count])
        let step = Portable.ln(rates[count] / rates[count - 1])
        return .upTo(rates[count - 1] * Portable.exponential(max(0, part) * step))
    }

    /// The end of Wilson's one-sided interval at confidence `u`: over all `u` in 0...1 they are the rate's confidence distribution.
    /// A rate at which all were good spreads too, as it does not in a bootstrap.
    private static func draw(_ rate: Double, size n: Double, at u: Double) -> Double {
        let z = Normal.quantile(u)
        let spread = (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
        return (rate + z * z / (2 * n) + z * spread) / (1 + z * z / n)
    }
}

extension RateCapacity {
    /// `up to 14.2/s [12.1, 16]`, `at every rate tried (≥ 32/s)`, `at none (< 1/s)`.
    package var text: String {
        let (lowest, highest) = (RateSweep.text(tried.lowerBound), RateSweep.text(tried.upperBound))
        let ends =
            "[\(low.map { NumberText.rate($0) } ?? "< \(NumberText.rate(tried.lowerBound))"), "
            + "\(high.map { NumberText.rate($0) } ?? "> \(NumberText.rate(tried.upperBound))")]"
        return switch finding {
        case .upTo(let rate): "up to \(RateSweep.text(rate)) \(ends)"
        case .everywhere: "at every rate tried (≥ \(highest)\(low == tried.upperBound ? "" : ", not certain: \(ends)"))"
        case .nowhere: "at none (< \(lowest)\(high == tried.lowerBound ? "" : ", not certain: \(ends)"))"
        }
    }
}
