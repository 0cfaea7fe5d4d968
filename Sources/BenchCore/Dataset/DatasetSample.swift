import LLMCore

/// A sample of cases that keeps the proportions of their groups.
package enum DatasetSample {
    /// Draws `count` cases, stratified by group: each group gives its share, the largest remainders first. The same seed draws the
    /// same rows, whatever their order; they come in the order given.
    package static func draw(_ count: Int, from cases: [BenchCase], seed: UInt64) -> [BenchCase] {
        guard count < cases.count else { return cases }
        var random = SeededGenerator(seed: seed)
        let groups = Dictionary(grouping: cases.indices) { cases[$0].group ?? "" }.sorted { $0.key < $1.key }
        let quotas = shares(of: count, among: groups.map(\.value.count))
        var chosen: Set<Int> = []
        for (group, quota) in zip(groups, quotas) {
            var places = group.value.sorted { cases[$0].id < cases[$1].id }
            places.shuffle(using: &random)
            chosen.formUnion(places.prefix(quota))
        }
        return cases.indices.filter(chosen.contains).map { cases[$0] }
    }

    /// Hamilton's method: whole parts, then one more for the largest remainders.
    private static func shares(of count: Int, among sizes: [Int]) -> [Int] {
        let total = sizes.reduce(0, +)
        guard total > 0 else { return sizes.map { _ in 0 } }
        var shares = sizes.map { $0 * count / total }
        let order = sizes.indices.sorted { (sizes[$0] * count % total, $1) > (sizes[$1] * count % total, $0) }
        for place in order.prefix(count - shares.reduce(0, +)) { shares[place] += 1 }
        return shares
    }
}
