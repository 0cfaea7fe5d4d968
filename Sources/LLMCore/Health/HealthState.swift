/// The learnt state of one ``HealthKey``; `nil` parts were never needed.
public struct HealthState: Sendable, Hashable, Codable {
    public var breaker: BreakerState?
    public var limits: LimitState?
    public var key: KeyState?
    public var lock: LockState?
    /// Of a local model.
    public var loadTime: LoadTimeState?
    public var hedges: HedgeState?

    public init(
        breaker: BreakerState? = nil, limits: LimitState? = nil, key: KeyState? = nil, lock: LockState? = nil,
        loadTime: LoadTimeState? = nil, hedges: HedgeState? = nil
    ) {
        self.breaker = breaker
        self.limits = limits
        self.key = key
        self.lock = lock
        self.loadTime = loadTime
        self.hedges = hedges
    }
}
