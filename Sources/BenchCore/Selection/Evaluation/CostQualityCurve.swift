import LLMCore

/// The best quality to be had for each cost by mixing points at random: their non-decreasing upper concave envelope.
struct CostQualityCurve: Sendable {
    struct Point: Sendable, Hashable {
        /// Dollars a call.
        var cost: Double
        var quality: Double
    }
    /// By cost, each better than the one before.
    let corners: [Point]

    init(_ points: [Point]) {
        corners = ConcaveEnvelope.places(of: points.map { ($0.cost, $0.quality) }).map { points[$0] }
    }

    /// The two corners between which a cost lies, and the second one's share.
    func mix(at cost: Double) -> (first: Int, second: Int, share: Double)? {
        guard !corners.isEmpty else { return nil }
        guard let above = corners.firstIndex(where: { $0.cost >= cost }) else {
            return (corners.count - 1, corners.count - 1, 0)
        }
        guard above > 0 else { return (0, 0, 0) }
        let (low, high) = (corners[above - 1].cost, corners[above].cost)
        return (above - 1, above, (cost - low) / (high - low))
    }

    /// The least cost at which a quality is reached; `nil` where it never is.
    func cost(of quality: Double) -> Double? {
        guard let above = corners.firstIndex(where: { $0.quality >= quality - 1e-12 }) else { return nil }
        guard above > 0 else { return corners[0].cost }
        let (low, high) = (corners[above - 1], corners[above])
        return low.cost + (quality - low.quality) / (high.quality - low.quality) * (high.cost - low.cost)
    }

    func quality(at cost: Double) -> Double? {
        mix(at: cost).map { corners[$0.first].quality * (1 - $0.share) + corners[$0.second].quality * $0.share }
    }

    /// AIQ: the mean quality over the costs from `low` to `high`, every cost counting alike (RouterBench).
    func meanQuality(from low: Double, to high: Double) -> Double? {
        guard high > low else { return quality(at: low) }
        return integral(from: low, to: high, steps: corners.map(\.cost)) { low, high in
            (high - low) * ((quality(at: low) ?? 0) + (quality(at: high) ?? 0)) / 2
        }.map { $0 / (high - low) }
    }

    /// Log-AIQ: the same with every ratio of costs counting alike, so that prices a hundred times apart count too. `nil` where the cheapest is
    /// free.
    func meanQualityByRatio(from low: Double, to high: Double) -> Double? {
        guard low > 0 else { return nil }
        guard high > low else { return quality(at: low) }
        let total = Portable.ln(high / low)
        return integral(from: low, to: high, steps: corners.map(\.cost)) { low, high in
            // Quality is a + b·cost in between: its integral over ln(cost) is a·ln(high/low) + b·(high − low).
            let (first, last) = (quality(at: low) ?? 0, quality(at: high) ?? 0)
            let slope = (last - first) / (high - low)
            return (first - slope * low) * Portable.ln(high / low) + slope * (high - low)
        }.map { $0 / total }
    }

    private func integral(
        from low: Double, to high: Double, steps: [Double], _ part: (Double, Double) -> Double
    ) -> Double? {
        guard !corners.isEmpty else { return nil }
        let stops = [low] + steps.filter { $0 > low && $0 < high } + [high]
        return zip(stops, stops.dropFirst()).reduce(0) { $0 + part($1.0, $1.1) }
    }
}
