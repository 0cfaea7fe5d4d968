/// A token bucket over a minute: it begins full, and fills evenly.
///
/// A charge after the fact may leave it in debt, which later requests wait for.
struct RateBucket: Sendable, Hashable {
    let capacity: Double
    private var level: Double
    private var asOf: ContinuousClock.Instant

    init(perMinute limit: Int, now: ContinuousClock.Instant) {
        capacity = Double(limit)
        level = capacity
        asOf = now
    }

    /// The wait until `need` is there; `nil` when it is now. More than the bucket holds is there when it is full.
    func wait(for need: Int, now: ContinuousClock.Instant) -> Duration? {
        let missing = min(Double(need), capacity) - level(now)
        // A millionth is less than any unit, and more than the rounding of sums.
        guard missing > 1e-6 else { return nil }
        return .microseconds(Int64((missing * 60_000_000 / capacity).rounded(.up)))
    }

    /// Takes an amount out, or with a negative one puts it back.
    mutating func take(_ amount: Int, now: ContinuousClock.Instant) {
        level = min(capacity, level(now) - Double(amount))
        asOf = max(asOf, now)
    }

    func isFull(now: ContinuousClock.Instant) -> Bool { level(now) >= capacity }

    private func level(_ now: ContinuousClock.Instant) -> Double {
        let minutes = max(0, asOf.duration(to: now) / .seconds(60))
        return min(capacity, level + minutes * capacity)
    }
}
