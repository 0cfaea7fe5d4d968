public import LLMCore

/// An attempt that would like to be sent: where to, with which keys, and how much of the limits it may use.
public struct AdmissionRequest: Sendable, Hashable {
    public enum Purpose: String, Sendable, Hashable {
        case call
        /// A deliberate test (`keys test`): passes rests, limits and the safety lock, and opens them when it succeeds.
        case test
    }
    public var attempt: AttemptID
    public var model: ModelID
    /// As ``ModelClient/endpoint``.
    public var endpoint: String
    public var simulated: Bool
    /// Whose safety lock it obeys: ``ServiceConfiguration/scope``.
    public var scope: String
    /// Runs on this machine or network: the safety lock does not hold it.
    public var isLocal: Bool
    /// The provider's keys in the order they were configured; empty when it needs none.
    public var keys: [KeyFingerprint]
    /// Quota groups from the configuration; others are learnt.
    public var quotaGroups: [KeyFingerprint: String]
    /// Taken when it is ready: the key of the attempt before, or the one whose prompt cache is warm.
    public var preferredKey: KeyFingerprint?
    public var estimate: LimitEstimate
    /// When the attempt is over at the latest, in microseconds since 1970: leases and reservations end then.
    public var expiresAt: Int64
    public var purpose: Purpose

    public init(
        attempt: AttemptID, model: ModelID, endpoint: String, simulated: Bool, scope: String = "",
        isLocal: Bool = false,
        keys: [KeyFingerprint] = [], quotaGroups: [KeyFingerprint: String] = [:], preferredKey: KeyFingerprint? = nil,
        estimate: LimitEstimate = .init(), expiresAt: Int64, purpose: Purpose = .call
    ) {
        self.attempt = attempt
        self.model = model
        self.endpoint = endpoint
        self.simulated = simulated
        self.scope = scope
        self.isLocal = isLocal
        self.keys = keys
        self.quotaGroups = quotaGroups
        self.preferredKey = preferredKey
        self.estimate = estimate
        self.expiresAt = expiresAt
        self.purpose = purpose
    }

    var providerKey: HealthKey { key(.provider(model.provider)) }
    var modelKey: HealthKey { key(.model(model)) }
    /// One lock for each world and set of addresses.
    var lockKey: HealthKey { HealthKey(.lock, endpoint: scope, simulated: simulated) }
    func key(of fingerprint: KeyFingerprint?) -> HealthKey { key(.key(model.provider, fingerprint)) }
    func limitsKey(of owner: KeyFingerprint?) -> HealthKey { key(.limits(model, owner)) }
    private func key(_ subject: HealthKey.Subject) -> HealthKey {
        HealthKey(subject, endpoint: endpoint, simulated: simulated)
    }

    /// Every state that decides whether it may be sent.
    var healthKeys: [HealthKey] {
        var all = [providerKey, modelKey]
        if !isLocal { all.append(lockKey) }
        if keys.isEmpty { all.append(limitsKey(of: nil)) }
        for fingerprint in keys {
            all.append(key(of: fingerprint))
            all.append(limitsKey(of: fingerprint))
        }
        return all
    }
}
