import LLMCore

/// A handful of states and the transitions over all of them at once: pure, so that a store may run it inside its transaction.
struct HealthLedger: Sendable {
    let policy: HealthPolicy
    /// Providers that are configured and not local: the safety lock is about all of them.
    let clouds: Set<ProviderID>
    /// Uniform in 0 to 1.
    let random: @Sendable () -> Double
    var states: [HealthKey: HealthState]
    private(set) var events: [HealthEvent] = []
    /// A change must be stored before this process acts on it, because others must see it.
    private(set) var mustStore = false

    init(
        policy: HealthPolicy, clouds: Set<ProviderID>, random: @escaping @Sendable () -> Double,
        states: [HealthKey: HealthState]
    ) {
        self.policy = policy
        self.clouds = clouds
        self.random = random
        self.states = states
    }

    mutating func note(_ change: HealthEvent.Change?, of key: HealthKey) {
        guard let change else { return }
        events.append(HealthEvent(key: key, change: change))
        mustStore = true
    }

    mutating func requireStoring() { mustStore = true }

    mutating func note(_ changes: [HealthEvent.Change], of key: HealthKey) {
        for change in changes { note(change, of: key) }
    }

    /// Whose limits a key takes from: its own, or those of its quota group, kept under the group's first key.
    func limitOwner(of key: KeyFingerprint, _ request: AdmissionRequest) -> KeyFingerprint {
        guard let group = group(of: key, request) else { return key }
        return request.keys.filter { self.group(of: $0, request) == group }.min { $0.rawValue < $1.rawValue } ?? key
    }

    func group(of key: KeyFingerprint, _ request: AdmissionRequest) -> String? {
        request.quotaGroups[key] ?? states[request.key(of: key)]?.key?.quotaGroup
    }

    func breakerPolicy(of subject: HealthKey.Subject) -> BreakerPolicy { policy.breaker(of: subject) }
}
