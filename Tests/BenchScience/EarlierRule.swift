import BenchCore
import LLMCore
import TestSupport

/// The rule of version 0.1, kept to compare with: arms are shrunk to their common mean, and one is certified when it is within 5 % of the
/// best in nine of ten widened draws.
struct EarlierRule: Sendable {
    private let world: SelectionWorld
    private static let draws = 500

    init(world: SelectionWorld) {
        var world = world
        world.draws = Self.draws
        self.world = world
    }

    func tally(seeds: Range<UInt64>) -> SelectionTally {
        var tally = SelectionTally()
        for seed in seeds {
            tally.runs += 1
            let table = world.table(seed: seed)
            guard let chosen = choice(table, seed: seed) else { continue }
            tally.certified += 1
            if !world.isGood(chosen) { tally.wrong += 1 }
        }
        return tally
    }

    private func choice(_ table: SelectionTable, seed: UInt64) -> SelectionRow? {
        var random = SeededGenerator(seed: seed)
        let n = Double(table.sharedCases)
        let shrunk = shrunk(table.rows, n)
        let widening = (1 + 10 / n).squareRoot()
        var held = [Int](repeating: 0, count: table.rows.count)
        for draw in 0..<Self.draws {
            let drawn = zip(table.rows, shrunk).map { row, centre in
                centre + widening * (row.draws.quality[draw] - row.quality + random.normal() * 0.5 / n)
            }
            let best = drawn.max() ?? 0
            for (arm, value) in drawn.enumerated() where value >= 0.95 * best { held[arm] += 1 }
        }
        return table.rows.indices.filter { held[$0] * 10 >= Self.draws * 9 }.map { table.rows[$0] }
            .min { ($0.cost ?? .zero) < ($1.cost ?? .zero) }
    }

    private func shrunk(_ rows: [SelectionRow], _ n: Double) -> [Double] {
        let means = rows.map(\.quality)
        let variances = means.map { mean in
            let p = (mean * n + 0.5) / (n + 1)
            return max(p * (1 - p), n / (n - 1) * mean * (1 - mean)) / n
        }
        let centre = means.reduce(0, +) / Double(means.count)
        let between = means.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(means.count - 1)
        let spread = max(0, between - variances.reduce(0, +) / Double(variances.count))
        return zip(means, variances).map { mean, variance in
            let full = centre + spread / (spread + variance) * (mean - centre)
            let reach = 0.5 * variance.squareRoot()
            return min(max(full, mean - reach), mean + reach)
        }
    }
}
