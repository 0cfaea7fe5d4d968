import Testing

@testable import LLMCore

@Suite("The sign of a sum of exponential variables", .timeLimit(.minutes(1)))
struct ExponentialSumTests {
    /// The chance that a rate whose cases are weighted at random, with one more lost, is at least `least`: by the binomial distribution
    /// (Clopper and Pearson, 1934).
    private func exact(right: Int, of cases: Int, least: Double) -> Double {
        // By logarithms: of a thousand cases the first terms are smaller than any number.
        var term = Double(cases) * Portable.ln(1 - least)
        var sum = 0.0
        for successes in 0..<right {
            sum += Portable.exponential(term)
            term += Portable.ln(Double(cases - successes) / Double(successes + 1) * least / (1 - least))
        }
        return sum
    }

    @Test(
        "a least rate is as likely as Clopper and Pearson say",
        arguments: [(10, 9, 0.8), (40, 38, 0.9), (40, 40, 0.95), (80, 60, 0.7), (160, 120, 0.8), (1_000, 900, 0.88)])
    func rates(cases: Int, right: Int, least: Double) {
        let coefficients = (0..<cases).map { $0 < right ? 1 - least : -least }
        let chance = ExponentialSum(coefficients: coefficients, loss: (1, least)).chanceNotNegative
        let known = exact(right: right, of: cases, least: least)
        #expect((chance - known).magnitude < 0.004, "\(chance), exactly \(known)")
        #expect(min(chance / known, (1 - chance) / (1 - known)) > 0.98, "\(chance), exactly \(known)")
    }

    @Test("against draws: scores of any size, a lost case of any shape, a sum that is as often above 0 as below")
    func draws() {
        var random = SeededGenerator(seed: 7)
        for (cases, shift) in [(20, 0.0), (60, 0.05), (60, -0.02), (200, 0)] {
            let coefficients = (0..<cases).map { _ in random.exponential() - 1 + shift }
            let chance = ExponentialSum(coefficients: coefficients, loss: (0.5, 0.9)).chanceNotNegative
            let runs = 40_000
            let held = (0..<runs).count { _ in
                let normal = random.normal()
                // Half the square of a normal variable has the shape of a half.
                return coefficients.reduce(-0.9 * normal * normal / 2) { $0 + $1 * random.exponential() } >= 0
            }
            let share = Double(held) / Double(runs)
            #expect((chance - share).magnitude < 0.01, "\(cases) \(shift): \(chance), drawn \(share)")
        }
    }

    @Test("terms of one sign leave no doubt")
    func certain() {
        #expect(ExponentialSum(coefficients: [0.1, 0], loss: (0.5, 0)).chanceNotNegative == 1)
        #expect(ExponentialSum(coefficients: [0, 0], loss: (0.5, 0.9)).chanceNotNegative == 0)
        #expect(ExponentialSum(coefficients: [-0.1, 0], loss: (0.5, 0)).chanceNotNegative == 0)
    }

    @Test("a sum whose mean is 0 is a half but for its skewness, and the chance does not jump about it")
    func smooth() {
        let chances = (-5...5).map { step in
            let coefficients = (0..<40).map { ($0.isMultiple(of: 2) ? 1.0 : -1.0) + Double(step) * 1e-6 }
            return ExponentialSum(coefficients: coefficients, loss: (0.5, 0)).chanceNotNegative
        }
        #expect((chances[5] - 0.5).magnitude < 1e-6, "\(chances)")
        #expect(zip(chances, chances.dropFirst()).allSatisfy { $0 < $1 && $1 - $0 < 1e-5 }, "\(chances)")
    }
}
