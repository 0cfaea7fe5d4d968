public import LLMCore
public import LLMService

/// The report on one key: its place in the configuration and its learnt state. Never the key itself.
public struct KeyReport: Sendable, Hashable {
    /// The condition of the key now.
    public enum Condition: String, Sendable, Hashable {
        /// The key was never used.
        case unused
        case healthy
        /// The provider's limits block it for at least one model; ``KeyReport/limits`` names them.
        case limited
        /// The key cools down by hand.
        case coolingDown = "cooling_down"
        /// The key was refused, or its account has no credit.
        case retired
        /// The key's breaker is open: calls with it keep failing.
        case failing
    }
    public var provider: ProviderID
    public var fingerprint: KeyFingerprint
    /// The environment variable that holds the key; `nil` when none does, as in the simulator.
    public var variable: String?
    /// The key is configured for this address; `false`: it was used before.
    public var isConfigured: Bool
    public var endpoint: String
    /// The learnt state; `nil` when it was never used.
    public var health: HealthReport.Key?
    /// The quota group: keys of one group share a quota, configured or learnt.
    public var quotaGroup: String?
    /// The limits that block the key now, one for each model; of the whole group where it shares a quota.
    public var limits: [HealthReport.Limit] = []

    public var condition: Condition {
        switch health?.condition {
        case .retired: .retired
        case .coolingDown: .coolingDown
        case .failing: .failing
        case .healthy: limits.isEmpty ? .healthy : .limited
        case nil: limits.isEmpty ? .unused : .limited
        }
    }

    /// The instant from which it can be used for all its models; `nil` when it can now.
    public var until: Int64? { condition == .limited ? limits.compactMap(\.blockedUntil).max() : health?.until }

    /// The window of the limit that holds longest; `nil` when it is unknown, or no limit holds.
    public var window: LimitWindow? {
        guard condition == .limited else { return nil }
        let last = limits.max { ($0.blockedUntil ?? 0) < ($1.blockedUntil ?? 0) }?.blockedWindow
        return last == .unknown ? nil : last
    }

    func sharesQuota(with other: KeyReport) -> Bool {
        guard let quotaGroup else { return false }
        return provider == other.provider && endpoint == other.endpoint && quotaGroup == other.quotaGroup
    }

    /// The name of its learnt state.
    public func healthKey(simulated: Bool) -> HealthKey {
        HealthKey(.key(provider, fingerprint), endpoint: endpoint, simulated: simulated)
    }
}
