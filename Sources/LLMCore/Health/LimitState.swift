/// The remaining rate limits of one key and model, as far as responses reported them. Instants in microseconds since
/// 1970.
public struct LimitState: Sendable, Hashable, Codable {
    /// A token bucket: one resource in one window.
    public struct Bucket: Sendable, Hashable, Codable {
        public var resource: RateLimitReading.Bucket.Resource
        public var window: LimitWindow
        /// Most that the window holds; `nil` unknown.
        public var limit: Int?
        /// Left at ``asOf``, by the provider's word.
        public var remaining: Double
        public var asOf: Int64
        /// When it is full again, as far as it is believed; `nil` unknown.
        public var resetAt: Int64?
        /// When it is full by the provider's word, where that is later than what is believed; `nil`: the same.
        public var namedResetAt: Int64?
        /// When the call whose answer reported it was admitted: an older call's late answer knows less.
        public var reportedBy: Int64?
        /// When the provider refused for it: what is used since is counted here, as some providers report a limit only then. `nil`: it
        /// is reported with the answers.
        public var refusedAt: Int64?

        private enum CodingKeys: String, CodingKey {
            case resource, window, limit, remaining, asOf, resetAt, namedResetAt
            case reportedBy = "toldBy"
            case refusedAt
        }

        public init(
            resource: RateLimitReading.Bucket.Resource, window: LimitWindow, limit: Int?, remaining: Double,
            asOf: Int64, resetAt: Int64?, namedResetAt: Int64? = nil, reportedBy: Int64? = nil, refusedAt: Int64? = nil
        ) {
            self.resource = resource
            self.window = window
            self.limit = limit
            self.remaining = remaining
            self.asOf = asOf
            self.resetAt = resetAt
            self.namedResetAt = namedResetAt
            self.reportedBy = reportedBy
            self.refusedAt = refusedAt
        }
    }
    /// The expected use of a call in flight.
    public struct Reservation: Sendable, Hashable, Codable {
        public var attempt: AttemptID
        public var inputTokens: Int
        public var outputTokens: Int
        public var admittedAt: Int64
        /// From then on it no longer counts: its process may have died.
        public var expiresAt: Int64
        /// An answer to a later call came: the provider's own count holds this one already.
        public var isCounted: Bool
        public init(
            attempt: AttemptID, inputTokens: Int, outputTokens: Int, admittedAt: Int64, expiresAt: Int64,
            isCounted: Bool = false
        ) {
            self.attempt = attempt
            self.inputTokens = inputTokens
            self.outputTokens = outputTokens
            self.admittedAt = admittedAt
            self.expiresAt = expiresAt
            self.isCounted = isCounted
        }
    }
    public var buckets: [Bucket]
    public var reservations: [Reservation]
    /// Refused until then, by the provider's own word or our estimate.
    public var blockedUntil: Int64?
    /// When the refusal ends by the provider's word, where that is later than what is believed: until then one call at a time goes, as a
    /// probe. `nil`: the same.
    public var namedUntil: Int64?
    /// The call that looks whether a wait that was cut short is over.
    public var probe: BreakerState.Probe?
    /// When it was last refused: what was admitted before is no news.
    public var blockedAt: Int64?
    /// Which window refused.
    public var blockedWindow: LimitWindow?
    /// Refusals in a row without the provider naming a wait: the estimate doubles with it.
    public var refusals: Int

    public init(
        buckets: [Bucket] = [], reservations: [Reservation] = [], blockedUntil: Int64? = nil, namedUntil: Int64? = nil,
        probe: BreakerState.Probe? = nil, blockedAt: Int64? = nil, blockedWindow: LimitWindow? = nil, refusals: Int = 0
    ) {
        self.buckets = buckets
        self.reservations = reservations
        self.blockedUntil = blockedUntil
        self.namedUntil = namedUntil
        self.probe = probe
        self.blockedAt = blockedAt
        self.blockedWindow = blockedWindow
        self.refusals = refusals
    }
}
