/// Values of which some count for more than others.
struct WeightedSample: Sendable {
    private var items: [(value: Double, weight: Double)] = []
    private(set) var weight = 0.0

    mutating func add(_ value: Double, weight: Double) {
        guard weight > 0, value.isFinite else { return }
        items.append((value, weight))
        self.weight += weight
    }

    /// By nearest rank, for each share: the least value that so much of the weight does not exceed. `nil` when empty.
    func quantiles(_ shares: [Double]) -> [Double]? {
        guard !items.isEmpty else { return nil }
        let sorted = items.sorted { $0.value < $1.value }
        return shares.map { share in
            var below = 0.0
            for item in sorted {
                below += item.weight
                if below >= share * weight * (1 - 1e-12) { return item.value }
            }
            return sorted[sorted.count - 1].value
        }
    }
}
