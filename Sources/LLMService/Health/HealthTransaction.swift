import LLMCore

/// A handful of states and the transitions over all of them at once: pure, so that a store may run it inside its transaction.
struct HealthTransaction: Sendable {
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

    mutating func record<State>(_ change: HealthEvent.Change?, of part: HealthPart<State>) {
        guard let change else { return }
        events.append(HealthEvent(key: part.key, change: change))
        mustStore = true
    }

    mutating func record<State>(_ changes: [HealthEvent.Change], of part: HealthPart<State>) {
        for change in changes { record(change, of: part) }
    }

    mutating func requireStoring() { mustStore = true }

    /// Whose limits a key takes from: its own, or those of its quota group, kept under the group's first key.
    func limitOwner(of key: KeyFingerprint, _ request: AdmissionRequest) -> KeyFingerprint {
        guard let group = group(of: key, request) else { return key }
        return request.keys.filter { self.group(of: $0, request) == group }.min { $0.rawValue < $1.rawValue } ?? key
    }

    func group(of key: KeyFingerprint, _ request: AdmissionRequest) -> String? {
        request.quotaGroups[key] ?? states[request.state(of: key)]?.quotaGroup
    }

    func policy(of breaker: HealthPart<BreakerState>) -> BreakerPolicy { policy.breaker(of: breaker.key.subject) }
}

/// Keys of one project share a quota: found out when they are refused together, time and again.
extension HealthTransaction {
    mutating func learnGroup(_ permit: Permit, now: Int64) {
        let request = permit.request
        guard let key = permit.key, group(of: key, request) == nil else { return }
        for other in request.keys where other != key && request.quotaGroups[other] == nil {
            guard let limitedAt = states[request.state(of: other)]?.lastLimitedAt,
                abs(now - limitedAt) <= policy.keys.togetherWithin.microseconds
            else { continue }
            let times = (states[request.state(of: key)]?.failedWith[other] ?? 0) + 1
            states[request.state(of: key)]?.failedWith[other] = times
            states[request.state(of: other)]?.failedWith[key] = times
            guard times >= policy.keys.togetherTimes else { continue }
            let first = min(key.rawValue, other.rawValue)
            let name = states[request.state(of: other)]?.quotaGroup ?? KeyState.learntPrefix + first
            for member in [key, other] { states[request.state(of: member)]?.quotaGroup = name }
            record(.quotaGroupLearnt(name), of: request.state(of: key))
            return
        }
    }

    /// A key that is answered while its learnt group is limited has a quota of its own.
    mutating func doubtGroup(_ permit: Permit, now: Int64) {
        let request = permit.request
        guard let key = permit.key, permit.limitOwner == key, request.quotaGroups[key] == nil,
            let state = states[request.state(of: key)], state.hasLearntGroup, let group = state.quotaGroup
        else { return }
        let owner = limitOwner(of: key, request)
        guard owner != key, let limits = states[request.limits(of: owner)],
            limits.blockEnd(now: now, policy: policy.limits) != nil, permit.admittedAt > limits.blockedAt ?? .max
        else { return }
        states[request.state(of: key)]?.quotaGroup = nil
        states[request.state(of: key)]?.failedWith = [:]
        for other in request.keys { states[request.state(of: other)]?.failedWith[key] = nil }
        record(.quotaGroupForgotten(group), of: request.state(of: key))
    }
}
