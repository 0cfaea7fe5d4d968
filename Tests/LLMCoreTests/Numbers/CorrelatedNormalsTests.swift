import Testing

@testable import LLMCore

@Suite("Normal variables that vary together", .timeLimit(.minutes(1)))
struct CorrelatedNormalsTests {
    @Test(
        "two of them are both below 0 as often as their correlation says (Sheppard, 1899)",
        arguments: [
            (-0.9, 0.0717831), (-0.5, 1.0 / 6), (0, 0.25), (0.5, 1.0 / 3), (0.9, 0.4282169), (0.999, 0.4928818),
        ])
    func two(correlation: Double, known: Double) {
        let chance = CorrelatedNormals(count: 2) { _, _ in correlation }.chanceBelow([0, 0])
        #expect((chance - known).magnitude < 0.001, "\(chance), exactly \(known)")
    }

    /// The chance where one factor is all they share, by its integral.
    private func integral(_ loads: [Double], _ marks: [Double]) -> Double {
        let step = 0.01
        return (-800...800).reduce(0.0) { sum, place in
            let factor = Double(place) * step
            let density = Portable.exponential(-factor * factor / 2) / (2 * Double.pi).squareRoot() * step
            return zip(loads, marks).reduce(density) {
                $0 * Normal.cumulative(($1.1 - $1.0 * factor) / (1 - $1.0 * $1.0).squareRoot())
            } + sum
        }
    }

    @Test(
        "of many that share one factor the chance is its integral, to a thousandth",
        arguments: [(2, 0.6), (5, 0.5), (11, 0.3), (11, 0.8), (30, 0.2), (30, 0.5), (30, 0.95)])
    func many(count: Int, correlation: Double) {
        var random = SeededGenerator(seed: UInt64(count))
        let loads = (0..<count).map { _ in min(0.99, max(0, correlation.squareRoot() + 0.1 * (random.unit() - 0.5))) }
        let marks = (0..<count).map { _ in 1.3 + 2 * random.unit() }.sorted()
        let chance = CorrelatedNormals(count: count) { loads[$0] * loads[$1] }.chanceBelow(marks)
        let known = integral(loads, marks)
        #expect((chance - known).magnitude < 0.0015, "\(chance), exactly \(known)")
        let rough = CorrelatedNormals(count: count) { loads[$0] * loads[$1] }.chanceBelow(marks, asked: 0.1)
        #expect((rough - known).magnitude < 0.01, "\(rough), exactly \(known)")
    }

    @Test("against draws: correlations of any sign")
    func draws() {
        var random = SeededGenerator(seed: 3)
        for count in [3, 6, 12] {
            let vectors = (0..<count).map { _ in unit((0..<8).map { _ in random.normal() }) }
            let marks = (0..<count).map { _ in 0.5 + random.unit() }.sorted()
            let chance = CorrelatedNormals(count: count) { InnerProduct.of(vectors[$0], vectors[$1]) }.chanceBelow(
                marks)
            let runs = 40_000
            let held = (0..<runs).count { _ in
                let drawn = (0..<8).map { _ in random.normal() }
                return zip(vectors, marks).allSatisfy { InnerProduct.of($0, drawn) < $1 }
            }
            let share = Double(held) / Double(runs)
            #expect((chance - share).magnitude < 0.01, "\(count): \(chance), drawn \(share)")
        }
    }

    private func unit(_ vector: [Double]) -> [Double] {
        let length = InnerProduct.of(vector, vector).squareRoot()
        return vector.map { $0 / length }
    }

    @Test("copies of one are below the least of their marks as often as it alone is")
    func copies() {
        let errors = CorrelatedNormals(count: 4) { _, _ in 1 }
        #expect((errors.chanceBelow([1.2, 1.5, 2, 3]) - Normal.cumulative(1.2)).magnitude < 1e-3)
        #expect((errors.chanceBelow([-8, -8, 0, 9]) - Normal.cumulative(-8)).magnitude < 1e-12)
        #expect(CorrelatedNormals(count: 0) { _, _ in 0 }.chanceBelow([]) == 1)
    }

    @Test("a sample has their means, spreads and correlations")
    func sample() {
        let known = [[1.0], [0.7, 1], [-0.4, 0.1, 1]]
        let sample = CorrelatedNormals(count: 3) { known[$0][$1] }.sample(1_000)
        #expect(sample.allSatisfy { $0.count == 1_000 })
        for (row, correlations) in known.enumerated() {
            #expect((sample[row].reduce(0, +) / 1_000).magnitude < 0.02)
            for (column, correlation) in correlations.enumerated() {
                let product = zip(sample[row], sample[column]).reduce(0) { $0 + $1.0 * $1.1 } / 1_000
                #expect((Double(product) - correlation).magnitude < 0.03, "\(row) \(column): \(product)")
            }
        }
    }
}
