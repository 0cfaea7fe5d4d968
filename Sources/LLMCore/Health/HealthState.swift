/// The learnt state of one ``HealthKey``: one case for each ``HealthKey/Subject``.
public enum HealthState: Sendable, Hashable {
    case provider(BreakerState)
    case model(ModelState)
    case key(KeyState)
    case limits(LimitState)
    case lock(LockState)
    case hedges(HedgeState)
}

extension HealthState {
    /// The breaker of a provider, a model or a key; `nil` for a subject without one, and for one that was never needed.
    public var breaker: BreakerState? {
        switch self {
        case .provider(let breaker): breaker
        case .model(let model): model.breaker
        case .key(let key): key.breaker
        case .limits, .lock, .hedges: nil
        }
    }

    public var model: ModelState? { if case .model(let state) = self { state } else { nil } }
    public var key: KeyState? { if case .key(let state) = self { state } else { nil } }
    public var limits: LimitState? { if case .limits(let state) = self { state } else { nil } }
    public var lock: LockState? { if case .lock(let state) = self { state } else { nil } }
    public var hedges: HedgeState? { if case .hedges(let state) = self { state } else { nil } }
}
