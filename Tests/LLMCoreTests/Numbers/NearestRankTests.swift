import Testing

@testable import LLMCore

@Suite("A quantile by nearest rank", .timeLimit(.minutes(1)))
struct NearestRankTests {
    @Test("is the value that sorting would put in its place", arguments: 0..<40)
    func selection(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = 1 + Int(random.unit() * 300)
        // Of few values many are equal; some rows are sorted one way or the other.
        let kinds = seed.isMultiple(of: 3) ? 4.0 : 1e9
        var values = (0..<count).map { _ in (random.unit() * kinds).rounded() }
        if seed % 5 == 1 { values.sort() }
        if seed % 5 == 2 { values.sort(by: >) }
        let sorted = values.sorted()
        for quantile in [0, 0.025, 0.5, 0.95, 0.975, 1] {
            let place = NearestRank.place(of: quantile, among: count)
            #expect(NearestRank.value(of: quantile, in: values) == sorted[place])
        }
    }
}
