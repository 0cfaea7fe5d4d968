import Testing

@testable import LLMCore

@Suite("A claim about quality without draws", .timeLimit(.minutes(1)))
struct ClaimSumTests {
    /// A claim's weighted mean over random weights: of the clusters, and of a pseudo-case with half a case's weight.
    private func drawn(
        _ margins: [Double], _ weights: [Double], coefficient: Double, _ drawn: [Double], _ pseudo: Double
    ) -> Double {
        (InnerProduct.of(margins, drawn) - coefficient * pseudo) / (InnerProduct.of(weights, drawn) + pseudo)
    }

    private func correlation(_ left: [Double], _ right: [Double]) -> Double {
        let count = Double(left.count)
        let (a, b) = (left.reduce(0, +) / count, right.reduce(0, +) / count)
        let (x, y) = (left.map { $0 - a }, right.map { $0 - b })
        return InnerProduct.of(x, y) / (InnerProduct.of(x, x) * InnerProduct.of(y, y)).squareRoot()
    }

    @Test(
        "two claims vary together as their draws do, with other cases for each and weights that differ",
        arguments: [(60, 0.5), (60, 1), (200, 2)])
    func directions(clusters: Int, weight: Double) {
        var random = SeededGenerator(seed: UInt64(clusters))
        let weights = (0..<clusters).map { $0.isMultiple(of: 2) ? 1 : weight }
        let rival = weights.map { random.unit() < 0.9 ? $0 : 0 }
        let margins = (0..<2).map { _ in
            weights.indices.map { (random.unit() < 0.85 ? weights[$0] : 0) - 0.95 * rival[$0] }
        }
        let claims = margins.map { ClaimSum(margins: $0, weights: weights, loss: (0.5, 0.95)) }
        let directions = claims.enumerated().map { $1.direction(of: $0, among: 2) }
        #expect(directions.allSatisfy { (InnerProduct.of($0, $0) - 1).magnitude < 1e-9 })
        var means: [[Double]] = [[], []]
        for _ in 0..<20_000 {
            let row = weights.map { _ in random.exponential() }
            for arm in 0..<2 {
                means[arm].append(
                    drawn(margins[arm], weights, coefficient: 0.95, row, random.gamma(shape: 0.5)))
            }
        }
        let known = correlation(means[0], means[1])
        let computed = InnerProduct.of(directions[0], directions[1])
        #expect((computed - known).magnitude < 0.03, "\(computed), drawn \(known)")
        for arm in 0..<2 {
            let share = Double(means[arm].count { $0 >= 0 }) / 20_000
            #expect((claims[arm].chance - share).magnitude < 0.012, "\(claims[arm].chance), drawn \(share)")
        }
    }

    @Test("claims of one arm beside two rivals share its pseudo-case, those of two arms do not")
    func pseudoCases() {
        // Every case is right for all: the pseudo-case alone varies.
        let claim = ClaimSum(
            margins: Array(repeating: 0.05, count: 40), weights: Array(repeating: 1, count: 40), loss: (1, 0.95))
        let (own, other) = (claim.direction(of: 0, among: 2), claim.direction(of: 1, among: 2))
        #expect(InnerProduct.of(own, own) > 0.999 && InnerProduct.of(own, other) < 0.1)
    }
}
