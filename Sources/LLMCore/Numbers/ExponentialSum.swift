/// A sum of independent exponential variables, each times a coefficient, less one gamma variable: what a claim about weighted means is
/// once its cases are weighted at random, as the Bayesian bootstrap weights them.
///
/// The chance of its sign is that of Lugannani and Rice (1980), from the sum's cumulant generating function at its saddlepoint: within a
/// few parts in ten thousand for ten terms, where four thousand draws leave thirty.
struct ExponentialSum: Sendable {
    private var terms: [(coefficient: Double, count: Double)] = []
    private let loss: (shape: Double, coefficient: Double)
    /// So many different coefficients are looked for among those before: scores of right and wrong have four.
    private static let few = 8

    /// - Parameters:
    ///   - coefficients: Of each Exp(1) variable.
    ///   - loss: The shape of the gamma variable that is taken away, and its coefficient, not below 0.
    init(coefficients: [Double], loss: (shape: Double, coefficient: Double)) {
        self.loss = loss
        for coefficient in coefficients {
            if terms.count <= Self.few, let place = terms.firstIndex(where: { $0.coefficient == coefficient }) {
                terms[place].count += 1
            } else {
                terms.append((coefficient, 1))
            }
        }
    }

    /// The chance that the sum is not below 0.
    var chanceNotNegative: Double {
        var (lowest, highest) = (-loss.coefficient, 0.0)
        for term in terms {
            lowest = min(lowest, term.coefficient)
            highest = max(highest, term.coefficient)
        }
        guard lowest < 0 else { return 1 }
        guard highest > 0 else { return 0 }
        let point = saddlepoint(in: 1 / lowest, 1 / highest)
        let root = (2 * max(0, -cumulant(at: point))).squareRoot()
        let distance = point < 0 ? -root : root
        // About the mean, nought less nought: there the term is a sixth of the skewness.
        let correction =
            root > 2e-3 ? 1 / (point * slopes(at: point).second.squareRoot()) - 1 / distance : -skewness / 6
        let density = Portable.exponential(-distance * distance / 2) / Self.rootOfTwoPi
        return min(1, max(0, Normal.cumulative(-distance) + density * correction))
    }

    private static let rootOfTwoPi = 2.5066282746310002

    /// The point at which the cumulant generating function is least: Newton's method, kept between the ends of its domain.
    private func saddlepoint(in low: Double, _ high: Double) -> Double {
        let width = high - low
        var (low, high) = (low, high)
        var point = 0.0
        for _ in 0..<60 {
            let slopes = slopes(at: point)
            if slopes.first > 0 { high = point } else { low = point }
            var next = point - slopes.first / slopes.second
            if !(next > low && next < high) { next = (low + high) / 2 }
            let step = (next - point).magnitude
            point = next
            if step <= 1e-9 * width { break }
        }
        return point
    }

    /// The logarithm of the mean of exp(t · sum).
    private func cumulant(at t: Double) -> Double {
        terms.reduce(-loss.shape * Portable.ln(1 + loss.coefficient * t)) { sum, term in
            sum - term.count * Portable.ln(1 - term.coefficient * t)
        }
    }

    private func slopes(at t: Double) -> (first: Double, second: Double) {
        var (first, second) = (0.0, 0.0)
        for term in terms {
            let slope = term.coefficient / (1 - term.coefficient * t)
            first += term.count * slope
            second += term.count * slope * slope
        }
        let slope = -loss.coefficient / (1 + loss.coefficient * t)
        return (first + loss.shape * slope, second + loss.shape * slope * slope)
    }

    private var skewness: Double {
        let third = terms.reduce(-loss.shape * loss.coefficient * loss.coefficient * loss.coefficient) {
            $0 + $1.count * $1.coefficient * $1.coefficient * $1.coefficient
        }
        let second = slopes(at: 0).second
        return 2 * third / (second * second.squareRoot())
    }
}
