import LLMCore
import TestSupport
import Testing

@testable import BenchCore

@Suite("Judging tables on outcomes they have not seen", .timeLimit(.minutes(2)))
struct SelectionEvaluationTests {
    private typealias Point = CostQualityCurve.Point

    @Test("the curve keeps what no mix of others beats")
    func hull() {
        let curve = CostQualityCurve([
            Point(cost: 1, quality: 0.4), Point(cost: 2, quality: 0.5), Point(cost: 3, quality: 0.8),
            Point(cost: 4, quality: 0.7), Point(cost: 5, quality: 0.9), Point(cost: 1, quality: 0.3),
        ])
        #expect(curve.corners.map(\.cost) == [1, 3, 5])
        #expect(curve.quality(at: 2).map { abs($0 - 0.6) < 1e-12 } == true)
        #expect(curve.quality(at: 0.1) == 0.4 && curve.quality(at: 9) == 0.9)
        #expect(curve.cost(of: 0.6).map { abs($0 - 2) < 1e-12 } == true)
        #expect(curve.cost(of: 0.4) == 1 && curve.cost(of: 0.95) == nil)
    }

    @Test("AIQ is the area under the curve over its width; log-AIQ the same over the logarithm of the cost")
    func area() throws {
        let curve = CostQualityCurve([Point(cost: 1, quality: 0.4), Point(cost: 3, quality: 0.8)])
        // Trapezia: 2 · 0.6 up to 3, then 2 · 0.8 up to 5, over 4.
        #expect(abs(try #require(curve.meanQuality(from: 1, to: 5)) - 0.7) < 1e-12)
        // By hand: on 1…3 quality is 0.2 + 0.2·c, its integral over ln c is 0.2·ln 3 + 0.2·2.
        let inner: Double = 0.2 * Portable.ln(3) + 0.4
        let outer: Double = 0.8 * Portable.ln(5.0 / 3)
        let expected = (inner + outer) / Portable.ln(5)
        #expect(abs(try #require(curve.meanQualityByRatio(from: 1, to: 5)) - expected) < 1e-12)
        #expect(curve.meanQualityByRatio(from: 0, to: 5) == nil, "a free model has no logarithm")
        #expect(curve.meanQuality(from: 2, to: 2).map { abs($0 - 0.6) < 1e-12 } == true)
    }

    /// Two tasks; on each another model is right, and each costs the same all the time.
    private static func specialists(cases: Int = 80) throws -> [SelectionEvidence] {
        try ["t", "u"].map { task in
            let rows = (0..<cases).flatMap { number in
                [("a", task == "t", 0.002), ("b", task == "u", 0.001), ("c", number % 4 == 0, 0.0001)].map {
                    SelectionScenario.row($0, case: "c\(number)", score: $1 ? 1 : 0, cost: $2, simulated: false)
                }
            }
            return try #require(SelectionEvidence(task: TaskType(task), trials: rows, simulated: false))
        }
    }

    @Test(
        "where each task has its own best model, the table closes the oracle's gap and the best single model does not")
    func specialised() async throws {
        let evaluation = SelectionEvaluation(try Self.specialists(), constraints: .init(), draws: 400)
        let result = await evaluation.run(seeds: 5)
        #expect(result.table.quality?.mean == 1 && result.table.oracleGapClosed?.mean == 1)
        #expect(result.bestSingle.quality?.mean == 0.5 && result.bestSingle.oracleGapClosed?.mean == 0)
        #expect(result.oracle.quality?.mean == 1)
        #expect(result.table.cost.map { abs($0.mean - 0.0015) < 1e-9 } == true)
        let (table, single) = (try #require(result.table.aiq?.mean), try #require(result.bestSingle.aiq?.mean))
        let mix = try #require(result.staticMix.aiq?.mean)
        #expect(table > mix && mix >= single - 1e-9, "\(table) \(mix) \(single)")
        #expect(result.table.savingAtEqualQuality.map { $0.mean > 0 && $0.seeds == 5 } == true)
        #expect(result.table.quality?.deviation == 0 && result.table.quality?.seeds == 5)
        #expect(await evaluation.run(seeds: 5) == result, "the same seeds, the same figures")
    }

    @Test("unknown costs leave figures of money unknown, and quality known")
    func unpriced() async throws {
        var tasks = try Self.specialists()
        for place in tasks[0].cases.indices { tasks[0].arms[0].outcomes[place][0].cost = nil }
        let result = await SelectionEvaluation(tasks, constraints: .init(), draws: 400).run(seeds: 2)
        #expect(result.table.quality?.mean == 1 && result.table.cost == nil && result.table.aiq == nil)
        #expect(result.oracle.cost == nil && result.oracle.quality?.mean == 1)
    }

    @Test("a purchase of all cases chooses what is true; one of few cases certifies nothing")
    func replay() async throws {
        let replay = SelectionReplay(try Self.specialists(), constraints: .init(), draws: 400)
        let all = await replay.run(UniformPurchase(), budget: 80, seeds: 4)
        #expect(all.meanRegret == 0 && all.certifiedShare == 1 && all.brokenShare == 0 && all.count == 8)
        #expect(all.dollarsVsUniform == 1 && all.dollars.map { abs($0 - 2 * 80 * 0.0031) < 1e-9 } == true)
        let few = await replay.run(UniformPurchase(), budget: 20, seeds: 4)
        #expect(few.certifiedShare == 0 && few.brokenShare == nil && few.count == 8)
        #expect(few.dollars.map { abs($0 - 2 * 20 * 0.0031) < 1e-9 } == true)
    }

    @Test("under a worth of quality, regret is what the choice is worth less, in points")
    func regretInPoints() async throws {
        // Worth of a point so small that the cheapest model wins on both tasks, whatever it gets wrong.
        let frugal = SelectionReplay(
            try Self.specialists(), constraints: .init(relativeQuality: nil, willingToPay: USD("0.00000001")),
            draws: 400)
        let figures = await frugal.run(UniformPurchase(), budget: 80, seeds: 2)
        #expect(figures.meanRegret == 0 && figures.brokenShare == 0)
        let rich = SelectionReplay(
            try Self.specialists(), constraints: .init(relativeQuality: nil, willingToPay: USD("1")), draws: 400)
        #expect(await rich.run(UniformPurchase(), budget: 80, seeds: 2).meanRegret == 0)
    }

    @Test("a sample takes whole groups, and no case twice")
    func clusters() throws {
        let rows = (0..<60).map {
            SelectionScenario.row("a", case: "c\($0)", group: "g\($0 / 5)", simulated: false)
        }
        let evidence = try #require(SelectionEvidence(task: "t", trials: rows, simulated: false))
        var random = SeededGenerator(seed: 3)
        let bought = UniformPurchase().purchase(from: evidence, budget: 20, &random)
        #expect(bought.cases.count == 20 && Set(bought.cases.map(\.group)).count == 4)
        #expect(Set(bought.cases.map(\.id)).count == 20)
    }
}
