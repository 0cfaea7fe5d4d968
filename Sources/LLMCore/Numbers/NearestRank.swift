/// The quantile by nearest rank (type 1 of Hyndman and Fan, 1996): always one of the values.
package enum NearestRank {
    /// The zero-based place of a quantile among `count` values in ascending order.
    ///
    /// - Parameter count: At least 1.
    package static func place(of quantile: Double, among count: Int) -> Int {
        // 0.95 · 20 is 19.000000000000004 in binary: a rank is not raised by rounding.
        let rank = Int((quantile * Double(count) - 1e-9).rounded(.up))
        return min(max(rank, 1), count) - 1
    }
}
