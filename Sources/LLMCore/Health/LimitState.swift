/// What is left of a provider's limits for one key and model, as far as its answers told. Instants in microseconds since 1970.
public struct LimitState: Sendable, Hashable, Codable {
    /// A token bucket: one resource in one window.
    public struct Bucket: Sendable, Hashable, Codable {
        public var resource: RateLimitReading.Bucket.Resource
        public var window: LimitWindow
        /// Most that the window holds; `nil` unknown.
        public var limit: Int?
        /// Left at ``asOf``, calls in flight already taken off.
        public var remaining: Double
        public var asOf: Int64
        /// When it is full again; `nil` unknown.
        public var resetAt: Int64?
        public init(
            resource: RateLimitReading.Bucket.Resource, window: LimitWindow, limit: Int?, remaining: Double,
            asOf: Int64,
            resetAt: Int64?
        ) {
            self.resource = resource
            self.window = window
            self.limit = limit
            self.remaining = remaining
            self.asOf = asOf
            self.resetAt = resetAt
        }
    }
    public var buckets: [Bucket]
    /// Refused until then, by the provider's own word or our estimate.
    public var blockedUntil: Int64?
    /// Which window refused.
    public var blockedWindow: LimitWindow?
    /// Refusals in a row without the provider naming a wait: the estimate doubles with it.
    public var refusals: Int

    public init(
        buckets: [Bucket] = [], blockedUntil: Int64? = nil, blockedWindow: LimitWindow? = nil, refusals: Int = 0
    ) {
        self.buckets = buckets
        self.blockedUntil = blockedUntil
        self.blockedWindow = blockedWindow
        self.refusals = refusals
    }
}
