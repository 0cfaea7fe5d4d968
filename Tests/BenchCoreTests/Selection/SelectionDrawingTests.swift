import BenchCore
import LLMCore
import TestSupport
import Testing

@Suite("The draws of a table", .timeLimit(.minutes(1)))
struct SelectionDrawingTests {
    /// Two arms with scores between 0 and 1, costs and latencies, of which the first fails now and then; every third case in a group.
    private struct Figures {
        var scores: [[Double]] = []
        var costs: [[Double]] = []
        var latencies: [[Double]] = []
        var groups: [String?] = []

        init(cases: Int) {
            var random = SeededGenerator(seed: UInt64(cases))
            for arm in 0..<2 {
                scores.append((0..<cases).map { _ in random.unit() })
                costs.append((0..<cases).map { _ in 0.001 * random.exponential() })
                latencies.append((0..<cases).map { arm == 0 && $0 % 40 == 7 ? .infinity : 500 + 1_000 * random.unit() })
            }
            groups = (0..<cases).map { $0.isMultiple(of: 3) ? "g\($0 / 6)" : nil }
        }

        func table(draws: Int) -> SelectionTable {
            let arms = (0..<2).map { place in
                ArmEvidence(
                    arm: Arm(model: ModelID(provider: "p", name: "m\(place)"), endpoint: "e", simulated: true),
                    scores: scores[place], costs: costs[place], latencies: latencies[place])
            }
            return SelectionDeriver.derive(
                TaskEvidence(arms: arms, groups: groups),
                provenance: .init(
                    task: .general, simulated: true, timeScale: 1, datasetHash: "", graderVersion: "", priceVersion: "",
                    derivedAt: 0, seed: 5), draws: draws)
        }

        /// Of each case, its cluster as they first appear.
        var clusters: [Int] {
            var known: [String: Int] = [:]
            var count = 0
            return groups.map { group in
                if let group, let place = known[group] { return place }
                defer { count += 1 }
                if let group { known[group] = count }
                return count
            }
        }
    }

    @Test(
        "weights are drawn cluster by cluster, one more for a case that nobody ran, and all arms share them",
        arguments: [(45, 300), (45, 301), (90, 333), (400, 300)])
    func oneByOne(cases: Int, count: Int) {
        let figures = Figures(cases: cases)
        let table = figures.table(draws: count)
        let clusters = figures.clusters
        var random = SeededGenerator(seed: 5)
        var qualities: [[Double]] = [[], []]
        var waits: [[Double?]] = [[], []]
        for _ in 0..<count {
            let drawn = (0...(clusters.max() ?? 0)).map { _ in random.exponential() }
            let unseen = random.exponential()
            let weights = clusters.map { drawn[$0] }
            let total = weights.reduce(0, +)
            for arm in 0..<2 {
                qualities[arm].append(zip(weights, figures.scores[arm]).reduce(0) { $0 + $1.0 * $1.1 } / total)
                let slowest = zip(figures.latencies[arm], weights).sorted { $0.0 > $1.0 }
                var above = unseen
                let wait = slowest.first { wait in
                    above += wait.1
                    return above > 0.05 * (total + unseen)
                }
                let isInfinite = unseen > 0.05 * (total + unseen) || wait?.0.isFinite != true
                waits[arm].append(isInfinite ? nil : wait?.0)
            }
        }
        for (arm, row) in table.rows.enumerated() {
            #expect(row.draws.quality.count == count && row.draws.costUSD.count == count)
            let mean = qualities[arm].reduce(0, +) / Double(count)
            // Few groups widen all draws alike, about the quality that was measured.
            let (first, last) = (row.draws.quality[0] - row.quality, qualities[arm][0] - mean)
            #expect(
                zip(row.draws.quality, qualities[arm]).allSatisfy {
                    (($0 - row.quality) * last - ($1 - mean) * first).magnitude < 1e-6
                })
            #expect(row.draws.respP95.map { $0.map { Float($0) } } == waits[arm].map { $0.map { Float($0) } })
        }
    }

    @Test("more of them begin with the same ones")
    func more() {
        let figures = Figures(cases: 90)
        let (few, many) = (figures.table(draws: 300), figures.table(draws: 345))
        for (short, long) in zip(few.rows, many.rows) {
            #expect(short.draws.costUSD == Array(long.draws.costUSD.prefix(300)))
            #expect(short.draws.respP95 == Array(long.draws.respP95.prefix(300)))
            #expect(Set(long.draws.costUSD).count > 330)
        }
    }
}
