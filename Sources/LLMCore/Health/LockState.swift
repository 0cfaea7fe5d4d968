/// The safety lock over all clouds. Instants in microseconds since 1970.
public struct LockState: Sendable, Hashable {
    /// The facts of an engaged lock: while it is, only local models serve.
    public struct Engagement: Sendable, Hashable {
        /// The earliest reset of the limited clouds.
        public var releasesAt: Int64
        /// From then on one live call may go as a probe; `nil`: none goes.
        public var nextProbeAt: Int64?
        /// Probes that failed since it engaged.
        public var failedProbes: Int
        public var probe: BreakerState.Probe?

        public init(
            releasesAt: Int64, nextProbeAt: Int64? = nil, failedProbes: Int = 0, probe: BreakerState.Probe? = nil
        ) {
            self.releasesAt = releasesAt
            self.nextProbeAt = nextProbeAt
            self.failedProbes = failedProbes
            self.probe = probe
        }
    }
    /// `nil` while it is released.
    public var engagement: Engagement?
    /// Clouds that are limited, and until when.
    public var limitedUntil: [ProviderID: Int64]
    /// Of ``limitedUntil``, those that cannot serve for another reason than their rate: no probe is sent there.
    public var unusable: Set<ProviderID>
    public var changedAt: Int64?
    /// The reason of its last change, as text.
    public var reason: String?

    public var isEngaged: Bool { engagement != nil }

    public init(
        engagement: Engagement? = nil, limitedUntil: [ProviderID: Int64] = [:], unusable: Set<ProviderID> = [],
        changedAt: Int64? = nil, reason: String? = nil
    ) {
        self.engagement = engagement
        self.limitedUntil = limitedUntil
        self.unusable = unusable
        self.changedAt = changedAt
        self.reason = reason
    }
}
