/// The wait before the same model is tried again: full jitter under an exponential ceiling, never less than the provider asked.
public struct Backoff: Sendable, Hashable {
    public var base: Duration
    public var ceiling: Duration

    public init(base: Duration = .milliseconds(500), ceiling: Duration = .seconds(8)) {
        self.base = base
        self.ceiling = ceiling
    }

    /// - Parameters:
    ///   - failures: Failed attempts at this model so far, from 1.
    ///   - floor: What the provider asked for.
    ///   - jitter: Uniform in 0 to 1.
    public func wait(failures: Int, floor: Duration?, jitter: Double) -> Duration {
        // Beyond 2^20 the ceiling has long been reached; a shift further would overflow.
        let doubled = base * (1 << min(max(failures - 1, 0), 20))
        return max(min(doubled, ceiling) * jitter, floor ?? .zero)
    }
}
