import LLMCore
import Testing

@testable import BenchCore

/// What a table claims, held against a known truth. Seeds are fixed: the counts never change.
@Suite("what a certified claim is worth", .timeLimit(.minutes(2)))
struct SelectionCoverageTests {
    private struct Tally {
        var certified = 0
        var broken = 0
        var stated = 0.0
        var held = 0.0
    }

    /// Chooses under the default profile from `count` simulated benches of six arms whose true qualities are drawn anew.
    private func tally(_ count: Int, qualities: ClosedRange<Double>, _ shape: (inout SelectionScenario) -> Void)
        -> Tally
    {
        var random = SeededGenerator(seed: 99)
        var tally = Tally()
        for seed in 0..<count {
            var scenario = SelectionScenario(
                arms: (0..<6).map {
                    let quality = qualities.lowerBound + (qualities.upperBound - qualities.lowerBound) * random.unit()
                    return .init(model: "m\($0)", quality: quality, cost: 0.001 * Double($0 + 1))
                })
            shape(&scenario)
            guard let choice = scenario.table(seed: UInt64(seed))?.choose(), let row = choice.row else { continue }
            let best = scenario.arms.map(\.quality).max() ?? 0
            let own = scenario.arms.first { $0.model == row.arm.model.name }?.quality ?? 0
            let holds = own >= 0.95 * best
            tally.stated += (choice.confidence ?? 0) / Double(count)
            tally.held += (holds ? 1 : 0) / Double(count)
            if choice.verdict == .certified {
                tally.certified += 1
                tally.broken += holds ? 0 : 1
            }
        }
        return tally
    }

    @Test(
        "certified claims at 90 % break in less than 10 %, and the confidence stated is no higher than the truth",
        arguments: [
            (40, 1, 0.0, 0.55...0.9), (80, 1, 0, 0.55...0.9), (80, 1, 0, 0.9...1), (96, 8, 0.5, 0.55...0.9),
            (96, 8, 1, 0.55...0.9),
        ])
    func coverage(cases: Int, clusterSize: Int, clusterShare: Double, qualities: ClosedRange<Double>) {
        let tally = tally(120, qualities: qualities) {
            $0.cases = cases
            $0.clusterSize = clusterSize
            $0.clusterShare = clusterShare
        }
        #expect(tally.certified >= 20, "a bar that nobody passes proves nothing: \(tally)")
        #expect(Double(tally.broken) <= 0.1 * Double(tally.certified), "\(tally)")
        #expect(tally.stated <= tally.held + 0.03, "\(tally)")
    }

    @Test("ten and twenty cases certify nothing, and say how sure they are not", arguments: [10, 20])
    func fewCases(cases: Int) {
        let tally = tally(60, qualities: 0.55...0.9) { $0.cases = cases }
        #expect(tally.certified == 0 && tally.stated < 0.8)
    }

    /// Two arms that fail on the same cases but for a few: paired, one is plainly within 5 % of the other; seen apart,
    /// each of their intervals is far wider than 5 %.
    @Test("pairing certifies what intervals seen apart could not")
    func pairing() throws {
        let strong = (0..<120).map {
            SelectionScenario.row("strong", case: "c\($0)", score: $0 < 84 ? 1 : 0, cost: 0.01)
        }
        let cheap = (0..<120).map {
            SelectionScenario.row("cheap", case: "c\($0)", score: $0 < 83 ? 1 : 0, cost: 0.001)
        }
        let derived = SelectionScenario.derive(
            strong + cheap, provenance: SelectionScenario.provenance(), draws: 500)
        let table = try #require(derived)
        let choice = table.choose()
        #expect(choice.verdict == .certified && choice.row?.arm.model.name == "cheap", "\(choice.reason)")
        // The same draws shuffled apart: what a method that does not pair would see.
        var unpaired = table
        var random = SeededGenerator(seed: 4)
        for index in unpaired.rows.indices {
            unpaired.rows[index].draws.quality.shuffle(using: &random)
            unpaired.rows[index].sums = nil
        }
        #expect(unpaired.choose().confidences["p/cheap"].map { $0 < 0.85 } == true)
        let low = try #require(table.rows.map(\.qualityLow).min())
        let high = try #require(table.rows.map(\.qualityHigh).max())
        #expect(high - low > 0.15)
    }

    /// Ten equal arms: the luckiest leads on the sample, and a test against it alone would believe it.
    @Test("the luckiest of ten equals is not taken for the best")
    func manyEquals() throws {
        var leads = 0
        for seed in 0..<20 {
            let scenario = SelectionScenario(arms: (0..<10).map { .init(model: "m\($0)", quality: 0.7) }, cases: 60)
            let choice = try #require(scenario.table(seed: UInt64(seed))?.choose())
            leads += choice.probabilityBest.values.contains { $0 > 0.9 } ? 1 : 0
        }
        #expect(leads <= 1)
    }

    @Test("the p95 draws cover the true p95")
    func p95Draws() throws {
        var covered = 0
        for seed in 0..<60 {
            let scenario = SelectionScenario(arms: [.init(model: "a", quality: 0.8, latency: 1_000)], cases: 200)
            let row = try #require(scenario.table(seed: UInt64(seed))?.rows.first)
            let draws = row.draws.respP95.map { $0 ?? .infinity }.sorted()
            // 1000 · (0.5 + Exp(1)): its p95 is 1000 · (0.5 + ln 20).
            if draws[7] <= 3_495.7, 3_495.7 <= draws[292] { covered += 1 }
            #expect((row.respP95Low ?? .infinity) < (row.respP95High ?? 0))
        }
        #expect(covered >= 50, "\(covered) of 60 at 95 %")
    }
}
