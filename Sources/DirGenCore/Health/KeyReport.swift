public import LLMCore
public import LLMService

/// One key: where it is configured, and what was learnt of it. Never the key itself.
public struct KeyReport: Sendable, Hashable {
    public var provider: ProviderID
    public var fingerprint: KeyFingerprint
    /// The environment variable that holds it; `nil` when none does, as in the simulator.
    public var variable: String?
    /// `false`: it was used once, and is no longer configured for this address.
    public var isConfigured: Bool
    public var endpoint: String
    /// What was learnt; `nil` when it was never used.
    public var health: HealthReport.Key?
    /// Keys with the same group share a quota: configured, else learnt.
    public var quotaGroup: String?

    /// The name of what is known of it.
    public func healthKey(simulated: Bool) -> HealthKey {
        HealthKey(.key(provider, fingerprint), endpoint: endpoint, simulated: simulated)
    }
}
