package import LLMCore

/// A way to spend money on evidence: which outcomes of all that could be had are bought.
package protocol PurchaseStrategy: Sendable {
    /// - Parameter budget: Cases for each task and arm.
    func purchase(
        from evidence: SelectionEvidence, budget: Int, _ random: inout SeededGenerator
    ) -> SelectionEvidence
}

/// The strategy that puts the same random cases to every arm.
package struct UniformPurchase: PurchaseStrategy {
    package init() {}

    /// Whole groups, until there are enough cases.
    package func purchase(
        from evidence: SelectionEvidence, budget: Int, _ random: inout SeededGenerator
    ) -> SelectionEvidence {
        let order = evidence.shuffledClusters(&random).joined()
        return evidence.restricted(to: order.prefix(budget).sorted())
    }
}

/// The replay of a purchase strategy on outcomes that are all known: what the tables it pays for are worth.
package struct SelectionReplay: Sendable {
    /// Figures over all seeds and tasks.
    package struct Figures: Sendable, Hashable {
        /// Quality that the best arm has over the chosen one, on all outcomes; under a worth of quality, worth in points of it.
        package var meanRegret: Double?
        package var meanRegretError: Double?
        package var certifiedShare: Double
        /// Of the certified choices, the share that does not keep what was asked on all outcomes; `nil` where none was certified.
        package var brokenShare: Double?
        package var brokenShareHigh: Double?
        /// Dollars spent over what ``UniformPurchase`` spends; `nil` where a cost is unknown.
        package var dollarsVsUniform: Double?
        /// Dollars of one seed; `nil` is unknown.
        package var dollars: Double?
        /// Choices: seeds times tasks.
        package var count: Int
        package var certified: Int

        package init(
            meanRegret: Double? = nil, meanRegretError: Double? = nil, certifiedShare: Double,
            brokenShare: Double? = nil, brokenShareHigh: Double? = nil, dollarsVsUniform: Double? = nil,
            dollars: Double? = nil, count: Int, certified: Int
        ) {
            self.meanRegret = meanRegret
            self.meanRegretError = meanRegretError
            self.certifiedShare = certifiedShare
            self.brokenShare = brokenShare
            self.brokenShareHigh = brokenShareHigh
            self.dollarsVsUniform = dollarsVsUniform
            self.dollars = dollars
            self.count = count
            self.certified = certified
        }
    }

    private let tasks: [(evidence: SelectionEvidence, truth: OutcomeMeans)]
    private let constraints: SelectionConstraints
    private let draws: Int

    package init(
        _ tasks: [SelectionEvidence], constraints: SelectionConstraints, draws: Int = SelectionDeriver.defaultDraws
    ) {
        self.tasks = tasks.map { ($0, OutcomeMeans($0)) }
        self.constraints = constraints
        self.draws = draws
    }

    private struct Choice {
        var isCertified: Bool
        var isBroken: Bool
        var regret: Double?
        var dollars: Double?
        var uniformDollars: Double?
    }

    /// - Parameters:
    ///   - budget: Cases for each task and arm.
    ///   - seeds: How often the purchase is repeated with other random numbers.
    package func run<Strategy: PurchaseStrategy>(
        _ strategy: Strategy, budget: Int, seeds: Int, seed: UInt64 = 1
    ) async -> Figures {
        let made = await withTaskGroup(of: [Choice].self) { group in
            for number in 0..<seeds {
                group.addTask { choices(strategy, budget: budget, seed: seed &+ UInt64(number) &* 0x9E37_79B9) }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return Self.figures(made, seeds: seeds)
    }

    private func choices<Strategy: PurchaseStrategy>(
        _ strategy: Strategy, budget: Int, seed: UInt64
    ) -> [Choice] {
        tasks.map { task, truth in
            var random = SeededGenerator(seed: seed ^ UInt64(task.cases.count))
            var uniform = random
            let bought = strategy.purchase(from: task, budget: budget, &random)
            let table = SelectionDeriver.derive(
                bought, provenance: .rehearsal(of: task.task, seed: seed), constraints: constraints,
                draws: draws)
            let choice = table.choose(constraints)
            let chosen = choice.row.flatMap { truth.place(of: $0.arm.id) }
            let isCertified = choice.verdict == .certified
            return Choice(
                isCertified: isCertified,
                isBroken: isCertified && !(chosen.map { truth.keeps(constraints, $0) } ?? true),
                regret: chosen.flatMap { truth.regret(constraints, $0) }, dollars: bought.dollars,
                uniformDollars: UniformPurchase().purchase(from: task, budget: budget, &uniform).dollars)
        }
    }

    private static func figures(_ choices: [Choice], seeds: Int) -> Figures {
        let regrets = choices.compactMap(\.regret)
        let certified = choices.count(where: \.isCertified)
        let broken = choices.count(where: \.isBroken)
        let dollars = sum(choices.map(\.dollars))
        let uniform = sum(choices.map(\.uniformDollars))
        return Figures(
            meanRegret: Statistics.mean(regrets),
            meanRegretError: Statistics.variance(regrets).map { ($0 / Double(regrets.count)).squareRoot() },
            certifiedShare: Double(certified) / Double(max(choices.count, 1)),
            brokenShare: certified == 0 ? nil : Double(broken) / Double(certified),
            brokenShareHigh: Statistics.wilson(successes: broken, of: certified)?.high,
            dollarsVsUniform: dollars.flatMap { spent in uniform.flatMap { $0 > 0 ? spent / $0 : nil } },
            dollars: dollars.map { $0 / Double(max(seeds, 1)) }, count: choices.count, certified: certified)
    }

    private static func sum(_ values: [Double?]) -> Double? {
        values.reduce(0 as Double?) { sum, value in sum.flatMap { sum in value.map { sum + $0 } } }
    }
}

extension SelectionEvidence {
    /// The cost of all outcomes together; `nil` as soon as one is unknown.
    fileprivate var dollars: Double? {
        var sum = 0.0
        for outcome in arms.lazy.flatMap(\.outcomes).joined() {
            guard let cost = outcome.cost else { return nil }
            sum += cost.dollars
        }
        return sum
    }
}

extension SelectionDeriver.Provenance {
    /// Of a table that is made to be judged and thrown away.
    static func rehearsal(of task: TaskType, seed: UInt64) -> SelectionDeriver.Provenance {
        .init(
            task: task, simulated: false, timeScale: 1, datasetHash: "", graderVersion: "", priceVersion: "",
            derivedAt: 0, seed: seed)
    }
}

extension OutcomeMeans {
    /// Returns `true` when an arm keeps what is asked where all outcomes are known.
    fileprivate func keeps(_ constraints: SelectionConstraints, _ arm: Int) -> Bool {
        let slack = 1e-9
        let own = quality(arm)
        if let allowance = constraints.relativeQuality {
            let best = arms.indices.map(quality).max() ?? 0
            if own < (1 - allowance) * best - slack { return false }
        }
        if let least = constraints.minQuality, own < least - slack { return false }
        if let most = constraints.maxCaseCost {
            guard let cost = cost(arm), cost <= most.dollars + 1e-12 else { return false }
        }
        if let most = constraints.maxP95 {
            guard let p95 = p95[arm], p95 <= most + slack else { return false }
        }
        if let point = constraints.willingToPay, let regret = regret(constraints, arm), point > .zero {
            // Two points: what counts as equal.
            return regret <= 2 + slack
        }
        return true
    }

    /// The lead of the best arm over another: in quality, or in points' worth where a worth of quality is stated.
    fileprivate func regret(_ constraints: SelectionConstraints, _ arm: Int) -> Double? {
        guard let point = constraints.willingToPay else {
            return (arms.indices.map(quality).max() ?? 0) - quality(arm)
        }
        guard point > .zero else {
            // Quality is worth nothing: the cheapest is the best, and what another costs more is no number of points.
            let costs = arms.indices.map(cost)
            return costs[arm] != nil && costs[arm] == costs.compactMap { $0 }.min() ? 0 : nil
        }
        let worths = arms.indices.map { arm in cost(arm).map { 100 * quality(arm) - $0 / point.dollars } }
        guard let own = worths[arm], let best = worths.compactMap({ $0 }).max() else { return nil }
        return best - own
    }
}
