import LLMCore

extension HealthLedger {
    /// Notes how an admitted attempt ended.
    mutating func settle(_ permit: Permit, _ facts: HealthFacts, now: Int64) {
        let request = permit.request
        let policy = FailurePolicy(
            of: facts.outcome, window: facts.rateLimit?.window ?? .unknown, isLocal: request.isLocal)
        if permit.isProbe || policy.key != .none { requireStoring() }
        settleBreakers(permit, facts.outcome, policy, now: now)
        settleKey(permit, facts, policy, now: now)
        let isNewLimit = settleLimits(permit, facts, now: now)
        if isNewLimit, facts.outcome == .rateLimited { learnGroup(permit, now: now) }
        if facts.outcome == .ok { doubtGroup(permit, now: now) }
        settleLock(permit, facts.outcome, policy, now: now)
    }

    /// Gives back what an attempt that never ended had taken.
    mutating func release(_ permit: Permit) {
        let request = permit.request
        states[request.limitsKey(of: permit.limitOwner)]?.limits?.release(attempt: request.attempt)
        states[request.providerKey]?.breaker?.release(
            attempt: request.attempt, generation: permit.generations.provider)
        states[request.modelKey]?.breaker?.release(attempt: request.attempt, generation: permit.generations.model)
        if let key = permit.key {
            states[request.key(of: key)]?.breaker?.release(
                attempt: request.attempt, generation: permit.generations.key)
        }
        if !request.isLocal { states[request.lockKey]?.lock?.release(attempt: request.attempt) }
        if permit.isProbe { requireStoring() }
    }

    // MARK: Breakers

    private mutating func settleBreakers(
        _ permit: Permit, _ outcome: AttemptClass, _ policy: FailurePolicy, now: Int64
    ) {
        let request = permit.request
        var subjects: [(key: HealthKey, generation: Int, blame: FailurePolicy.Blame)] = [
            (request.providerKey, permit.generations.provider, .provider),
            (request.modelKey, permit.generations.model, .model),
        ]
        if let key = permit.key { subjects.append((request.key(of: key), permit.generations.key, .key)) }
        let draw = random()
        for subject in subjects {
            let isBlamed = policy.blame == subject.blame
            let evidence: BreakerEvidence = isBlamed ? .failed(outcome) : policy.isHealthy ? .healthy : .none
            if isBlamed { requireStoring() }
            guard evidence != .none || permit.isProbe else { continue }
            // A deliberate test that succeeds forgives everything.
            if request.purpose == .test, outcome == .ok {
                reset(subject.key, now: now)
            } else if policy.key != .retire || subject.blame != .key {
                var breaker = states[subject.key]?.breaker ?? BreakerState()
                let change = breaker.settle(
                    evidence, attempt: request.attempt, generation: subject.generation, now: now, draw: draw,
                    policy: breakerPolicy(of: subject.key.subject))
                states[subject.key, default: .init()].breaker = breaker
                note(change, of: subject.key)
            }
        }
    }

    mutating func reset(_ key: HealthKey, now: Int64) {
        guard var breaker = states[key]?.breaker, breaker.phase != .closed else { return }
        breaker.reset(now: now)
        states[key]?.breaker = breaker
        note(.breakerClosed, of: key)
    }

    // MARK: Keys

    private mutating func settleKey(
        _ permit: Permit, _ facts: HealthFacts, _ policy: FailurePolicy, now: Int64
    ) {
        guard let fingerprint = permit.key else { return }
        let outcome = facts.outcome
        let key = permit.request.key(of: fingerprint)
        var state = states[key]?.key ?? KeyState()
        state.settle(outcome, now: now)
        defer { states[key, default: .init()].key = state }
        if policy.key == .retire {
            var breaker = states[key]?.breaker ?? BreakerState()
            // Calls that were under way with it when it was retired are refused the same way: that is no news.
            guard breaker.generation == permit.generations.key || permit.request.purpose == .test else { return }
            // Looked at before its time at somebody's wish: it rests from now again, and no longer than before.
            if permit.request.purpose == .test, state.deadBecause != nil {
                breaker.openings = max(breaker.openings - 1, 0)
            }
            let wait = KeyState.recheck(
                outcome, openings: breaker.openings, named: facts.rateLimit?.retryAfter, policy: self.policy.keys)
            _ = breaker.open(because: outcome, until: now + wait, now: now)
            states[key, default: .init()].breaker = breaker
            state.deadBecause = outcome
            note(.keyRetired(because: outcome, recheckAt: now + wait), of: key)
        } else if outcome == .ok, permit.isProbe, state.deadBecause != nil || state.restUntil != nil {
            state.revive()
            note(.keyRevived, of: key)
        }
    }

