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

    /// The quantile of values in any order, none of them not a number: without sorting all (Hoare's selection, 1961).
    ///
    /// - Parameter values: At least one.
    package static func value(of quantile: Double, in values: [Double]) -> Double {
        let place = place(of: quantile, among: values.count)
        var values = values
        return values.withUnsafeMutableBufferPointer { select(place, $0) }
    }

    /// The value that would stand at `place` if the values were sorted; moves them.
    private static func select(_ place: Int, _ values: UnsafeMutableBufferPointer<Double>) -> Double {
        var (low, high) = (0, values.count - 1)
        while low < high {
            let (first, middle, last) = (values[low], values[(low + high) / 2], values[high])
            let pivot = max(min(first, middle), min(max(first, middle), last))
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while values[right] > pivot { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if place <= right { high = right } else if place >= left { low = left } else { break }
        }
        return values[place]
    }
}
