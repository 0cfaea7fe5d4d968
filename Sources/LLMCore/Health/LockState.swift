/// The safety lock over all clouds. Instants in microseconds since 1970.
public struct LockState: Sendable, Hashable, Codable {
    /// Closed: only local models serve.
    public var isClosed: Bool
    /// Clouds that said "rate limited", and until when.
    public var limitedUntil: [ProviderID: Int64]
    /// The earliest of them when it closed; `nil` while open.
    public var opensAt: Int64?
    public var probe: BreakerState.Probe?
    public var changedAt: Int64?
    /// The reason of its last change, as text.
    public var reason: String?
    /// While closed: from then on one live call may go as a probe.
    public var nextProbeAt: Int64?
    /// Probes that failed since it closed; `nil`: none.
    public var failedProbes: Int?
    /// Of ``limitedUntil``, those that cannot serve for another reason than their rate: no probe is sent there. `nil`: none.
    public var unusable: Set<ProviderID>?

    public init(
        isClosed: Bool = false, limitedUntil: [ProviderID: Int64] = [:], opensAt: Int64? = nil,
        probe: BreakerState.Probe? = nil, changedAt: Int64? = nil, reason: String? = nil,
        nextProbeAt: Int64? = nil, failedProbes: Int? = nil, unusable: Set<ProviderID>? = nil
    ) {
        self.isClosed = isClosed
        self.limitedUntil = limitedUntil
        self.opensAt = opensAt
        self.probe = probe
        self.changedAt = changedAt
        self.reason = reason
        self.nextProbeAt = nextProbeAt
        self.failedProbes = failedProbes
        self.unusable = unusable
    }
}
