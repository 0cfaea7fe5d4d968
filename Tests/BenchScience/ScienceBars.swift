import BenchCore
import LLMCore
import TestSupport

extension ScienceBar {
    static let all = traps + clusters + limits + coverage + report + steadiness + power

    /// The cheapest of many that are just not good enough.
    private static let traps: [ScienceBar] = [0.8, 0.95, 1].flatMap { best in
        [1, 10, 29].flatMap { count in
            [0.93, 0.945].flatMap { ratio in
                [0, 0.6].flatMap { correlation in
                    [40, 80, 160].map { cases in
                        let world = SelectionWorld.trap(
                            best: best, count: count, ratio: ratio, cases: cases, correlation: correlation
                        ).withFewestDraws
                        let words = correlation > 0 ? "correlated" : "independent"
                        return ScienceBar(
                            name: "wrong certificates",
                            world: "best \(best), \(count) cheap at \(ratio) of it, n = \(cases), \(words)",
                            measure: .wrongAtMost(0.1)
                        ) { world.tally(seeds: $0) }
                    }
                }
            }
        }
    }

    private static let clusters: [ScienceBar] =
        [1, 5, 9].map { count in
            let world = grouped(cases: 90, groups: count)
            return ScienceBar(
                name: "few groups", world: "90 cases in \(count) groups", measure: .certifiedBetween(0, 0)
            ) { world.tally(seeds: $0) }
        }
        + [10, 20].map { count in
            let world = grouped(cases: 160, groups: count)
            return ScienceBar(
                name: "wrong certificates", world: "160 cases in \(count) groups", measure: .wrongAtMost(0.1)
            ) { world.tally(seeds: $0) }
        }

    private static func grouped(cases: Int, groups: Int) -> SelectionWorld {
        var world = SelectionWorld.trap(best: 0.8, count: 3, ratio: 0.945, cases: cases, correlation: 0.3)
        world.groupSize = cases / groups
        return world.withFewestDraws
    }

    /// A limit that the true value just breaks.
    private static let limits: [ScienceBar] =
        [80, 160, 320].map { cases in
            let world = timed(
                SelectionWorld([.init(quality: 0.8, cost: 0.01), .init(quality: 0.4, cost: 0.01)], cases: cases))
            let limit = SelectionConstraints(maxP95: SelectionWorld.trueP95 * 0.99)
            return ScienceBar(
                name: "broken limits", world: "p95 limit 1 % under the truth, n = \(cases)", measure: .wrongAtMost(0.1)
            ) { world.tally(seeds: $0, constraints: limit) { _ in false } }
        }
        + [40, 80, 160].map { cases in
            let world = SelectionWorld(
                [.init(quality: 0.8, cost: 0.01), .init(quality: 0.4, cost: 0.01)], cases: cases, costSpread: 1)
            let limit = SelectionConstraints(maxCaseCost: USD(pico: 9_800_000_000))
            return ScienceBar(
                name: "broken limits", world: "cost limit 2 % under the truth, log-normal, n = \(cases)",
                measure: .wrongAtMost(0.1)
            ) { world.tally(seeds: $0, constraints: limit) { _ in false } }
        }
        + [(40, 1), (80, 29), (160, 29)].map { cases, count in
            let models = (0..<count).map { SelectionWorld.Model(quality: 0.79, cost: 0.001 * Double($0 + 1)) }
            let world = SelectionWorld(models + [.init(quality: 0.3, cost: 1)], cases: cases)
            let limit = SelectionConstraints(relativeQuality: nil, minQuality: 0.8)
            return ScienceBar(
                name: "broken limits", world: "least quality 0.80, \(count) models at 0.79, n = \(cases)",
                measure: .wrongAtMost(0.1)
            ) { world.tally(seeds: $0, constraints: limit) { _ in false } }
        }

    private static func timed(_ world: SelectionWorld) -> SelectionWorld {
        var world = world
        world.hasLatencies = true
        return world
    }

