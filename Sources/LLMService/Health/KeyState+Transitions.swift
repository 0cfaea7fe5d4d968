import LLMCore

/// One key as a state machine; rests for its rate are ``LimitState``'s, because limits hold for a key and a model.
extension KeyState {
    static let learntPrefix = "learnt:"

    var hasLearntGroup: Bool { quotaGroup?.hasPrefix(KeyState.learntPrefix) ?? false }

    mutating func use(turn: Int, now: Int64) {
        uses += 1
        self.turn = max(self.turn + 1, turn)
        lastUsedAt = max(lastUsedAt ?? .min, now)
    }

    /// Notes how a call ended.
    mutating func settle(_ outcome: AttemptClass, now: Int64) {
        guard outcome != .ok else {
            successes += 1
            return
        }
        failures[outcome, default: 0] += 1
        lastFailure = outcome
        if outcome == .rateLimited { lastLimitedAt = now }
    }

    /// The time until a retired key is tested again, in microseconds.
    ///
    /// - Parameter named: When the provider says that its account may be used again.
    static func recheck(
        _ outcome: AttemptClass, openings: Int, named: Duration? = nil, policy: KeyRingPolicy
    ) -> Int64 {
        let base = outcome == .quotaExhausted ? policy.quotaRecheck : policy.authRecheck
        let wait = max(base * (1 << min(max(openings, 0), 20)), named ?? .zero)
        return min(wait, policy.recheckCeiling).microseconds
    }

    /// Brings it back, whatever kept it away.
    mutating func revive() {
        deadBecause = nil
        restUntil = nil
    }
}
