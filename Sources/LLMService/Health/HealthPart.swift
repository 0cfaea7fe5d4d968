import LLMCore

/// The address of a part of learnt health: a key with the type of what is kept under it, so that no state is looked up or stored
/// under the key of another subject.
struct HealthPart<State: HealthPartState>: Sendable, Hashable {
    let key: HealthKey

    fileprivate init(_ subject: HealthKey.Subject, _ endpoint: String, simulated: Bool) {
        key = HealthKey(subject, endpoint: endpoint, simulated: simulated)
    }
}

/// A type that is kept under a health key, whole or as a part of its state.
protocol HealthPartState: Sendable, Hashable {
    static func read(_ state: HealthState) -> Self?
    /// Stores a part; `nil` removes it.
    static func store(_ part: Self?, in state: inout HealthState?, of subject: HealthKey.Subject)
}

extension [HealthKey: HealthState] {
    subscript<State>(part: HealthPart<State>) -> State? {
        get { self[part.key].flatMap(State.read) }
        set { State.store(newValue, in: &self[part.key], of: part.key.subject) }
    }

    subscript<State>(part: HealthPart<State>, default blank: @autoclosure () -> State) -> State {
        get { self[part] ?? blank() }
        set { self[part] = newValue }
    }
}

// MARK: Addresses

extension HealthPart<BreakerState> {
    static func breaker(of provider: ProviderID, at endpoint: String, simulated: Bool) -> Self {
        Self(.provider(provider), endpoint, simulated: simulated)
    }

    static func breaker(of model: ModelID, at endpoint: String, simulated: Bool) -> Self {
        Self(.model(model), endpoint, simulated: simulated)
    }

    static func breaker(of key: HealthPart<KeyState>) -> Self {
        Self(key.key.subject, key.key.endpoint, simulated: key.key.simulated)
    }

    /// The breaker under a key of learnt health; `nil` for a subject that has none.
    init?(_ key: HealthKey) {
        switch key.subject {
        case .provider, .model, .key: self.init(key.subject, key.endpoint, simulated: key.simulated)
        case .limits, .lock, .hedges: return nil
        }
    }
}

extension HealthPart<KeyState> {
    static func key(_ key: KeyFingerprint?, of provider: ProviderID, at endpoint: String, simulated: Bool) -> Self {
        Self(.key(provider, key), endpoint, simulated: simulated)
    }

    /// The state under a key of learnt health; `nil` for a subject that is no API key.
    init?(_ key: HealthKey) {
        guard case .key = key.subject else { return nil }
        self.init(key.subject, key.endpoint, simulated: key.simulated)
    }
}

extension HealthPart<LimitState> {
    static func limits(
        of model: ModelID, with key: KeyFingerprint?, at endpoint: String, simulated: Bool
    ) -> Self { Self(.limits(model, key), endpoint, simulated: simulated) }
}

extension HealthPart<LoadTimeState> {
    static func loadTime(of model: ModelID, at endpoint: String, simulated: Bool) -> Self {
        Self(.model(model), endpoint, simulated: simulated)
    }
}

extension HealthPart<LockState> {
    static func lock(of scope: String, simulated: Bool) -> Self { Self(.lock, scope, simulated: simulated) }
}

extension HealthPart<HedgeState> {
    static func hedges(of scope: String, simulated: Bool) -> Self { Self(.hedges, scope, simulated: simulated) }
}

// MARK: Parts

extension BreakerState: HealthPartState {
    static func read(_ state: HealthState) -> BreakerState? { state.breaker }

    static func store(_ breaker: BreakerState?, in state: inout HealthState?, of subject: HealthKey.Subject) {
        guard breaker != nil || state != nil else { return }
        switch subject {
        case .provider: state = breaker.map(HealthState.provider)
        case .model: state = .model(ModelState(breaker: breaker, loadTime: state?.model?.loadTime))
        case .key:
            var key = state?.key ?? KeyState()
            key.breaker = breaker
            state = .key(key)
        case .limits, .lock, .hedges: break
        }
    }
}

extension LoadTimeState: HealthPartState {
    static func read(_ state: HealthState) -> LoadTimeState? { state.model?.loadTime }

    static func store(_ loadTime: LoadTimeState?, in state: inout HealthState?, of subject: HealthKey.Subject) {
        guard loadTime != nil || state != nil else { return }
        state = .model(ModelState(breaker: state?.breaker, loadTime: loadTime))
    }
}

extension KeyState: HealthPartState {
    static func read(_ state: HealthState) -> KeyState? { state.key }
    static func store(_ key: KeyState?, in state: inout HealthState?, of subject: HealthKey.Subject) {
        state = key.map(HealthState.key)
    }
}

extension LimitState: HealthPartState {
    static func read(_ state: HealthState) -> LimitState? { state.limits }
    static func store(_ limits: LimitState?, in state: inout HealthState?, of subject: HealthKey.Subject) {
        state = limits.map(HealthState.limits)
    }
}

extension LockState: HealthPartState {
    static func read(_ state: HealthState) -> LockState? { state.lock }
    static func store(_ lock: LockState?, in state: inout HealthState?, of subject: HealthKey.Subject) {
        state = lock.map(HealthState.lock)
    }
}

extension HedgeState: HealthPartState {
    static func read(_ state: HealthState) -> HedgeState? { state.hedges }
    static func store(_ hedges: HedgeState?, in state: inout HealthState?, of subject: HealthKey.Subject) {
        state = hedges.map(HealthState.hedges)
    }
}