    // MARK: Limits

    /// - Returns: Whether the key was refused for its rate, and had not been before.
    private mutating func settleLimits(_ permit: Permit, _ facts: HealthFacts, now: Int64) -> Bool {
        let key = permit.request.limitsKey(of: permit.limitOwner)
        let isNeeded = !(facts.rateLimit?.buckets.isEmpty ?? true) || FailurePolicy(of: facts.outcome).key != .none
        guard var limits = states[key]?.limits ?? (isNeeded ? LimitState() : nil) else { return false }
        let notice = LimitNotice(
            attempt: permit.attempt, admittedAt: permit.admittedAt, outcome: facts.outcome, reading: facts.rateLimit,
            used: facts.used)
        let change = limits.settle(notice, now: now, draw: random(), policy: policy.limits)
        if limits.isTight(after: permit.request.estimate, now: now, policy: policy.limits) { requireStoring() }
        states[key, default: .init()].limits = limits
        note(change, of: key)
        if case .limited = change { return true }
        return false
    }

    // MARK: The safety lock

    private mutating func settleLock(
        _ permit: Permit, _ outcome: AttemptClass, _ policy: FailurePolicy, now: Int64
    ) {
        let request = permit.request
        guard !request.isLocal else { return }
        let provider = request.model.provider
        if outcome.isServed {
            guard var lock = states[request.lockKey]?.lock else { return }
            let before = lock
            note(lock.served(provider, admittedAt: permit.admittedAt, now: now), of: request.lockKey)
            lock.release(attempt: request.attempt)
            guard lock != before else { return }
            states[request.lockKey]?.lock = lock
            requireStoring()
            return
        }
        if permit.isProbe { endLockProbe(permit, outcome, now: now) }
        guard policy.countsForLock || policy.key == .retire, let until = unavailableUntil(request, now: now) else {
            return
        }
        var lock = states[request.lockKey]?.lock ?? LockState()
        let changes =
            policy.countsForLock
            ? lock.limited(
                provider, until: until, clouds: clouds, now: now, draw: random(), policy: self.policy.lock)
            : lock.unusable(provider, until: until, now: now)
        states[request.lockKey, default: .init()].lock = lock
        note(changes, of: request.lockKey)
    }

    private mutating func endLockProbe(_ permit: Permit, _ outcome: AttemptClass, now: Int64) {
        let request = permit.request
        guard states[request.lockKey]?.lock?.probe?.attempt == request.attempt else { return }
        // A caller who left, or whose time was up, says nothing of the cloud.
        if outcome == .cancelled || outcome == .timeoutTotal {
            states[request.lockKey]?.lock?.release(attempt: request.attempt)
        } else {
            states[request.lockKey]?.lock?.probeFailed(
                attempt: request.attempt, now: now, draw: random(), policy: self.policy.lock)
        }
    }

    /// When the first key of a provider is available again; `nil` when one can now.
    private func unavailableUntil(_ request: AdmissionRequest, now: Int64) -> Int64? {
        guard !request.keys.isEmpty else { return limitReadiness(owner: nil, request, now: now).at }
        var soonest = Int64.max
        for key in request.keys {
            // No doubt about groups here, and no share of a ramp.
            guard let at = readiness(of: key, request, now: now, draw: 1).at else { return nil }
            soonest = min(soonest, at)
        }
        return soonest
    }
}
