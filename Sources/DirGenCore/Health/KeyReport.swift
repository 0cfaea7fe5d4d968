public import LLMCore
public import LLMService

/// One key: where it is configured, and what was learnt of it. Never the key itself.
public struct KeyReport: Sendable, Hashable {
    /// The condition of the key now.
    public enum Condition: String, Sendable, Hashable {
        /// The key was never used.
        case unused
        case healthy
        /// The provider's limits hold it back for a model at least; ``KeyReport/limits`` names them.
        case limited
        /// Told to, by hand.
        case resting
        /// Refused as a key, or without credit.
        case retired
        /// Its breaker is open: calls with it keep failing.
        case failing
    }
    public var provider: ProviderID
    public var fingerprint: KeyFingerprint
    /// The environment variable that holds it; `nil` when none does, as in the simulator.
    public var variable: String?
    /// `false`: it was used once, and is no longer configured for this address.
    public var isConfigured: Bool
    public var endpoint: String
    /// The learnt state; `nil` when it was never used.
    public var health: HealthReport.Key?
    /// Keys with the same group share a quota: configured, else learnt.
    public var quotaGroup: String?
    /// Those that hold it back now, a model each; of the whole group where it shares a quota.
    public var limits: [HealthReport.Limit] = []

    public var condition: Condition {
        switch health?.condition {
        case .retired: .retired
        case .resting: .resting
        case .failing: .failing
        case .healthy: limits.isEmpty ? .healthy : .limited
        case nil: limits.isEmpty ? .unused : .limited
        }
    }

    /// When it can be used again, for each model; `nil` when it can now.
    public var until: Int64? { condition == .limited ? limits.compactMap(\.blockedUntil).max() : health?.until }

    /// Of the limit that holds longest; `nil` when it is not known, or no limit holds.
    public var window: LimitWindow? {
        guard condition == .limited else { return nil }
        let last = limits.max { ($0.blockedUntil ?? 0) < ($1.blockedUntil ?? 0) }?.blockedWindow
        return last == .unknown ? nil : last
    }

    func sharesQuota(with other: KeyReport) -> Bool {
        guard let quotaGroup else { return false }
        return provider == other.provider && endpoint == other.endpoint && quotaGroup == other.quotaGroup
    }

    /// The name of what is known of it.
    public func healthKey(simulated: Bool) -> HealthKey {
        HealthKey(.key(provider, fingerprint), endpoint: endpoint, simulated: simulated)
    }
}
