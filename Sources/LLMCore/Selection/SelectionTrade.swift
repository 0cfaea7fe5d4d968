/// The worth of quality in dollars, as a profile states it: the arm that is worth most is chosen, instead of the cheapest that is good enough.
///
/// The worth of an arm is what its quality is worth less what it costs, for one call: RouterBench's `λq − c`.
struct SelectionTrade: Sendable {
    /// Dollars for a quality of 1, which is 100 points.
    private let whole: Double

    /// - Parameter point: What a point of quality, one more right answer in a hundred, may cost each call.
    init(point: USD) { whole = 100 * point.dollars }

    /// The difference in worth within which two arms count as equals: two points of quality.
    var tolerance: Double { SelectionJudgement.qualityMargin * whole }

    /// Dollars a call; `nil` of an unknown cost.
    func worth(of row: SelectionRow) -> Double? { row.cost.map { whole * row.expectedQuality - $0.dollars } }

    /// Dollars a call in one draw; `nil` of an unknown cost.
    func worth(_ draws: SelectionDraws, _ draw: Int) -> Double? {
        draw < draws.costUSD.count ? whole * draws.quality[draw] - draws.costUSD[draw] : nil
    }

    /// By how much the arm's worth exceeds its rival's, in each draw, equals counted as no less: with a case added in which the arm is wrong
    /// and its rival right. An arm of unknown cost is worth nothing that could be claimed; against such a rival nothing is.
    func margins(_ own: SelectionDraws, _ rival: SelectionDraws, pseudo: [Double], draws: Int) -> [Double]? {
        guard rival.costUSD.count >= draws else { return nil }
        guard own.costUSD.count >= draws else { return [Double](repeating: -1, count: draws) }
        return (0..<draws).map { draw in
            let weight = pseudo[draw]
            let quality = (1 - weight) * (own.quality[draw] - rival.quality[draw]) - weight
            return whole * quality - (own.costUSD[draw] - rival.costUSD[draw]) + tolerance
        }
    }
}

/// The arms that are chosen as the worth of quality grows, by what was measured: the cheapest first, each with the worth of a point from
/// which it is chosen.
public struct SelectionFrontier: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        public var arm: ArmID
        public var quality: Double
        /// Mean cost of a call.
        public var cost: USD
        /// Dollars for a point of quality, a hundredth, from which it is chosen; zero of the first.
        public var from: USD
    }
    public var steps: [Step]

    /// Arms of unknown cost are not on it.
    public init(_ table: SelectionTable) {
        let known = table.rows.sorted { $0.arm.id < $1.arm.id }.compactMap { row in
            row.cost.map { Step(arm: row.arm.id, quality: row.quality, cost: $0, from: .zero) }
        }
        steps = ConcaveEnvelope.places(of: known.map { ($0.cost.dollars, $0.quality) }).map { known[$0] }
        for place in steps.indices.dropFirst() {
            steps[place].from = Self.price(from: steps[place - 1], to: steps[place])
        }
    }

    private static func price(from last: Step, to next: Step) -> USD {
        let points = 100 * (next.quality - last.quality)
        return USD(estimate: (next.cost - last.cost).dollars / points) ?? USD(pico: .max)
    }
}