    private static let coverage: [ScienceBar] =
        [40, 80, 160].flatMap { cases in
            let spread = SelectionWorld.spread(cases: cases)
            let high = SelectionWorld(
                [.init(quality: 0.96, cost: 0.01), .init(quality: 0.97, cost: 0.02)], cases: cases)
            let costly = SelectionWorld(
                [.init(quality: 0.8, cost: 0.01), .init(quality: 0.8, cost: 0.01)], cases: cases, costSpread: 1)
            return [
                covering("quality of the certified row", "n = \(cases)") {
                    spread.coverage(seeds: $0, certifiedOnly: true, of: quality, truth: \.quality)
                },
                covering("quality 0.96", "n = \(cases)") { high.coverage(seeds: $0, of: quality, truth: \.quality) },
                covering("mean cost", "log-normal, n = \(cases)", least: 0.92) {
                    costly.coverage(seeds: $0, of: cost, truth: \.cost)
                },
            ]
        }
        + [(80, 8), (160, 8), (160, 16)].map { cases, size in
            var world = SelectionWorld(
                [.init(quality: 0.8, cost: 0.01), .init(quality: 0.7, cost: 0.01)], cases: cases, correlation: 0.8)
            world.groupSize = size
            let grouped = world
            return covering("quality over groups", "\(cases) cases in \(cases / size) groups") {
                grouped.coverage(seeds: $0, of: quality, truth: \.quality)
            }
        }
        + [100, 200].map { cases in
            let world = timed(SelectionWorld([.init(quality: 0.8, cost: 0.01)], cases: cases))
            return covering("p95", "n = \(cases)") {
                world.coverage(seeds: $0, of: p95) { _ in SelectionWorld.trueP95 }
            }
        }

    private static let report: [ScienceBar] =
        [(10, 8), (20, 8)].flatMap { groups, size in
            [0.3, 0.9].map { truth in
                covering("the report's rate over groups", "truth \(truth), \(groups) groups of \(size)") {
                    ReportTrials.rate($0, groups: groups, of: size, truth: truth, agreement: 0.4)
                }
            }
        }
        + [(100, 3), (200, 5)].map { cases, repeats in
            covering("the report's p95 of repeats", "\(cases) cases, \(repeats) repeats") {
                ReportTrials.p95($0, cases: cases, repeats: repeats, agreement: 0.7)
            }
        }
        + [40, 160].map { cases in
            covering("the report's mean cost", "log-normal, n = \(cases)", least: 0.92) {
                ReportTrials.meanCost($0, cases: cases, spread: 1)
            }
        }

    private static func covering(
        _ name: String, _ world: String, least: Double = 0.93,
        _ tally: @escaping @Sendable (Range<UInt64>) -> SelectionTally
    ) -> ScienceBar {
        ScienceBar(name: "95 % interval: \(name)", world: world, measure: .rightAtLeast(least), tally: tally)
    }

    @Sendable private static func quality(_ row: SelectionRow) -> (low: Double, high: Double)? {
        (row.qualityLow, row.qualityHigh)
    }

    @Sendable private static func p95(_ row: SelectionRow) -> (low: Double, high: Double)? {
        guard let low = row.respP95Low else { return nil }
        return (low, row.respP95High ?? .infinity)
    }

    @Sendable private static func cost(_ row: SelectionRow) -> (low: Double, high: Double)? {
        let sorted = row.draws.costUSD.sorted()
        guard let low = Statistics.nearestRank(sorted: sorted, quantile: 0.025),
            let high = Statistics.nearestRank(sorted: sorted, quantile: 0.975)
        else { return nil }
        return (low, high)
    }

    private static let steadiness: [ScienceBar] = [80, 160].map { cases in
        let world = SelectionWorld.spread(cases: cases)
        return ScienceBar(
            name: "verdict changed by another seed", world: "13 models from .45 to .75, n = \(cases)",
            measure: .wrongAtMost(0.01)
        ) { world.flips(seeds: $0) }
    }

    private static let power: [ScienceBar] =
        [0, 0.5].map { correlation in
            let world = SelectionWorld.spread(cases: 80, correlation: correlation).withFewestDraws
            return ScienceBar(
                name: "certified", world: "13 models from .45 to .75, n = 80, correlation \(correlation)",
                measure: .certifiedAsOftenAs { EarlierRule(world: world).tally(seeds: $0) }
            ) { world.tally(seeds: $0) }
        }
        + [
            ScienceBar(
                name: "certified after the cases needed", world: "13 models from .45 to .75, n = 80",
                measure: .certifiedBetween(0.7, 0.9)
            ) { SelectionWorld.spread(cases: 80).withFewestDraws.certifiedWhenGrown(seeds: $0) }
        ]
        + [(0.7, 0.68), (0.75, 0.735)].map { first, second in
            let world = SelectionWorld(
                [
                    .init(quality: first, cost: 0.1), .init(quality: second, cost: 0.01),
                    .init(quality: 0.5, cost: 0.001),
                ],
                cases: 60, correlation: 0.5
            ).withFewestDraws
            return ScienceBar(
                name: "certified after the cases needed", world: "\(first), \(second), 0.5 at n = 60",
                measure: .certifiedBetween(0.7, 0.9)
            ) { world.certifiedWhenGrown(seeds: $0) }
        }
}
