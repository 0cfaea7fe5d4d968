/// A model's recent latency, failure and cost figures, weighted towards the latest attempts.
public struct ServedFigures: Sendable, Hashable {
    /// The weight of the evidence, in attempts that just ended.
    public var weight: Double
    /// Of the weight, the share that failed by fault of the provider.
    public var failureShare: Double
    /// The weight of the first-token figures, in attempts. Smaller than ``weight``: attempts that were refused have
    /// none.
    public var firstTokenWeight: Double
    /// Quantiles of the time to the first token. An attempt that timed out waiting for it counts with how long it waited, so a
    /// quantile that falls on such is a least value: without them, the slower a model becomes the faster it would look.
    public var firstTokenP50: Duration?
    public var firstTokenP95: Duration?
    public var firstTokenP99: Duration?
    /// Of ``firstTokenWeight``, the share whose wait for the first token was given up.
    public var timedOutShare: Double
    /// Median over streams with enough tokens to tell; `nil` without any.
    public var secondsPerToken: Double?
    /// The weight of ``secondsPerToken``, in attempts.
    public var speedWeight: Double

    public init(
        weight: Double, failureShare: Double, firstTokenWeight: Double = 0, firstTokenP50: Duration? = nil,
        firstTokenP95: Duration? = nil, firstTokenP99: Duration? = nil, timedOutShare: Double = 0,
        secondsPerToken: Double? = nil, speedWeight: Double = 0
    ) {
        self.weight = weight
        self.failureShare = failureShare
        self.firstTokenWeight = firstTokenWeight
        self.firstTokenP50 = firstTokenP50
        self.firstTokenP95 = firstTokenP95
        self.firstTokenP99 = firstTokenP99
        self.timedOutShare = timedOutShare
        self.secondsPerToken = secondsPerToken
        self.speedWeight = speedWeight
    }
}
