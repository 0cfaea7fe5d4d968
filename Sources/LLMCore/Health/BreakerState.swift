/// A circuit breaker as it is stored: a rolling error ratio, and what an opening led to. Instants in microseconds since 1970.
public struct BreakerState: Sendable, Hashable, Codable {
    public enum Phase: String, Sendable, Hashable, Codable {
        case closed
        /// No attempt is admitted before ``openUntil``.
        case open
        /// One probe at a time decides.
        case halfOpen = "half_open"
        /// Closed again, letting a growing share through.
        case ramping
    }
    /// Calls counted in one slice of the rolling window.
    public struct Slice: Sendable, Hashable, Codable {
        public var startedAt: Int64
        public var succeeded: Int
        public var failed: Int
        public init(startedAt: Int64, succeeded: Int = 0, failed: Int = 0) {
            self.startedAt = startedAt
            self.succeeded = succeeded
            self.failed = failed
        }
    }
    /// Leave for one probe, which another may take when it has expired.
    public struct Probe: Sendable, Hashable, Codable {
        public var attempt: AttemptID
        public var expiresAt: Int64
        public init(attempt: AttemptID, expiresAt: Int64) {
            self.attempt = attempt
            self.expiresAt = expiresAt
        }
    }
    public var phase: Phase
    /// Counts phase changes: a result of a call admitted in an earlier generation changes nothing.
    public var generation: Int
    public var slices: [Slice]
    public var openUntil: Int64?
    /// Openings since it was last healthy for a while; the open time grows with it.
    public var openings: Int
    public var probe: Probe?
    public var rampStartedAt: Int64?
    /// The failure that opened it.
    public var lastFailure: AttemptClass?
    public var changedAt: Int64?

    public init(
        phase: Phase = .closed, generation: Int = 0, slices: [Slice] = [], openUntil: Int64? = nil, openings: Int = 0,
        probe: Probe? = nil, rampStartedAt: Int64? = nil, lastFailure: AttemptClass? = nil, changedAt: Int64? = nil
    ) {
        self.phase = phase
        self.generation = generation
        self.slices = slices
        self.openUntil = openUntil
        self.openings = openings
        self.probe = probe
        self.rampStartedAt = rampStartedAt
        self.lastFailure = lastFailure
        self.changedAt = changedAt
    }
}
