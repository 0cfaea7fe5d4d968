/// The learnt state of one API key, under its fingerprint. Instants in microseconds since 1970.
public struct KeyState: Sendable, Hashable {
    /// `nil` until a call with it ended.
    public var breaker: BreakerState?
    /// Attempts given to it, and how they ended.
    public var uses: Int
    public var successes: Int
    public var failures: [AttemptClass: Int]
    /// Its place in the round: like ``uses``, but lifted to the others' when it comes back from a cooldown.
    public var turn: Int
    public var lastUsedAt: Int64?
    /// When the provider last said "rate limited" to it.
    public var lastLimitedAt: Int64?
    public var lastFailure: AttemptClass?
    /// Not picked before, by a person's order. It says nothing of retirement: a key can be both, and keeps each until that ends.
    public var coolsDownUntil: Int64?
    /// Retired: the provider refused the key itself, or its account is empty. `keys enable` or a successful test brings it back.
    public var retiredBecause: AttemptClass?
    /// Keys with the same group share one quota; configured, or learnt from failing together.
    public var quotaGroup: String?
    /// Whose rate-limit failures came together with this key's, and how often.
    public var failedWith: [KeyFingerprint: Int]

    public init(
        breaker: BreakerState? = nil, uses: Int = 0, successes: Int = 0, failures: [AttemptClass: Int] = [:],
        turn: Int = 0, lastUsedAt: Int64? = nil, lastLimitedAt: Int64? = nil, lastFailure: AttemptClass? = nil,
        coolsDownUntil: Int64? = nil, retiredBecause: AttemptClass? = nil, quotaGroup: String? = nil,
        failedWith: [KeyFingerprint: Int] = [:]
    ) {
        self.breaker = breaker
        self.uses = uses
        self.successes = successes
        self.failures = failures
        self.turn = turn
        self.lastUsedAt = lastUsedAt
        self.lastLimitedAt = lastLimitedAt
        self.lastFailure = lastFailure
        self.coolsDownUntil = coolsDownUntil
        self.retiredBecause = retiredBecause
        self.quotaGroup = quotaGroup
        self.failedWith = failedWith
    }
}
