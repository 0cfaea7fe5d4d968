/// A number with how sure it is: the value, its 95 % interval where one exists, and how many observations stand behind it.
public struct Figure: Sendable, Hashable {
    /// The reason for a missing value or interval.
    public enum Gap: Sendable, Hashable {
        /// No observation.
        case noData
        /// Fewer observations than an interval of this kind needs.
        case tooFew(needed: Int)
        /// Some calls have no known price.
        case unpriced
        /// The value is exact (a count, a price of zero), or no interval is defined for it.
        case notApplicable
    }
    /// `nil` is unknown. Infinite where failures reach the percentile, or nothing passed.
    public let value: Double?
    public let low: Double?
    /// May be infinite.
    public let high: Double?
    public let n: Int
    public let gap: Gap?

    /// A value with its interval.
    public init(_ value: Double, low: Double, high: Double, n: Int) {
        self.value = value
        self.low = low
        self.high = high
        self.n = n
        gap = nil
    }

    /// A value without an interval, or no value at all.
    public init(_ value: Double?, n: Int, gap: Gap) {
        self.value = value
        low = nil
        high = nil
        self.n = n
        self.gap = gap
    }

    public static let none = Figure(nil, n: 0, gap: .noData)
}
