/// Claims of several arms about the same thing: that each is good enough beside one rival, or within a limit.
///
/// A claim varies from run to run, and together with others: arms that are compared on the same cases with the same rival err together.
struct ClaimColumn {
    /// Of each arm, the chance that its claim holds; `nil` where it makes none.
    let chances: [Double?]
    /// Of each arm, the normal quantile of that chance.
    let z: [Double?]
    /// Of an arm, the way in which its claim varies: the inner product with another's is the correlation of the two.
    private let direction: (Int) -> [Double]
    private var known: [[Double]?]

    /// Beyond this a claim holds for what four thousand draws could tell.
    static let certain = 3.4
    /// Arms so far below are certified by no accident.
    private static let hopeless = -3.0
    /// Arms whose places are further below say nothing of the others.
    private static let far = -4.0
    /// The standard errors by which an arm's true place may be above its estimate: as it was seen, and as it is of all such arms.
    private static let slack = (seen: 0.4, shared: 1.0)

    /// - Parameter draws: As many as tell the chances; further out they tell nothing. As many count for chances that are computed.
    init(chances: [Double?], draws: Int = 4_000, direction: @escaping (Int) -> [Double]) {
        self.chances = chances
        self.direction = direction
        let least = 0.5 / Double(draws)
        z = chances.map { $0.map { Normal.quantile(min(max($0, least), 1 - least)) } }
        known = Array(repeating: nil, count: chances.count)
    }

    /// The confidence that one arm's claim holds, once all arms that could have been certified in error instead are paid for: the
    /// chance that none of them would have come as far if this claim were false (Romano and Wolf, 2005), their errors being normal and
    /// correlated as the claims are.
    ///
    /// An arm's true place if the claim is false is estimated from what was seen: moved as its errors move with the claim's, and
    /// drawn to what such arms have in common (Hansen, 2005, recentres for the same reason).
    ///
    /// - Parameters:
    ///   - proven: Arms that are certified, and so can no longer be certified in error.
    ///   - bound: What the arm's confidence is already known not to exceed: where it cannot be less here, it is what is returned.
    ///   - asked: The confidence that decides; far from it the answer is off by up to a hundredth.
    mutating func confidence(of arm: Int, without proven: Set<Int>, bound: Double, asked: Double) -> Double {
        guard let own = z[arm], let alone = chances[arm] else { return bound }
        guard own < Self.certain else { return min(bound, alone) }
        let rivals = z.indices.filter { $0 != arm && !proven.contains($0) && (z[$0] ?? -.infinity) > Self.hopeless }
        let most = Double(rivals.count + 1) * Normal.cumulative(-own)
        guard !rivals.isEmpty, 1 - most < bound else { return min(bound, alone) }
        let mine = vector(of: arm)
        let correlations = rivals.map { InnerProduct.of(mine, vector(of: $0)) }
        let places = places(of: rivals, correlations, own)
        var marks = zip(rivals, places).map { (arm: $0, mark: own - $1) }.filter { $0.mark < 4 }
        guard !marks.isEmpty else { return min(bound, alone) }
        marks = ([(arm, own)] + marks).sorted { ($0.mark, $0.arm) < ($1.mark, $1.arm) }
        let vectors = marks.map { vector(of: $0.arm) }
        let errors = CorrelatedNormals(count: vectors.count) { InnerProduct.of(vectors[$0], vectors[$1]) }
        return min(bound, alone, errors.chanceBelow(marks.map(\.mark), asked: asked))
    }

    /// The claim of one arm with its direction, where it can still fail.
    mutating func claim(of arm: Int) -> (z: Double, direction: [Double])? {
        guard let own = z[arm], own < 3 else { return nil }
        return (own, vector(of: arm))
    }

    private mutating func vector(of arm: Int) -> [Double] {
        if let made = known[arm] { return made }
        let made = direction(arm)
        known[arm] = made
        return made
    }

    /// The places of rivals, in standard errors below the mark, if the claim of an arm were false.
    private func places(of rivals: [Int], _ correlations: [Double], _ own: Double) -> [Double] {
        var places = zip(rivals, correlations).map { (z[$0] ?? 0) - $1 * own }
        let variances = correlations.map { max(1 - $0 * $0, 0.05) }
        var slack = Array(repeating: Self.slack.seen, count: places.count)
        let near = places.indices.filter { places[$0] > Self.far }
        if near.count > 1 {
            let weight = near.reduce(0) { $0 + 1 / variances[$1] }
            let centre = near.reduce(0) { $0 + places[$1] / variances[$1] } / weight
            let mean = near.reduce(0) { $0 + places[$1] } / Double(near.count)
            let spread = near.reduce(0) { $0 + (places[$1] - mean) * (places[$1] - mean) } / Double(near.count - 1)
            let chance = near.reduce(0) { $0 + variances[$1] } / Double(near.count)
            let beyondChance = max(0, spread - chance)
            for place in near {
                let seen = beyondChance / (beyondChance + variances[place])
                places[place] = centre + seen * (places[place] - centre)
                slack[place] = Self.slack.shared + seen * (Self.slack.seen - Self.slack.shared)
            }
        }
        return zip(places, slack).map { min(0, $0 + $1) }
    }
}

/// Ranks as quantiles of the standard normal distribution, for values of one number.
struct NormalScores {
    private let quantiles: [Float]

    init(count: Int) { quantiles = DrawQuantiles.of(count).scores }

    /// The normal score of each value's rank, equal values in their order, as a vector of about length 1: inner products are correlations.
    ///
    /// Sorted digit by digit, eleven bits at a time: a judgement of thirty arms may rank hundreds of rows.
    func direction(of values: [Double]) -> [Double] {
        let count = values.count
        var order = (0..<count).map { UInt64(Self.order(Float(values[$0]))) << 32 | UInt64(UInt32($0)) }
        var sorted = order
        for shift in stride(from: UInt64(32), to: 64, by: 11) {
            var starts = [Int](repeating: 0, count: 2_049)
            for key in order { starts[Int(key >> shift & 2_047) + 1] += 1 }
            for digit in 1..<2_049 { starts[digit] += starts[digit - 1] }
            for key in order {
                let digit = Int(key >> shift & 2_047)
                sorted[starts[digit]] = key
                starts[digit] += 1
            }
            swap(&order, &sorted)
        }
        let unit = 1 / Double(max(count, 1)).squareRoot()
        var scores = [Double](repeating: 0, count: count)
        for (rank, key) in order.enumerated() { scores[Int(key & 0xFFFF_FFFF)] = Double(quantiles[rank]) * unit }
        return scores
    }

    /// Bits that sort as the numbers do.
    private static func order(_ value: Float) -> UInt32 {
        let bits = value.bitPattern
        return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    }
}
