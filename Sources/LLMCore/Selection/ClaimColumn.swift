/// Claims of several arms about the same thing: that each is good enough beside one rival, or within a limit.
///
/// The draws of a claim's margin tell how it would vary from run to run, and together with whose margins: arms that are compared on the
/// same cases with the same rival err together.
struct ClaimColumn: Sendable {
    /// Of each arm, the normal quantile of the chance that its claim holds; `nil` where it makes none.
    let z: [Double?]
    /// Of each arm, the chance that its claim holds; `nil` where it makes none.
    let chances: [Double?]
    private let margins: @Sendable (Int) -> [Double]?
    /// Of each arm, its margins' ranks as normal scores, made when they are first asked for.
    private var scores: [[Float]?]

    /// Beyond this a claim holds in all draws, for what they can tell.
    static let certain = 3.4
    /// Arms so far below are certified by no accident.
    private static let hopeless = -3.0
    /// The standard errors by which an arm's true place may be above its estimate.
    private static let slack = 0.8

    /// - Parameters:
    ///   - chance: The chance that an arm's claim holds, where it is known without draws.
    ///   - margins: Of an arm, by how much its claim holds in each draw, negative where it does not; `nil` where it makes none.
    init(
        arms: Int, draws: Int, chance: (Int) -> Double? = { _ in nil },
        margins: @escaping @Sendable (Int) -> [Double]?
    ) {
        self.margins = margins
        scores = Array(repeating: nil, count: arms)
        chances = (0..<arms).map { arm in
            chance(arm) ?? margins(arm).map { Double($0.count { $0 >= 0 }) / Double($0.count) }
        }
        // Further out the draws that say how claims err together tell nothing.
        let least = 0.5 / Double(draws)
        z = chances.map { $0.map { Normal.quantile(min(max($0, least), 1 - least)) } }
    }

    /// The confidence that one arm's claim holds, once all arms that could have been certified in error instead are paid for: the
    /// chance that none of them would have come as far if this claim were false (Romano and Wolf, 2005).
    ///
    /// An arm's true place if the claim is false is estimated from what was seen: moved as its draws move with the claim's, and
    /// drawn to what such arms have in common (Hansen, 2005, recentres for the same reason).
    ///
    /// - Parameters:
    ///   - proven: Arms that are certified, and so can no longer be certified in error.
    ///   - bound: What the arm's confidence is already known not to exceed: where it cannot be less here, it is what is returned.
    mutating func confidence(of arm: Int, without proven: Set<Int>, bound: Double, _ ranks: NormalScores) -> Double {
        guard let own = z[arm], let alone = chances[arm] else { return bound }
        guard own < Self.certain else { return min(bound, alone) }
        let rivals = z.indices.filter { $0 != arm && !proven.contains($0) && (z[$0] ?? -.infinity) > Self.hopeless }
        let most = Double(rivals.count + 1) * Normal.cumulative(-own)
        guard !rivals.isEmpty, 1 - most < bound else { return min(bound, alone) }
        let mine = scores(of: arm, ranks)
        let theirs = rivals.map { scores(of: $0, ranks) }
        let places = places(of: rivals, theirs, under: mine, own)
        let thresholds = zip(theirs, places).compactMap { scores, place in
            own - place < 4 ? (scores: scores, least: Float(own - place)) : nil
        }
        guard !thresholds.isEmpty else { return min(bound, alone) }
        var exceeded = 0
        for draw in mine.indices
        where mine[draw] >= Float(own) || thresholds.contains(where: { $0.scores[draw] >= $0.least }) {
            exceeded += 1
        }
        return min(bound, alone, 1 - Double(exceeded) / Double(mine.count))
    }

    /// The claim of one arm with its draws, where it can still fail.
    mutating func claim(of arm: Int, _ ranks: NormalScores) -> (z: Double, scores: [Float])? {
        guard let own = z[arm], own < 3 else { return nil }
        return (own, scores(of: arm, ranks))
    }

    private mutating func scores(of arm: Int, _ ranks: NormalScores) -> [Float] {
        if let known = scores[arm] { return known }
        let made = margins(arm).map(ranks.scores) ?? []
        scores[arm] = made
        return made
    }

    /// The places of rivals, in standard errors below the mark, if the claim of an arm were false.
    private func places(of rivals: [Int], _ theirs: [[Float]], under mine: [Float], _ own: Double) -> [Double] {
        var places: [Double] = []
        var variances: [Double] = []
        for (rival, scores) in zip(rivals, theirs) {
            let correlation = NormalScores.correlation(mine, scores)
            places.append((z[rival] ?? 0) - correlation * own)
            variances.append(max(1 - correlation * correlation, 0.05))
        }
        let near = places.indices.filter { places[$0] > -2.5 }
        if near.count > 1 {
            let weight = near.reduce(0) { $0 + 1 / variances[$1] }
            let centre = near.reduce(0) { $0 + places[$1] / variances[$1] } / weight
            let mean = near.reduce(0) { $0 + places[$1] } / Double(near.count)
            let spread = near.reduce(0) { $0 + (places[$1] - mean) * (places[$1] - mean) } / Double(near.count - 1)
            let chance = near.reduce(0) { $0 + variances[$1] } / Double(near.count)
            let beyondChance = max(0, spread - chance)
            for place in near {
                places[place] = centre + beyondChance / (beyondChance + variances[place]) * (places[place] - centre)
            }
        }
        return places.map { min(0, $0 + Self.slack) }
    }
}

/// Ranks as quantiles of the standard normal distribution, for values of one number.
struct NormalScores: Sendable {
    private let quantiles: [Float]
    /// The draws.
    var indices: Range<Int> { quantiles.indices }

    init(count: Int) { quantiles = DrawQuantiles.of(count).scores }

    /// The normal score of each value's rank; equal values stand in their order.
    ///
    /// Sorted digit by digit, eleven bits at a time: a judgement of thirty arms ranks hundreds of rows.
    func scores(of values: [Double]) -> [Float] {
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
        var scores = [Float](repeating: 0, count: count)
        for (rank, key) in order.enumerated() { scores[Int(key & 0xFFFF_FFFF)] = quantiles[rank] }
        return scores
    }

    /// The correlation of two rows of scores, whose mean is 0 and whose variance is 1.
    static func correlation(_ left: [Float], _ right: [Float]) -> Double {
        var sum: Float = 0
        for index in left.indices { sum += left[index] * right[index] }
        return Double(sum) / Double(left.count)
    }

    /// Bits that sort as the numbers do.
    private static func order(_ value: Float) -> UInt32 {
        let bits = value.bitPattern
        return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    }
}
