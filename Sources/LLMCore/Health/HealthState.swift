/// What is known of one ``HealthKey``; `nil` parts were never needed.
public struct HealthState: Sendable, Hashable, Codable {
    public var breaker: BreakerState?
    public var limits: LimitState?
    public var key: KeyState?
    public var lock: LockState?

    public init(
        breaker: BreakerState? = nil, limits: LimitState? = nil, key: KeyState? = nil, lock: LockState? = nil
    ) {
        self.breaker = breaker
        self.limits = limits
        self.key = key
        self.lock = lock
    }
}
