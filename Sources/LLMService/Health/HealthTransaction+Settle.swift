import LLMCore

extension HealthTransaction {
    /// Records that the answer of a probe has begun, which is what the probe was to find out: others need not wait for its end, which
    /// may be minutes away.
    ///
    /// - Returns: The permit to go on with: its end counts like that of any other call.
    mutating func begin(_ permit: Permit, now: Int64) -> Permit {
        let request = permit.request
        let draw = random()
        for breaker in permit.breakers {
            let rule = self.policy(of: breaker.part)
            let change = states[breaker.part]?.begin(
                attempt: request.attempt, generation: breaker.generation, now: now, draw: draw, policy: rule)
            record(change, of: breaker.part)
        }
        if let key = permit.key, states[request.state(of: key)]?.enable() == true {
            record(.keyEnabled, of: request.state(of: key))
        }
        let limits = request.limits(of: permit.limitOwner)
        record(states[limits]?.begin(attempt: request.attempt, admittedAt: permit.admittedAt), of: limits)
        settleLock(permit, .ok, FailurePolicy(of: .ok), now: now)
        requireStoring()
        return permit.begun(at: permit.breakers.map { states[$0.part]?.generation ?? $0.generation })
    }

    /// Records the end of an admitted attempt.
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
        states[request.limits(of: permit.limitOwner)]?.release(attempt: request.attempt)
        for breaker in permit.breakers {
            states[breaker.part]?.release(attempt: request.attempt, generation: breaker.generation)
        }
        if !request.isLocal { states[request.lock]?.giveBack(attempt: request.attempt) }
        if permit.isProbe { requireStoring() }
    }

    // MARK: Breakers

    private mutating func settleBreakers(
        _ permit: Permit, _ outcome: AttemptClass, _ policy: FailurePolicy, now: Int64
    ) {
        let request = permit.request
        let draw = random()
        for (part, generation, blame) in permit.breakers {
            let isBlamed = policy.blame == blame
            let evidence: BreakerEvidence = isBlamed ? .failed(outcome) : policy.isHealthy ? .healthy : .none
            if isBlamed { requireStoring() }
            guard evidence != .none || permit.isProbe else { continue }
            // A deliberate test that succeeds forgives everything.
            if request.purpose == .test, outcome == .ok {
                reset(part, now: now)
            } else if policy.key != .retire || blame != .key {
                let rule = self.policy(of: part)
                let change = states[part, default: BreakerState()].settle(
                    evidence, attempt: request.attempt, generation: generation, now: now, draw: draw, policy: rule)
                record(change, of: part)
            }
        }
    }

    mutating func reset(_ part: HealthPart<BreakerState>, now: Int64) {
        guard let breaker = states[part], breaker.phase != .closed else { return }
        states[part]?.reset(now: now)
        record(.breakerClosed, of: part)
    }

    // MARK: Keys

    private mutating func settleKey(
        _ permit: Permit, _ facts: HealthFacts, _ policy: FailurePolicy, now: Int64
    ) {
        guard let fingerprint = permit.key else { return }
        let outcome = facts.outcome
        let part = permit.request.state(of: fingerprint)
        var state = states[part] ?? KeyState()
        state.settle(outcome, now: now)
        defer { states[part] = state }
        if policy.key == .retire {
            var breaker = state.breaker ?? BreakerState()
            // Calls that were under way with it when it was retired are refused the same way: that is no news.
            guard breaker.generation == permit.generations.key || permit.request.purpose == .test else { return }
            // Tested before its time, by hand: it waits from now again, and no longer than before.
            if permit.request.purpose == .test, state.retiredBecause != nil {
                breaker.openings = max(breaker.openings - 1, 0)
            }
            let wait = KeyState.recheck(
                outcome, openings: breaker.openings, named: facts.rateLimit?.retryAfter, policy: self.policy.keys)
            _ = breaker.open(because: outcome, until: now + wait, now: now)
            state.breaker = breaker
            state.retiredBecause = outcome
            record(.keyRetired(because: outcome, recheckAt: now + wait), of: part)
        } else if outcome == .ok, permit.isProbe, state.enable() {
            record(.keyEnabled, of: part)
        }
    }

    // MARK: Limits

    /// - Returns: Whether the key was refused for its rate, and had not been before.
    private mutating func settleLimits(_ permit: Permit, _ facts: HealthFacts, now: Int64) -> Bool {
        let part = permit.request.limits(of: permit.limitOwner)
        let isNeeded = !(facts.rateLimit?.buckets.isEmpty ?? true) || FailurePolicy(of: facts.outcome).key != .none
        guard var limits = states[part] ?? (isNeeded ? LimitState() : nil) else { return false }
        let notice = LimitNotice(
            attempt: permit.attempt, admittedAt: permit.admittedAt, outcome: facts.outcome, reading: facts.rateLimit,
            used: facts.used)
        let change = limits.settle(notice, now: now, draw: random(), policy: policy.limits)
        if limits.isTight(after: permit.request.estimate, now: now, policy: policy.limits) { requireStoring() }
        states[part] = limits
        record(change, of: part)
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
            guard var lock = states[request.lock] else { return }
            let before = lock
            record(lock.served(provider, admittedAt: permit.admittedAt, now: now), of: request.lock)
            lock.giveBack(attempt: request.attempt)
            guard lock != before else { return }
            states[request.lock] = lock
            requireStoring()
            return
        }
        if permit.isProbe { endLockProbe(permit, outcome, now: now) }
        guard policy.countsForLock || policy.key == .retire, let until = unavailableUntil(request, now: now) else {
            return
        }
        var lock = states[request.lock] ?? LockState()
        let changes =
            policy.countsForLock
            ? lock.limited(
                provider, until: until, clouds: clouds, now: now, draw: random(), policy: self.policy.lock)
            : lock.unusable(provider, until: until, now: now)
        states[request.lock] = lock
        record(changes, of: request.lock)
    }

    private mutating func endLockProbe(_ permit: Permit, _ outcome: AttemptClass, now: Int64) {
        let request = permit.request
        guard states[request.lock]?.engagement?.probe?.attempt == request.attempt else { return }
        // A call that was cancelled, or whose time was up, says nothing of the cloud.
        if outcome == .cancelled || outcome == .timeoutTotal {
            states[request.lock]?.giveBack(attempt: request.attempt)
        } else {
            states[request.lock]?.probeFailed(
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

extension Permit {
    /// The breakers it passed, with their generations then.
    fileprivate var breakers: [(part: HealthPart<BreakerState>, generation: Int, blame: FailurePolicy.Blame)] {
        var all: [(part: HealthPart<BreakerState>, generation: Int, blame: FailurePolicy.Blame)] = [
            (request.providerBreaker, generations.provider, .provider),
            (request.modelBreaker, generations.model, .model),
        ]
        if let key { all.append((.breaker(of: request.state(of: key)), generations.key, .key)) }
        return all
    }
}
