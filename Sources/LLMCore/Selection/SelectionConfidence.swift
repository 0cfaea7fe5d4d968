/// The confidence with which each arm of a table keeps what is asked.
///
/// An arm keeps it when every claim holds: against each other arm, that its quality is close enough; of each limit, that it is kept. The
/// least certain claim decides, each tested by the chance that it holds when its cases are weighted at random, a ``PseudoCase`` included:
/// computed for claims about quality (``ClaimSum``), else the share of draws (``DrawnMargins``). Choosing the cheapest of
/// many that pass is a test of its own: arms that could have passed in error are paid for, column by column (``ClaimColumn``), and those
/// that are certified no longer are (step-down).
struct SelectionConfidence {
    /// Of each arm by itself.
    let alone: [Double]
    /// Of each arm with the others paid for, where it is likely enough to count.
    private(set) var adjusted: [Double]
    /// Arms at or above the confidence asked for, where anything may be certified.
    private(set) var certified: Set<Int> = []
    private var columns: [ClaimColumn]
    private let claims: TableClaims
    private let asked: Double

    /// - Parameter isCertifiable: Whether evidence of this size certifies anything.
    init(_ rows: [SelectionRow], _ table: SelectionTable, _ constraints: SelectionConstraints, isCertifiable: Bool) {
        let claims = TableClaims(rows, table, constraints)
        let columns = claims.columns()
        self.claims = claims
        self.columns = columns
        asked = constraints.confidence
        alone = rows.indices.map { arm in
            columns.compactMap { $0.chances[arm] }.min() ?? (claims.draws > 0 ? 1 : 0)
        }
        adjusted = alone
        if isCertifiable { certify() }
        // What is not certified is not used: its least certain claim tells enough.
        for arm in alone.indices where !certified.contains(arm) && alone[arm] >= Self.contending {
            pay(for: arm, most: 1)
        }
    }

    /// Arms less likely than this to keep what is asked are not worth the arithmetic.
    private static let contending = 0.5

    /// The claims that are least certain first: the others rarely say more.
    private mutating func pay(for arm: Int, most: Int = .max) {
        let order = columns.indices.sorted { (columns[$0].z[arm] ?? 9) < (columns[$1].z[arm] ?? 9) }
        adjusted[arm] = alone[arm]
        for column in order.prefix(most) where adjusted[arm] >= asked || most == 1 {
            adjusted[arm] = columns[column].confidence(of: arm, without: certified, bound: adjusted[arm], asked: asked)
        }
    }

    private mutating func certify() {
        while true {
            let candidates = alone.indices.filter { alone[$0] >= asked && !certified.contains($0) }
            for arm in candidates { pay(for: arm) }
            let passed = candidates.filter { adjusted[$0] >= asked }
            guard !passed.isEmpty else { return }
            certified.formUnion(passed)
        }
    }

    // MARK: How much more evidence it would take

    /// The share of rehearsals that must be certified: a run that is not certified was more often unlucky than not, so that four in five
    /// such runs are where two in three rehearsals of them are.
    private static let power = 0.68

    /// The least size of the evidence, as a multiple of what there is, at which about four runs in five certify an arm: what is seen now
    /// is taken for the truth, and varies as claims do. `nil` above a hundredfold.
    func growthNeeded() -> Double? {
        var columns = claims.comparable(columns)
        // Another arm than the likeliest three is rarely the first to be certified.
        let arms = alone.indices.filter { arm in columns.allSatisfy { ($0.z[arm] ?? 1) > 0 } }
            .sorted { (alone[$0], $1) > (alone[$1], $0) }.prefix(3)
        let runs = arms.map { arm in
            (claims: columns.indices.compactMap { columns[$0].claim(of: arm) }, least: mark(for: arm))
        }
        let rehearsals = Rehearsals(runs)
        guard !runs.isEmpty, rehearsals.share(grown: 100) >= Self.power else { return nil }
        var (low, high) = (1.0, 100.0)
        while high / low > 1.02 {
            let middle = (low * high).squareRoot()
            if rehearsals.share(grown: middle) >= Self.power { high = middle } else { low = middle }
        }
        return high
    }

    /// The standard errors that an arm's claims must reach: for the confidence asked for, and for paying for the other arms.
    private func mark(for arm: Int) -> Double {
        func quantile(_ share: Double) -> Double { Normal.quantile(min(max(share, 1e-4), 1 - 1e-4)) }
        return quantile(asked) + max(0, quantile(alone[arm]) - quantile(adjusted[arm]))
    }
}

/// Runs of more evidence, as claims that vary together let them come out: of each of some arms, by how much each claim misses its mark.
private struct Rehearsals {
    /// Of each arm, its claims.
    private let arms: [[Claim]]
    private static let count = 1_000

    private struct Claim {
        let z: Double
        /// The standard errors to reach, less those by which chance moves it in each rehearsal.
        let needed: [Float]
    }

    init(_ arms: [(claims: [(z: Double, direction: [Double])], least: Double)]) {
        let directions = arms.flatMap { $0.claims.map(\.direction) }
        let sample = CorrelatedNormals(count: directions.count) { InnerProduct.of(directions[$0], directions[$1]) }
            .sample(Self.count)
        var place = 0
        self.arms = arms.map { arm in
            arm.claims.map { claim in
                defer { place += 1 }
                return Claim(z: claim.z, needed: sample[place].map { Float(arm.least) - $0 })
            }
        }
    }

    /// The share of runs of so many times the evidence that certify one of the arms.
    func share(grown growth: Double) -> Double {
        let root = growth.squareRoot()
        var passed = [Bool](repeating: false, count: Self.count)
        for claims in arms {
            var holds = [Bool](repeating: true, count: Self.count)
            for claim in claims {
                let reached = Float(claim.z * root)
                for run in holds.indices where claim.needed[run] > reached { holds[run] = false }
            }
            for run in holds.indices where holds[run] { passed[run] = true }
        }
        return Double(passed.count { $0 }) / Double(Self.count)
    }
}
