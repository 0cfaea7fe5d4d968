import BenchCore
import LLMCore
import TestSupport
import Testing

/// The short form of `scripts/bench-science`: few runs of the worlds in which earlier rules failed most. Seeds are fixed.
@Suite("What a certificate promises", .timeLimit(.minutes(5)))
struct SelectionPromiseTests {
    private func trap(_ best: Double, _ count: Int, _ cases: Int) -> SelectionWorld {
        var world = SelectionWorld.trap(best: best, count: count, ratio: 0.945, cases: cases)
        world.draws = 1_000
        return world
    }

    @Test(
        "the cheapest of many that are just not good enough is rarely certified",
        arguments: [(0.95, 10, 40), (1, 10, 80), (1, 29, 40)])
    func traps(best: Double, count: Int, cases: Int) {
        // Of 40 runs the rule before certified a wrong model in 6 to 39.
        let tally = trap(best, count, cases).tally(seeds: 0..<40)
        #expect(tally.wrong <= 6, "\(tally)")
    }

    @Test("a certificate is still to be had: a model that is as good and cheaper gets one")
    func power() {
        var world = SelectionWorld(
            [.init(quality: 0.9, cost: 0.1), .init(quality: 0.9, cost: 0.01), .init(quality: 0.5, cost: 0.001)],
            cases: 160, correlation: 0.6)
        world.draws = 1_000
        let tally = world.tally(seeds: 0..<20)
        #expect(tally.certified >= 12 && tally.wrong == 0, "\(tally)")
    }

    @Test("a model that lacks cases which all others share is left out and named, not they")
    func costly() throws {
        let full = (0..<60).flatMap { number in
            ["a", "b"].map { SelectionScenario.row($0, case: "c\(number)", score: number < 50 ? 1 : 0) }
        }
        let thin = (0..<50).map { SelectionScenario.row("thin", case: "c\($0)", score: 1) }
        let derived = SelectionScenario.derive(full + thin, provenance: SelectionScenario.provenance(), draws: 300)
        let table = try #require(derived)
        #expect(table.sharedCases == 60 && table.rows.map(\.arm.model.name) == ["a", "b"])
        #expect(table.leftOut.map(\.arm) == ["p/thin"])
        #expect(table.leftOut.first?.reason.contains("lacks 10 cases") == true, "\(table.leftOut)")
    }
}
