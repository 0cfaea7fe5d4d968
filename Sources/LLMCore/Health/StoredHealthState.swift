/// A health state in the shape that stores keep: one JSON object with a member for each part.
///
/// Every version so far wrote this shape, so that every database can be read. What only one phase has is optional here, and nowhere
/// else.
package struct StoredHealthState: Sendable, Codable {
    private var breaker: Breaker?
    private var limits: LimitState?
    private var key: Key?
    private var lock: Lock?
    private var loadTime: LoadTimeState?
    private var hedges: HedgeState?

    package init(_ state: HealthState) {
        breaker = state.breaker.map(Breaker.init)
        limits = state.limits
        key = state.key.map(Key.init)
        lock = state.lock.map(Lock.init)
        loadTime = state.model?.loadTime
        hedges = state.hedges
    }

    /// The state of `subject`; `nil` without a part that the subject has.
    package func state(of subject: HealthKey.Subject) -> HealthState? {
        switch subject {
        case .provider: return breaker.map { .provider($0.state) }
        case .model:
            guard breaker != nil || loadTime != nil else { return nil }
            return .model(ModelState(breaker: breaker?.state, loadTime: loadTime))
        case .key:
            guard breaker != nil || key != nil else { return nil }
            var state = key?.state ?? KeyState()
            state.breaker = breaker?.state
            return .key(state)
        case .limits: return limits.map(HealthState.limits)
        case .lock: return lock.map { .lock($0.state) }
        case .hedges: return hedges.map(HealthState.hedges)
        }
    }
}

extension StoredHealthState {
    private struct Breaker: Sendable, Codable {
        var phase: BreakerState.PhaseName
        var generation: Int
        var slices: [BreakerState.Slice]
        var openUntil: Int64?
        var openings: Int
        var probe: BreakerState.Probe?
        var rampStartedAt: Int64?
        var lastFailure: AttemptClass?
        var changedAt: Int64?

        init(_ state: BreakerState) {
            phase = state.phase.name
            generation = state.generation
            slices = state.slices
            openings = state.openings
            lastFailure = state.lastFailure
            changedAt = state.changedAt
            switch state.phase {
            case .closed: break
            case .open(let until): openUntil = until
            case .halfOpen(let lease): probe = lease
            case .ramping(let since): rampStartedAt = since
            }
        }

        var state: BreakerState {
            let now: BreakerState.Phase =
                switch phase {
                case .closed: .closed
                // Without its instant a phase is over at once.
                case .open: .open(until: openUntil ?? 0)
                case .halfOpen: .halfOpen(probe: probe)
                case .ramping: .ramping(since: rampStartedAt ?? 0)
                }
            return BreakerState(
                phase: now, generation: generation, slices: slices, openings: openings, lastFailure: lastFailure,
                changedAt: changedAt)
        }
    }

    private struct Key: Sendable, Codable {
        var uses: Int
        var successes: Int
        var failures: [AttemptClass: Int]
        var turn: Int
        var lastUsedAt: Int64?
        var lastLimitedAt: Int64?
        var lastFailure: AttemptClass?
        var restUntil: Int64?
        var deadBecause: AttemptClass?
        var quotaGroup: String?
        var failedWith: [KeyFingerprint: Int]

        init(_ state: KeyState) {
            uses = state.uses
            successes = state.successes
            failures = state.failures
            turn = state.turn
            lastUsedAt = state.lastUsedAt
            lastLimitedAt = state.lastLimitedAt
            lastFailure = state.lastFailure
            restUntil = state.coolsDownUntil
            deadBecause = state.retiredBecause
            quotaGroup = state.quotaGroup
            failedWith = state.failedWith
        }

        var state: KeyState {
            KeyState(
                uses: uses, successes: successes, failures: failures, turn: turn, lastUsedAt: lastUsedAt,
                lastLimitedAt: lastLimitedAt, lastFailure: lastFailure, coolsDownUntil: restUntil,
                retiredBecause: deadBecause, quotaGroup: quotaGroup, failedWith: failedWith)
        }
    }

    private struct Lock: Sendable, Codable {
        /// Engaged.
        var isClosed: Bool
        var limitedUntil: [ProviderID: Int64]
        var opensAt: Int64?
        var probe: BreakerState.Probe?
        var changedAt: Int64?
        var reason: String?
        var nextProbeAt: Int64?
        var failedProbes: Int?
        var unusable: Set<ProviderID>?

        init(_ state: LockState) {
            isClosed = state.isEngaged
            limitedUntil = state.limitedUntil
            opensAt = state.engagement?.releasesAt
            probe = state.engagement?.probe
            changedAt = state.changedAt
            reason = state.reason
            nextProbeAt = state.engagement?.nextProbeAt
            failedProbes = state.engagement.flatMap { $0.failedProbes == 0 ? nil : $0.failedProbes }
            unusable = state.unusable.isEmpty ? nil : state.unusable
        }

        var state: LockState {
            let engagement = LockState.Engagement(
                // Without its instant the lock is released at once.
                releasesAt: opensAt ?? 0, nextProbeAt: nextProbeAt, failedProbes: failedProbes ?? 0, probe: probe)
            return LockState(
                engagement: isClosed ? engagement : nil, limitedUntil: limitedUntil, unusable: unusable ?? [],
                changedAt: changedAt, reason: reason)
        }
    }
}

// As keys of a dictionary they are members of a JSON object, not elements of a list.
extension AttemptClass: CodingKeyRepresentable {}
extension ProviderID: CodingKeyRepresentable {}
extension KeyFingerprint: CodingKeyRepresentable {}
