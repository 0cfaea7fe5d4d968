package import BenchCore
package import LLMCore

/// A synthetic world of models with a known truth, from which runs of a benchmark are drawn.
package struct SelectionWorld: Sendable {
    package struct Model: Sendable {
        /// The chance to answer a case rightly.
        package var quality: Double
        /// Mean cost of a case in dollars.
        package var cost: Double
        package init(quality: Double, cost: Double) {
            self.quality = quality
            self.cost = cost
        }
    }
    package var models: [Model]
    package var cases: Int
    /// The correlation of the models' luck on one case, on the scale of a normal variable.
    package var correlation: Double
    /// Cases in a group, which share half of their luck; 1 for cases that are independent.
    package var groupSize: Int
    /// Standard deviation of the logarithm of a case's cost.
    package var costSpread: Double
    package var hasLatencies = false
    package var draws: Int

    package init(
        _ models: [Model], cases: Int, correlation: Double = 0, groupSize: Int = 1, costSpread: Double = 0,
        draws: Int = SelectionDeriver.defaultDraws
    ) {
        self.models = models
        self.cases = cases
        self.correlation = correlation
        self.groupSize = groupSize
        self.costSpread = costSpread
        self.draws = draws
    }

    /// One best model and `count` cheap ones at `ratio` of its quality.
    package static func trap(
        best: Double, count: Int, ratio: Double, cases: Int, correlation: Double = 0
    ) -> SelectionWorld {
        let cheap = (0..<count).map { Model(quality: best * ratio, cost: 0.001 + 0.000_01 * Double($0)) }
        return SelectionWorld([Model(quality: best, cost: 0.1)] + cheap, cases: cases, correlation: correlation)
    }

    /// Thirteen models with qualities from .45 to .75 and prices over a factor of 100: the dearer the better.
    package static func spread(cases: Int, correlation: Double = 0.5) -> SelectionWorld {
        let models = (0..<13).map { place in
            Model(quality: 0.45 + 0.025 * Double(place), cost: 0.001 * Portable.exponential(4.605 / 12 * Double(place)))
        }
        return SelectionWorld(models, cases: cases, correlation: correlation)
    }

    /// The same with the fewest draws: a verdict about quality needs none, and is the same with any number.
    package var withFewestDraws: SelectionWorld {
        var world = self
        world.draws = SelectionDeriver.leastDraws
        return world
    }

    /// Latency of a case, where it has one: 1 s · (0.5 + Exp(1)), whose p95 is ``trueP95``.
    package static let trueP95 = 1_000 * (0.5 + 2.995732273553991)

    /// One run of the benchmark: the table that it derives.
    package func table(seed: UInt64, constraints: SelectionConstraints = .init()) -> SelectionTable {
        var random = SeededGenerator(seed: seed)
        return SelectionDeriver.derive(
            evidence(&random), provenance: Self.provenance(seed: random.next()), constraints: constraints, draws: draws)
    }

    /// The same run, drawn with another seed.
    package func tables(seed: UInt64, drawSeeds: [UInt64]) -> [SelectionTable] {
        var random = SeededGenerator(seed: seed)
        let evidence = evidence(&random)
        return drawSeeds.map {
            SelectionDeriver.derive(evidence, provenance: Self.provenance(seed: $0), draws: draws)
        }
    }

    package func evidence(_ random: inout SeededGenerator) -> TaskEvidence {
        var scores = models.map { _ in [Double](repeating: 0, count: cases) }
        let marks = models.map { $0.quality >= 1 ? .infinity : Normal.quantile($0.quality) }
        var shared = 0.0
        for place in 0..<cases {
            if place.isMultiple(of: groupSize) { shared = random.normal() }
            let common = groupSize > 1 ? 0.5.squareRoot() * (shared + random.normal()) : shared
            for model in models.indices {
                let luck = correlation.squareRoot() * common + (1 - correlation).squareRoot() * random.normal()
                scores[model][place] = luck < marks[model] ? 1 : 0
            }
        }
        let groups = (0..<cases).map { groupSize > 1 ? "g\($0 / groupSize)" : nil }
        return TaskEvidence(
            arms: models.indices.map { arm($0, scores[$0], &random) }, groups: groups)
    }

    private func arm(_ place: Int, _ scores: [Double], _ random: inout SeededGenerator) -> ArmEvidence {
        let costs = (0..<cases).map { _ in
            costSpread > 0
                ? models[place].cost * Portable.exponential(costSpread * random.normal() - costSpread * costSpread / 2)
                : models[place].cost
        }
        let latencies = hasLatencies ? (0..<cases).map { _ in 1_000 * (0.5 + random.exponential()) } : []
        return ArmEvidence(arm: Self.arm(place), scores: scores, costs: costs, latencies: latencies)
    }

    private static func arm(_ place: Int) -> Arm {
        let number = place < 10 ? "0\(place)" : "\(place)"
        return Arm(model: ModelID(provider: "p", name: "m\(number)"), endpoint: "e", simulated: true)
    }

    private static func provenance(seed: UInt64) -> SelectionDeriver.Provenance {
        SelectionDeriver.Provenance(
            task: .general, simulated: true, timeScale: 1, datasetHash: "", graderVersion: "", priceVersion: "",
            derivedAt: 0, seed: seed)
    }

    /// The truth about a row's model.
    package func model(of row: SelectionRow) -> Model? {
        Int(row.arm.model.name.dropFirst()).map { models[$0] }
    }

    /// Within 5 % of the best.
    package func isGood(_ row: SelectionRow) -> Bool {
        let best = models.map(\.quality).max() ?? 0
        return model(of: row).map { $0.quality >= 0.95 * best - 1e-12 } ?? false
    }
}
