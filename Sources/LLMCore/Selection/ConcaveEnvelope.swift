/// The points of cost and quality that are best for some worth of quality: their increasing upper concave envelope.
package enum ConcaveEnvelope {
    /// Places of the points on it, the cheapest first; each is better than the one before, at a rising price of quality.
    ///
    /// - Parameter points: Of equal ones the first counts.
    package static func places(of points: [(cost: Double, quality: Double)]) -> [Int] {
        let order = points.indices.sorted { left, right in
            (points[left].cost, -points[left].quality, left) < (points[right].cost, -points[right].quality, right)
        }
        var corners: [Int] = []
        for next in order where points[next].quality > corners.last.map({ points[$0].quality }) ?? -.infinity {
            // A point that the next one replaces before its own turn is on no envelope.
            while corners.count > 1,
                isBelow(points[corners[corners.count - 1]], points[corners[corners.count - 2]], points[next])
            {
                corners.removeLast()
            }
            corners.append(next)
        }
        return corners
    }

    private static func isBelow(
        _ point: (cost: Double, quality: Double), _ first: (cost: Double, quality: Double),
        _ next: (cost: Double, quality: Double)
    ) -> Bool {
        let before = (point.quality - first.quality) * (next.cost - point.cost)
        let after = (next.quality - point.quality) * (point.cost - first.cost)
        return after >= before
    }
}
