/// The worth of a choice in dollars and in quality, beside another arm that could have been used.
public struct SelectionWorth: Sendable, Hashable {
    /// The other arm: the best of the table, or the one in use.
    public var rival: ArmID
    public var role: Role
    /// Dollars saved per 1,000 calls; negative where the choice costs more. `nil` where a price is unknown.
    public var savesPerThousand: Range?
    /// Quality given up; negative where the choice is better.
    public var givesUp: Range
    /// The most quality it gives up, with 95 % confidence.
    public var givesUpAtMost: Double

    public enum Role: String, Sendable, Hashable, Codable {
        case best
        case incumbent
    }

    /// A mean with its 95 % interval; without one where the cases are too few to have any.
    public struct Range: Sendable, Hashable {
        public var value: Double
        public var low: Double?
        public var high: Double?
        public init(value: Double, low: Double?, high: Double?) {
            self.value = value
            self.low = low.map { min($0, value) }
            self.high = high.map { max($0, value) }
        }

        static func quantile(_ sorted: [Double], _ share: Double) -> Double {
            sorted[NearestRank.place(of: share, among: sorted.count)]
        }
    }

    /// - Parameter independentCases: As many as the shared ones are worth.
    init?(
        of chosen: SelectionRow, beside rival: SelectionRow, as role: Role, independentCases cases: Double
    ) {
        let losses = zip(rival.draws.quality, chosen.draws.quality).map(-)
        guard !losses.isEmpty else { return nil }
        self.rival = rival.arm.id
        self.role = role
        // Runs of equal scores are no certainty: a case is added in which one of the two is wrong and the other right.
        let pseudo = PseudoCase(draws: losses.count)
        func ends(of row: SelectionRow, loss: Double) -> [Double] {
            let shares = pseudo.shares(of: cases, losses: cases * (1 - row.quality), seed: 1)
            return zip(losses, shares).map { (1 - $1) * $0 + $1 * loss }.sorted()
        }
        let (least, most) = (ends(of: rival, loss: -1), ends(of: chosen, loss: 1))
        let value = rival.quality - chosen.quality
        givesUp = Range(value: value, low: Range.quantile(least, 0.025), high: Range.quantile(most, 0.975))
        givesUpAtMost = max(0, value, Range.quantile(most, 0.95))
        let savings = zip(rival.draws.costUSD, chosen.draws.costUSD).map { 1_000 * ($0 - $1) }.sorted()
        guard let own = chosen.cost, let other = rival.cost, !savings.isEmpty else { return }
        let hasInterval = cases >= Double(SelectionTable.certifiableClusters)
        savesPerThousand = Range(
            value: 1_000 * (other.dollars - own.dollars), low: hasInterval ? Range.quantile(savings, 0.025) : nil,
            high: hasInterval ? Range.quantile(savings, 0.975) : nil)
    }

    /// "Beside the best, openai/gpt-5, it saves $3.20 [3.05, 3.36] per 1,000 calls and gives up at most 0.021 of quality."
    public var sentence: String {
        let name = role == .best ? "the best, \(rival)," : "\(rival), in use before,"
        let quality =
            givesUpAtMost > 0
            ? "gives up at most \(NumberText.fixed(givesUpAtMost, 3)) of quality" : "gives up no quality"
        guard let saves = savesPerThousand else { return "Beside \(name) it \(quality) (95 %)." }
        let isDearer = saves.value < 0
        let verb = isDearer ? "costs" : "saves"
        let amount = NumberText.dollars(saves.value.magnitude)
        let ends = isDearer ? (saves.high.map(-), saves.low.map(-)) : (saves.low, saves.high)
        let interval =
            if let low = ends.0, let high = ends.1 {
                " [\(NumberText.dollars(low)), \(NumberText.dollars(high))]"
            } else { "" }
        return
            "Beside \(name) it \(verb) \(amount)\(interval)\(isDearer ? " more" : "") per 1,000 calls and \(quality) (95 %)."
    }
}
