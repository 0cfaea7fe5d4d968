/// The statistics of `metrics.md`, each with its source. Pure functions; randomness comes in as a seed.
///
/// Infinity is a value: a failed call's latency. It sorts last and is never interpolated.
public enum Statistics {
    /// A range that holds the truth with the confidence asked for.
    public struct Interval: Sendable, Hashable {
        public var low: Double
        public var high: Double
        public init(low: Double, high: Double) {
            self.low = low
            self.high = high
        }
    }

    /// A value with its interval; `interval` is `nil` where too few observations give none.
    public struct Estimate: Sendable, Hashable {
        public var value: Double
        public var interval: Interval?
        /// Independent observations: cases or clusters.
        public var n: Int
        public init(value: Double, interval: Interval?, n: Int) {
            self.value = value
            self.interval = interval
            self.n = n
        }
    }

    public static let defaultConfidence = 0.95
    /// The default number of bootstrap resamples.
    public static let defaultResamples = 10_000

    /// The mean; `nil` of nothing.
    public static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The sample variance, divided by n − 1; `nil` below two values.
    public static func variance(_ values: [Double]) -> Double? {
        guard values.count > 1, let mean = mean(values) else { return nil }
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
}
