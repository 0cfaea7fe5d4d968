public import LLMCore

/// Learnt health as it holds at one instant: what is over counts no more, what fills up evenly has filled so far. For people and for
/// pages; decisions are those of ``HealthTracker``. Instants in microseconds since 1970.
public struct HealthReport: Sendable, Hashable {
    public var now: Int64
    public var simulated: Bool
    public var lock: Lock
    public var breakers: [Breaker]
    public var limits: [Limit]
    public var keys: [Key]

    public struct Lock: Sendable, Hashable {
        public struct Cloud: Sendable, Hashable {
            public var provider: ProviderID
            public var until: Int64
        }
        public var isEngaged: Bool
        /// It holds back a process with the clouds given; one that knows another cloud goes on.
        public var holds: Bool
        /// When it was last engaged or released; `nil` while no cloud was ever limited.
        public var since: Int64?
        public var reason: String?
        /// `nil` while released.
        public var releasesAt: Int64?
        /// Those that cannot be asked, the soonest to come back first.
        public var clouds: [Cloud]
        /// A probe is under way, to see whether a cloud answers again.
        public var isProbing: Bool
        /// From then on one live call may go as a probe; `nil` while released.
        public var nextProbeAt: Int64?
    }

    public struct Breaker: Sendable, Hashable {
        public var subject: HealthKey.Subject
        public var endpoint: String
        public var phase: BreakerState.PhaseName
        /// `nil` unless open; one in the past means that the next call is the probe.
        public var openUntil: Int64?
        public var since: Int64?
        public var openings: Int
        public var lastFailure: AttemptClass?
        /// In the rolling window.
        public var calls: Int
        public var failed: Int
        public var isProbing: Bool

        /// Of the calls in the window; `nil` without any.
        public var failureRatio: Double? { calls == 0 ? nil : Double(failed) / Double(calls) }
        /// The breaker is closed without any failure on record.
        public var isPlainlyClosed: Bool { phase == .closed && lastFailure == nil && failed == 0 }
    }

    public struct Limit: Sendable, Hashable {
        public struct Window: Sendable, Hashable {
            public var resource: RateLimitReading.Bucket.Resource
            public var window: LimitWindow
            public var limit: Int?
            /// The expected remainder, calls in flight not subtracted; `nil` when the last report no longer holds.
            public var remaining: Double?
            public var resetAt: Int64?
        }
        public var model: ModelID
        public var key: KeyFingerprint?
        public var endpoint: String
        public var windows: [Window]
        /// No attempt is admitted before: a refusal holds, or a window is used up; the later of both.
        public var blockedUntil: Int64?
        public var blockedWindow: LimitWindow?
        /// Calls under way, and what they may use.
        public var inFlight: Int
        public var reservedTokens: Int
    }

    public struct Key: Sendable, Hashable {
        public enum Condition: String, Sendable, Hashable {
            case healthy
            case coolingDown = "cooling_down"
            case retired
            /// Its breaker is open: calls with it keep failing.
            case failing
        }
        public var provider: ProviderID
        public var key: KeyFingerprint
        public var endpoint: String
        public var condition: Condition
        /// When it is tried again; `nil` when healthy.
        public var until: Int64?
        /// The reason for its retirement, or for its breaker's opening.
        public var because: AttemptClass?
        public var state: KeyState
    }
}

extension HealthReport {
    /// - Parameters:
    ///   - clouds: Those a process knows: whom the lock holds.
    ///   - scope: Whose lock: ``ServiceConfiguration/scope``.
    public init(
        _ snapshot: HealthSnapshot, simulated: Bool, clouds: Set<ProviderID>, scope: String = "", now: Int64,
        policy: HealthPolicy = .init()
    ) {
        self.now = now
        self.simulated = simulated
        lock = Lock(snapshot.lock(of: scope) ?? LockState(), clouds: clouds, now: now)
        breakers = snapshot.entries.compactMap { Breaker($0, now: now, policy: policy) }
        limits = snapshot.entries.compactMap { Limit($0, now: now, policy: policy.limits) }
        keys = snapshot.entries.compactMap { Key($0, now: now) }
    }
}

extension HealthReport.Lock {
    fileprivate init(_ state: LockState, clouds: Set<ProviderID>, now: Int64) {
        // The next call releases a lock whose time is over.
        var state = state
        _ = state.tick(now: now)
        isEngaged = state.isEngaged
        holds = state.holds(clouds: clouds, now: now)
        since = state.changedAt
        reason = state.reason
        releasesAt = state.engagement?.releasesAt
        self.clouds = state.limitedUntil.map { Cloud(provider: $0.key, until: $0.value) }
            .sorted { ($0.until, $0.provider) < ($1.until, $1.provider) }
        isProbing = state.engagement?.isProbing(now: now) ?? false
        nextProbeAt = state.engagement?.nextProbeAt
    }
}

