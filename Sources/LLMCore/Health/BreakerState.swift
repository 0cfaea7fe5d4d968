/// A circuit breaker: its phase, and a rolling count of failures. Instants in microseconds since 1970.
public struct BreakerState: Sendable, Hashable {
    /// A phase, with what only that phase has.
    public enum Phase: Sendable, Hashable {
        case closed
        /// No attempt is admitted before `until`.
        case open(until: Int64)
        /// One probe at a time decides; `nil` while none is out.
        case halfOpen(probe: Probe?)
        /// Closed again, letting a share through that has grown since then.
        case ramping(since: Int64)
    }
    /// The name of a phase, as documents and stores write it.
    public enum PhaseName: String, Sendable, Hashable, Codable {
        case closed, open
        case halfOpen = "half_open"
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
    /// The lease of one probe, which another may take when it has expired.
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
    /// Openings since it was last healthy for a while; the open time grows with it.
    public var openings: Int
    /// The failure that opened it.
    public var lastFailure: AttemptClass?
    public var changedAt: Int64?

    public init(
        phase: Phase = .closed, generation: Int = 0, slices: [Slice] = [], openings: Int = 0,
        lastFailure: AttemptClass? = nil, changedAt: Int64? = nil
    ) {
        self.phase = phase
        self.generation = generation
        self.slices = slices
        self.openings = openings
        self.lastFailure = lastFailure
        self.changedAt = changedAt
    }

    /// The lease of the probe that is out; `nil` in every phase but half open.
    public var probe: Probe? { if case .halfOpen(let probe) = phase { probe } else { nil } }
    /// The end of its open time; `nil` in every other phase.
    public var openUntil: Int64? { if case .open(let until) = phase { until } else { nil } }
}

extension BreakerState.Phase {
    public var name: BreakerState.PhaseName {
        switch self {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        case .ramping: .ramping
        }
    }
}
