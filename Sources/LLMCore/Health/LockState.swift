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
    /// Why it last changed, in words.
    public var reason: String?

    public init(
        isClosed: Bool = false, limitedUntil: [ProviderID: Int64] = [:], opensAt: Int64? = nil,
        probe: BreakerState.Probe? = nil, changedAt: Int64? = nil, reason: String? = nil
    ) {
        self.isClosed = isClosed
        self.limitedUntil = limitedUntil
        self.opensAt = opensAt
        self.probe = probe
        self.changedAt = changedAt
        self.reason = reason
    }
}