extension HealthReport.Breaker {
    fileprivate init?(_ entry: HealthSnapshot.Entry, now: Int64, policy: HealthPolicy) {
        guard let state = entry.state.breaker else { return nil }
        subject = entry.key.subject
        endpoint = entry.key.endpoint
        phase = state.phase.name
        openUntil = state.openUntil
        since = state.changedAt
        openings = state.openings
        lastFailure = state.lastFailure
        let rule = policy.breaker(of: entry.key.subject)
        let oldest = now - rule.slice.microseconds * Int64(rule.sliceCount)
        let slices = state.slices.filter { $0.startedAt > oldest }
        failed = slices.reduce(0) { $0 + $1.failed }
        calls = slices.reduce(failed) { $0 + $1.succeeded }
        isProbing = state.probe.map { $0.expiresAt > now } ?? false
    }
}

extension HealthReport.Limit {
    fileprivate init?(_ entry: HealthSnapshot.Entry, now: Int64, policy: LimitPolicy) {
        guard case .limits(let model, let key) = entry.key.subject, let state = entry.state.limits else { return nil }
        self.model = model
        self.key = key
        endpoint = entry.key.endpoint
        windows = state.buckets.filter { $0.isTrusted(now: now, policy: policy) }.map { bucket in
            Window(
                resource: bucket.resource, window: bucket.window, limit: bucket.limit,
                remaining: bucket.available(now: now), resetAt: bucket.resetAt.flatMap { $0 > now ? $0 : nil })
        }
        blockedUntil = state.blockEnd(now: now, policy: policy)
        blockedWindow = blockedUntil == nil ? nil : state.blockedWindow
        for bucket in state.buckets where bucket.isTrusted(now: now, policy: policy) {
            guard let ready = bucket.readyAt(need: 1, now: now), ready > blockedUntil ?? .min else { continue }
            (blockedUntil, blockedWindow) = (ready, bucket.window)
        }
        let open = state.reservations.filter { !$0.isCounted && $0.expiresAt > now }
        inFlight = open.count
        reservedTokens = open.reduce(0) { $0 + $1.inputTokens + $1.outputTokens }
    }

    /// `true` when anything is known of it: what is left, a refusal, calls under way.
    public var isKnown: Bool { blockedUntil != nil || inFlight > 0 || windows.contains { $0.remaining != nil } }
}

extension HealthReport.Key {
    fileprivate init?(_ entry: HealthSnapshot.Entry, now: Int64) {
        guard case .key(let provider, let key?) = entry.key.subject, let state = entry.state.key else { return nil }
        self.provider = provider
        self.key = key
        endpoint = entry.key.endpoint
        self.state = state
        let openUntil = state.breaker?.openUntil
        if let reason = state.retiredBecause {
            (condition, until, because) = (.retired, openUntil, reason)
        } else if let end = state.coolsDownUntil, end > now {
            (condition, until, because) = (.coolingDown, end, nil)
        } else if let openUntil, openUntil > now {
            (condition, until, because) = (.failing, openUntil, state.breaker?.lastFailure)
        } else {
            (condition, until, because) = (.healthy, nil, nil)
        }
    }
}

/// All learnt health of one environment at one instant, in a stable order.
public struct HealthSnapshot: Sendable {
    public struct Entry: Sendable, Hashable {
        public var key: HealthKey
        public var state: HealthState
    }
    public var entries: [Entry]

    public init(_ states: [HealthKey: HealthState]) {
        entries = states.map { Entry(key: $0.key, state: $0.value) }
            .sorted { ($0.key.subject.order, $0.key.endpoint) < ($1.key.subject.order, $1.key.endpoint) }
    }

    /// - Parameter scope: As ``ServiceConfiguration/scope``.
    public func lock(of scope: String) -> LockState? {
        entries.first { $0.key.subject == .lock && $0.key.endpoint == scope }?.state.lock
    }
}

extension HealthKey.Subject {
    /// The lock, then providers, models, keys and limits, each by name.
    fileprivate var order: String {
        switch self {
        case .lock: "0"
        case .hedges: "5"
        case .provider(let provider): "1 \(provider)"
        case .model(let model): "2 \(model)"
        case .key(let provider, let key): "3 \(provider) \(key?.rawValue ?? "")"
        case .limits(let model, let key): "4 \(model) \(key?.rawValue ?? "")"
        }
    }
}
