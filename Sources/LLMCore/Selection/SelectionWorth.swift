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

    /// A mean over the draws with its 95 % interval.
    public struct Range: Sendable, Hashable {
        public var value: Double
        public var low: Double
        public var high: Double
        public init(value: Double, low: Double, high: Double) {
            self.value = value
            self.low = low
            self.high = high
        }

        /// - Parameter draws: At least one.
        init(value: Double, sorted draws: [Double]) {
            self.init(value: value, low: Self.quantile(draws, 0.025), high: Self.quantile(draws, 0.975))
        }

        static func quantile(_ sorted: [Double], _ share: Double) -> Double {
            sorted[NearestRank.place(of: share, among: sorted.count)]
        }
    }

    init?(of chosen: SelectionRow, beside rival: SelectionRow, as role: Role) {
        let losses = zip(rival.draws.quality, chosen.draws.quality).map(-).sorted()
        guard !losses.isEmpty else { return nil }
        self.rival = rival.arm.id
        self.role = role
        givesUp = Range(value: rival.quality - chosen.quality, sorted: losses)
        givesUpAtMost = max(0, Range.quantile(losses, 0.95))
        let savings = zip(rival.draws.costUSD, chosen.draws.costUSD).map { 1_000 * ($0 - $1) }.sorted()
        guard let own = chosen.cost, let other = rival.cost, !savings.isEmpty else { return }
        savesPerThousand = Range(value: 1_000 * (other.dollars - own.dollars), sorted: savings)
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
        let (low, high) = isDearer ? (-saves.high, -saves.low) : (saves.low, saves.high)
        let amount = NumberText.dollars(saves.value.magnitude)
        let interval = "[\(NumberText.dollars(low)), \(NumberText.dollars(high))]"
        return
            "Beside \(name) it \(verb) \(amount) \(interval)\(isDearer ? " more" : "") per 1,000 calls and \(quality) (95 %)."
    }
}
