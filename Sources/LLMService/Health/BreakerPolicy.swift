/// When a breaker opens, for how long, and how it closes again.
public struct BreakerPolicy: Sendable, Hashable {
    /// The rolling window is ``sliceCount`` slices of this length.
    public var slice: Duration
    public var sliceCount: Int
    /// Fewer calls in the window decide nothing.
    public var minimumCalls: Int
    /// It opens at this share of failures, 0 to 1.
    public var failureRatio: Double
    /// The first open time; it doubles with each opening up to the ceiling, give or take a fifth.
    public var openBase: Duration
    public var openCeiling: Duration
    /// The time over which a closed breaker ramps up to all traffic.
    public var ramp: Duration
    /// The share it begins with, 0 to 1.
    public var rampStart: Double
    /// While it ramps this many calls decide.
    public var rampMinimumCalls: Int
    /// Closed for so long, earlier openings are forgotten.
    public var healthyAfter: Duration

    public init(
        slice: Duration = .seconds(10), sliceCount: Int = 6, minimumCalls: Int = 5, failureRatio: Double = 0.5,
        openBase: Duration = .seconds(5), openCeiling: Duration = .seconds(300), ramp: Duration = .seconds(20),
        rampStart: Double = 0.2, rampMinimumCalls: Int = 2, healthyAfter: Duration = .seconds(600)
    ) {
        self.slice = slice
        self.sliceCount = sliceCount
        self.minimumCalls = minimumCalls
        self.failureRatio = failureRatio
        self.openBase = openBase
        self.openCeiling = openCeiling
        self.ramp = ramp
        self.rampStart = rampStart
        self.rampMinimumCalls = rampMinimumCalls
        self.healthyAfter = healthyAfter
    }
}
