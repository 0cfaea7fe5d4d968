package import LLMCore

/// The judgement of selection tables on cases they have not seen, beside what needs no table: the best single model, and a random mix of
/// models at the same cost.
///
/// Every seed splits each task's groups of cases in halves: tables, the best single model and the mix are chosen on one half, and all
/// figures are of the other.
package struct SelectionEvaluation: Sendable {
    /// The figures of one policy, each as its mean over the seeds.
    package struct Figures: Sendable, Hashable {
        package var quality: Estimate?
        /// Dollars a call.
        package var cost: Estimate?
        /// Of the quality that the best answer to each case has over the best single model's; negative where the policy is worse.
        package var oracleGapClosed: Estimate?
        package var aiq: Estimate?
        package var logAIQ: Estimate?
        /// Of the best single model's cost, at its quality; over the seeds on which that is reached.
        package var savingAtEqualQuality: Estimate?
    }

    /// A mean over seeds with its standard deviation; `nil` of one seed.
    package struct Estimate: Sendable, Hashable {
        package var mean: Double
        package var deviation: Double?
        /// Seeds on which the figure exists.
        package var seeds: Int

        init?(_ values: [Double]) {
            guard let mean = Statistics.mean(values) else { return nil }
            self.mean = mean
            deviation = Statistics.variance(values)?.squareRoot()
            seeds = values.count
        }
    }

    package struct Result: Sendable, Hashable {
        package var table: Figures
        /// Without a figure where no arm was measured on all tasks.
        package var bestSingle: Figures
        package var staticMix: Figures
        package var oracle: Figures
        package var seeds: Int
    }

    private let tasks: [SelectionEvidence]
    private let constraints: SelectionConstraints
    private let draws: Int

    package init(
        _ tasks: [SelectionEvidence], constraints: SelectionConstraints, draws: Int = SelectionDeriver.defaultDraws
    ) {
        self.tasks = tasks
        self.constraints = constraints
        self.draws = draws
    }

    /// The tasks that can be split: those of two groups of cases and more.
    package static func divisible(_ tasks: [SelectionEvidence]) -> [SelectionEvidence] {
        tasks.filter { evidence in
            // A case without a group is one of its own.
            Set(evidence.cases.map { $0.group ?? "case " + $0.hash }).count > 1
        }
    }

    package func run(seeds: Int, seed: UInt64 = 1) async -> Result {
        let rounds = await withTaskGroup(of: Round.self) { group in
            for number in 0..<seeds {
                group.addTask {
                    Round(tasks, constraints, draws: draws, seed: seed &+ UInt64(number) &* 0x9E37_79B9)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }.sorted { $0.seed < $1.seed }
        return Result(
            table: Figures(rounds.map(\.table)), bestSingle: Figures(rounds.map(\.bestSingle)),
            staticMix: Figures(rounds.map(\.staticMix)), oracle: Figures(rounds.map(\.oracle)), seeds: seeds)
    }
}

extension SelectionEvaluation.Figures {
    fileprivate init(_ outcomes: [PolicyOutcome?]) {
        func estimate(_ figure: (PolicyOutcome) -> Double?) -> SelectionEvaluation.Estimate? {
            .init(outcomes.compactMap { $0.flatMap(figure) })
        }
        quality = estimate(\.quality)
        cost = estimate(\.cost)
        oracleGapClosed = estimate(\.oracleGapClosed)
        aiq = estimate(\.aiq)
        logAIQ = estimate(\.logAIQ)
        savingAtEqualQuality = estimate(\.saving)
    }
}

/// The figures of one policy on one split.
private struct PolicyOutcome {
    var quality: Double
    var cost: Double?
    var oracleGapClosed: Double?
    var aiq: Double?
    var logAIQ: Double?
    var saving: Double?
}

/// One split of all tasks, and how the policies do on it.
private struct Round: Sendable {
    let seed: UInt64
    private(set) var table: PolicyOutcome?
    private(set) var bestSingle: PolicyOutcome?
    private(set) var staticMix: PolicyOutcome?
    private(set) var oracle: PolicyOutcome?

    private typealias Point = CostQualityCurve.Point

    init(_ tasks: [SelectionEvidence], _ constraints: SelectionConstraints, draws: Int, seed: UInt64) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        let halves = tasks.compactMap { Self.split($0, &random) }
        let (train, test) = (halves.map { OutcomeMeans($0.train) }, halves.map { OutcomeMeans($0.test) })
        guard !test.isEmpty else { return }
        let tables = halves.map { half in
            SelectionDeriver.derive(
                half.train, provenance: .rehearsal(of: half.train.task, seed: seed), constraints: constraints,
                draws: draws)
        }
        let bench = Baselines(train, test)
        let chosen = tables.map { $0.choose(constraints).row?.arm.id }
        guard let own = OutcomeMeans.overall(chosen, test) else { return }
        table = bench.outcome(own.quality, own.cost, along: Self.sweep(tables, test))
        bestSingle = bench.best.flatMap { best in
            bench.outcome(best.quality, best.cost, along: best.cost.map { [Point(cost: $0, quality: best.quality)] })
        }
        if let trainCost = OutcomeMeans.overall(chosen, train)?.cost, let mixed = bench.mix(at: trainCost) {
            staticMix = bench.outcome(mixed.quality, mixed.cost, along: bench.hull)
        }
        oracle = bench.outcome(bench.oracle.quality, bench.oracle.cost, along: nil)
    }

    private static func split(
        _ evidence: SelectionEvidence, _ random: inout SeededGenerator
    ) -> (train: SelectionEvidence, test: SelectionEvidence)? {
        let clusters = evidence.shuffledClusters(&random)
        guard clusters.count > 1 else { return nil }
        let half = clusters.count / 2
        return (
            evidence.restricted(to: clusters[..<half].joined().sorted()),
            evidence.restricted(to: clusters[half...].joined().sorted())
        )
    }

    /// The points of the tables' choices as the worth of a point of quality grows from nothing, judged on `test`.
    private static func sweep(_ tables: [SelectionTable], _ test: [OutcomeMeans]) -> [CostQualityCurve.Point]? {
        let frontiers = tables.map(SelectionFrontier.init)
        guard frontiers.allSatisfy({ !$0.steps.isEmpty }) else { return nil }
        return Set(frontiers.flatMap { $0.steps.map(\.from) }).sorted().compactMap { price in
            let arms = frontiers.map { frontier in frontier.steps.last { $0.from <= price }?.arm }
            return OutcomeMeans.overall(arms, test).flatMap { found in
                found.cost.map { Point(cost: $0, quality: found.quality) }
            }
        }
    }
}

/// The policies without a table: every single model, the best of them, and mixes.
private struct Baselines {
    private let train: [CostQualityCurve.Point?]
    private let test: [(quality: Double, cost: Double?)]
    let best: (quality: Double, cost: Double?)?
    let oracle: (quality: Double, cost: Double?)
    private let cheapest: CostQualityCurve.Point?
    private let dearest: Double?

    init(_ trainTasks: [OutcomeMeans], _ testTasks: [OutcomeMeans]) {
        let common = trainTasks.dropFirst().reduce(Set(trainTasks.first?.arms ?? [])) { $0.intersection($1.arms) }
        let arms = common.sorted()
        let trained = arms.compactMap { arm in OutcomeMeans.overall(trainTasks.map { _ in arm }, trainTasks) }
        let tested = arms.compactMap { arm in OutcomeMeans.overall(testTasks.map { _ in arm }, testTasks) }
        test = tested
        train = trained.map { found in found.cost.map { .init(cost: $0, quality: found.quality) } }
        // Of equals the cheaper.
        best = arms.indices.max {
            (trained[$0].quality, -(trained[$0].cost ?? .infinity)) < (
                trained[$1].quality, -(trained[$1].cost ?? .infinity)
            )
        }.map { tested[$0] }
        let priced = tested.compactMap { found in
            found.cost.map { CostQualityCurve.Point(cost: $0, quality: found.quality) }
        }
        // A model of unknown cost could be the cheapest or the dearest.
        let isPriced = priced.count == tested.count
        cheapest = isPriced ? priced.min { $0.cost < $1.cost } : nil
        dearest = isPriced ? priced.map(\.cost).max() : nil
        let total = testTasks.reduce(0) { $0 + $1.total }
        let oracles = testTasks.map { ($0.oracle, $0.total) }
        oracle = (
            oracles.reduce(0) { $0 + $1.0.quality * $1.1 } / total,
            oracles.reduce(0 as Double?) { sum, task in
                sum.flatMap { sum in task.0.cost.map { sum + $0 * task.1 } }
            }.map { $0 / total }
        )
    }

    /// The models on the hull of the training half, as they do on the other.
    var hull: [CostQualityCurve.Point] {
        corners.compactMap { place in test[place].cost.map { .init(cost: $0, quality: test[place].quality) } }
    }

    private var corners: [Int] {
        let curve = CostQualityCurve(train.compactMap { $0 })
        return curve.corners.compactMap { corner in train.firstIndex { $0 == corner } }
    }

    /// The mix of two models that cost as much on the training half.
    func mix(at cost: Double) -> (quality: Double, cost: Double?)? {
        let curve = CostQualityCurve(train.compactMap { $0 })
        let corners = corners
        guard let mix = curve.mix(at: cost), corners.count == curve.corners.count else { return nil }
        let (first, second) = (test[corners[mix.first]], test[corners[mix.second]])
        return (
            first.quality * (1 - mix.share) + second.quality * mix.share,
            first.cost.flatMap { first in second.cost.map { first * (1 - mix.share) + $0 * mix.share } }
        )
    }

    /// - Parameter points: What the policy reaches as it may cost more; `nil` where that is not known.
    func outcome(_ quality: Double, _ cost: Double?, along points: [CostQualityCurve.Point]?) -> PolicyOutcome {
        var outcome = PolicyOutcome(quality: quality, cost: cost)
        if let best, oracle.quality > best.quality {
            outcome.oracleGapClosed = (quality - best.quality) / (oracle.quality - best.quality)
        }
        guard let points, let cheapest, let dearest else { return outcome }
        let curve = CostQualityCurve(points + [cheapest])
        outcome.aiq = curve.meanQuality(from: cheapest.cost, to: dearest)
        outcome.logAIQ = curve.meanQualityByRatio(from: cheapest.cost, to: dearest)
        if let best, let dollars = best.cost, dollars > 0, let equal = curve.cost(of: best.quality) {
            outcome.saving = 1 - equal / dollars
        }
        return outcome
    }
}
