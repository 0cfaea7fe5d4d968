import LLMCore

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
