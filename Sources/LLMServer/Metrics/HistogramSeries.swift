import Metrics
import Synchronization

/// One series of a histogram with fixed buckets.
///
/// Observations are whole numbers, nanoseconds or tokens, so that the sum is exact and a bound is met exactly.
final class HistogramSeries: TimerHandler, RecorderHandler {
    private let buckets: HistogramBuckets
    private let state: Mutex<State>

    private struct State {
        var counts: [UInt64]
        var sum: Int64 = 0
    }

    init(_ buckets: HistogramBuckets) {
        self.buckets = buckets
        state = Mutex(State(counts: Array(repeating: 0, count: buckets.bounds.count + 1)))
    }

    var value: HistogramValue {
        let state = state.withLock { $0 }
        return HistogramValue(buckets: buckets, counts: state.counts, sum: state.sum)
    }

    func recordNanoseconds(_ duration: Int64) { observe(duration) }
    func record(_ value: Int64) { observe(value) }

    func record(_ value: Double) {
        if let whole = Int64(exactly: value.rounded()) { observe(whole) }
    }

    func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// A value below zero, as of a clock that went back, counts as zero.
    private func observe(_ value: Int64) {
        let value = max(0, value)
        let index = buckets.index(of: value)
        state.withLock { state in
            state.counts[index] += 1
            let (sum, overflows) = state.sum.addingReportingOverflow(value)
            state.sum = overflows ? .max : sum
        }
    }
}

/// The fixed buckets of a histogram family.
struct HistogramBuckets: Sendable, Hashable {
    /// Upper bounds in the family's unit, as they are exposed.
    let bounds: [Double]
    /// The number of raw units in one of the family's: 1e9 nanoseconds in a second, else 1.
    let scale: Double
    /// Upper bounds in raw units.
    private let limits: [Int64]

    init(_ bounds: [Double], scale: Double) {
        self.bounds = bounds
        self.scale = scale
        limits = bounds.map { Int64(($0 * scale).rounded()) }
    }

    /// The first bucket whose bound is not below the value.
    func index(of value: Int64) -> Int {
        var (low, high) = (0, limits.count)
        while low < high {
            let middle = (low + high) / 2
            if limits[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The counts of a histogram's series at one instant: they and their total are of the same instant.
struct HistogramValue: Sendable, Hashable {
    var buckets: HistogramBuckets
    /// For each bucket alone; the last is above all bounds.
    var counts: [UInt64]
    /// In raw units.
    var sum: Int64

    var count: UInt64 { counts.reduce(0, +) }

    /// The sum as a scalar of its family's representation.
    var scalarSum: ScalarValue { buckets.scale == 1 ? .integer(sum) : .nanoseconds(sum) }
}
