public import LLMCore

/// Every number the health policies use; the defaults suit all providers.
public struct HealthPolicy: Sendable, Hashable {
    public var providerBreaker: BreakerPolicy
    public var modelBreaker: BreakerPolicy
    public var keyBreaker: BreakerPolicy
    public var limits: LimitPolicy
    public var keys: KeyRingPolicy
    public var lock: LockPolicy

    /// The clock tolerance: an event further in the future was recorded before the clock was set back (microseconds).
    static let clockStep: Int64 = 60_000_000

    public init(
        providerBreaker: BreakerPolicy = .init(), modelBreaker: BreakerPolicy = .init(),
        keyBreaker: BreakerPolicy = .init(), limits: LimitPolicy = .init(), keys: KeyRingPolicy = .init(),
        lock: LockPolicy = .init()
    ) {
        self.providerBreaker = providerBreaker
        self.modelBreaker = modelBreaker
        self.keyBreaker = keyBreaker
        self.limits = limits
        self.keys = keys
        self.lock = lock
    }

    func breaker(of subject: HealthKey.Subject) -> BreakerPolicy {
        switch subject {
        case .provider: providerBreaker
        case .model: modelBreaker
        case .key, .limits, .lock, .hedges: keyBreaker
        }
    }
}

extension Duration {
    /// Whole microseconds: the unit of every stored instant.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}

/// Heals states that no policy of ours would make: a version that took dates for waits left keys locked out for months.
extension HealthState {
    /// Forgets every wait that lies further ahead than any is believed; what still holds is learnt anew with the next call.
    mutating func heal(now: Int64, policy: HealthPolicy) {
        switch self {
        case .provider(var breaker):
            breaker.heal(now: now, policy: policy)
            self = .provider(breaker)
        case .model(var model):
            model.breaker?.heal(now: now, policy: policy)
            self = .model(model)
        case .key(var key):
            key.breaker?.heal(now: now, policy: policy)
            self = .key(key)
        case .limits(var limits):
            limits.heal(now: now, policy: policy.limits)
            self = .limits(limits)
        case .lock(var lock):
            lock.heal(now: now, policy: policy)
            self = .lock(lock)
        case .hedges: break
        }
    }
}

extension [HealthKey: HealthState] {
    /// The same states, healed.
    public func healed(now: Int64, policy: HealthPolicy = .init()) -> Self {
        mapValues { state in
            var state = state
            state.heal(now: now, policy: policy)
            return state
        }
    }
}

extension LimitState {
    fileprivate mutating func heal(now: Int64, policy: LimitPolicy) {
        let end = now + policy.longest.microseconds + HealthPolicy.clockStep
        buckets.removeAll { ($0.resetAt ?? .min) > end }
        reservations.removeAll { $0.expiresAt > end }
        if let probe, probe.expiresAt > end { self.probe = nil }
        guard let until = blockedUntil, namedUntil == nil else { return }
        if until > end {
            (blockedUntil, blockedAt, blockedWindow, refusals) = (nil, nil, nil, 0)
        } else if let since = blockedAt, until > now, until - since >= policy.longest.microseconds {
            // It was shortened, and no record says so: the next call is the probe.
            (blockedUntil, namedUntil) = (now, until)
        }
    }
}

extension LockState {
    fileprivate mutating func heal(now: Int64, policy: HealthPolicy) {
        let longest = max(policy.limits.longest, policy.keys.recheckCeiling).microseconds + HealthPolicy.clockStep
        let sick = limitedUntil.filter { $0.value > now + longest }.keys
        for provider in sick { forget(provider) }
        if !sick.isEmpty, isEngaged {
            _ = release(because: "limits lay further ahead than any is believed", now: now)
        }
        let probeEnd = now + policy.lock.probeCeiling.microseconds * 6 / 5
        if let next = engagement?.nextProbeAt, next > probeEnd { engagement?.nextProbeAt = probeEnd }
    }
}

extension BreakerState {
    fileprivate mutating func heal(now: Int64, policy: HealthPolicy) {
        let longest = max(policy.limits.longest, policy.keys.recheckCeiling).microseconds + HealthPolicy.clockStep
        if case .open(let until) = phase, until > now + longest { phase = .open(until: now) }
    }
}
