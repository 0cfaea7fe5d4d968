import LLMCore

/// Chooses among the keys of one provider: every healthy key gets the same load.
enum KeyRing {
    struct Choice: Sendable, Hashable {
        var key: KeyFingerprint
        /// The key's place in the round after this call.
        var turn: Int
    }

    /// A key that is ready, as far as the choice goes.
    struct Entry: Sendable, Hashable {
        var key: KeyFingerprint
        var turn = 0
        var lastUsedAt = Int64.min
    }

    /// The key with the fewest turns, then the one unused for longest, then the first: the same for the same states.
    ///
    /// - Parameter ready: Healthy keys in the order they were configured.
    static func pick(_ ready: [Entry], preferred: KeyFingerprint?) -> Choice? {
        guard var best = ready.first else { return nil }
        var second = Int.max
        for entry in ready.dropFirst() {
            let isBetter =
                entry.key == preferred
                || best.key != preferred && (entry.turn, entry.lastUsedAt) < (best.turn, best.lastUsedAt)
            second = min(second, isBetter ? best.turn : entry.turn)
            if isBetter { best = entry }
        }
        // A key that comes back from a cooldown takes its turn once, instead of all turns it missed.
        let floor = second == .max ? best.turn : max(best.turn, second - 1)
        return Choice(key: best.key, turn: floor + 1)
    }
}

/// The policy for retiring and rechecking keys, and for learning which share a quota.
public struct KeyRingPolicy: Sendable, Hashable {
    /// A key that was refused as such gets one more try after this; each further refusal doubles it up to ``recheckCeiling``.
    public var authRecheck: Duration
    /// The same for one whose account is empty: credit may have been added.
    public var quotaRecheck: Duration
    public var recheckCeiling: Duration
    /// Keys refused for their rate within this span failed together.
    public var togetherWithin: Duration
    /// So often together makes a quota group.
    public var togetherTimes: Int
    /// Share of calls that try a learnt group's key in spite of the others' limits, to unlearn a wrong one.
    public var groupDoubt: Double

    public init(
        authRecheck: Duration = .seconds(21_600), quotaRecheck: Duration = .seconds(3_600),
        recheckCeiling: Duration = .seconds(86_400), togetherWithin: Duration = .seconds(10), togetherTimes: Int = 3,
        groupDoubt: Double = 0.05
    ) {
        self.authRecheck = authRecheck
        self.quotaRecheck = quotaRecheck
        self.recheckCeiling = recheckCeiling
        self.togetherWithin = togetherWithin
        self.togetherTimes = togetherTimes
        self.groupDoubt = groupDoubt
    }
}

/// One key as a state machine; waits for its rate are ``LimitState``'s, because limits hold for a key and a model.
extension KeyState {
    static let learntPrefix = "learnt:"

    var hasLearntGroup: Bool { quotaGroup?.hasPrefix(KeyState.learntPrefix) ?? false }

    mutating func use(turn: Int, now: Int64) {
        uses += 1
        self.turn = max(self.turn + 1, turn)
        lastUsedAt = max(lastUsedAt ?? .min, now)
    }

    /// Records the end of a call.
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

    /// Ends its cooldown and its retirement; `false` when there was neither.
    mutating func enable() -> Bool {
        guard retiredBecause != nil || coolsDownUntil != nil else { return false }
        retiredBecause = nil
        coolsDownUntil = nil
        return true
    }
}
