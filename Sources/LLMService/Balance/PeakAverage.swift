import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A mean that follows a rise at once and forgets it slowly (peak EWMA): what is slow now is avoided now, and tried again later.
struct PeakAverage: Sendable {
    /// After so long without news a third of the value is left.
    static let memory = 30.0

    private var value: Double
    private var at: ContinuousClock.Instant

    /// - Parameter sample: Seconds.
    init(_ sample: Double, at instant: ContinuousClock.Instant) {
        value = sample
        at = instant
    }

    mutating func add(_ sample: Double, at instant: ContinuousClock.Instant) {
        let weight = PeakAverage.weight(of: instant - at)
        value = sample > value ? sample : value * weight + sample * (1 - weight)
        at = max(at, instant)
    }

    /// Seconds; fades while nothing is heard.
    func current(at instant: ContinuousClock.Instant) -> Double { value * PeakAverage.weight(of: instant - at) }

    private static func weight(of age: Duration) -> Double { exp(-max(0, age.milliseconds / 1_000) / memory) }
}
