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

    @Test(
        "draws move no verdict about quality, no confidence and no number of cases needed: neither their seed nor how many they are",
        arguments: [SelectionConstraints(), .init(relativeQuality: nil, minQuality: 0.6), .init(minQuality: 0.6)])
    func seeds(constraints: SelectionConstraints) {
        for seed in 0..<4 {
            let world = SelectionWorld.spread(cases: seed.isMultiple(of: 2) ? 80 : 300)
            let tables = [world, world.withFewestDraws].flatMap { $0.tables(seed: UInt64(seed), drawSeeds: [1, 2]) }
            let choices = tables.map { $0.choose(constraints) }
            for other in choices.dropFirst() {
                #expect(choices[0].confidences == other.confidences && choices[0].casesNeeded == other.casesNeeded)
                #expect(choices[0].verdict == other.verdict && choices[0].row?.arm == other.row?.arm)
            }
        }
    }

    @Test(
        "a table of an older version, whose draws alone tell, is judged nearly as one that holds sums", arguments: 0..<4
    )
    func olderTables(seed: UInt64) {
        let table = SelectionWorld.spread(cases: 200).table(seed: seed)
        var older = table
        older.clusterWeights = nil
        for row in older.rows.indices { older.rows[row].sums = nil }
        let (new, old) = (table.choose(), older.choose())
        for (arm, confidence) in new.confidences {
            #expect((confidence - (old.confidences[arm] ?? 0)).magnitude < 0.04, "\(arm): \(confidence)")
        }
        if let needed = new.casesNeeded, let before = old.casesNeeded {
            #expect((Double(needed + 200) / Double(before + 200) - 1).magnitude < 0.15, "\(needed), \(before)")
        }
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
