public import LLMCore

/// A change a person asks for (`dirgen-bench keys cooldown|enable`).
public enum HealthCommand: Sendable, Hashable {
    /// The key is not picked before (microseconds since 1970).
    case restKey(HealthKey, until: Int64)
    /// Forgets rest, retirement and breaker of a key.
    case reviveKey(HealthKey)
    /// Closes a breaker: a model was pulled, a server repaired.
    case closeBreaker(HealthKey)
    /// - Parameter scope: As ``ServiceConfiguration/scope``.
    case openLock(scope: String, simulated: Bool)

    var key: HealthKey {
        switch self {
        case .restKey(let key, _), .reviveKey(let key), .closeBreaker(let key): key
        case .openLock(let scope, let simulated): HealthKey(.lock, endpoint: scope, simulated: simulated)
        }
    }
}

extension HealthLedger {
    mutating func perform(_ command: HealthCommand, now: Int64) {
        let key = command.key
        switch command {
        case .restKey(_, let until):
            var state = states[key]?.key ?? KeyState()
            state.restUntil = until
            states[key, default: .init()].key = state
            note(.keyRested(until: until), of: key)
        case .reviveKey:
            guard var state = states[key]?.key else { return }
            reset(key, now: now)
            guard state.deadBecause != nil || state.restUntil != nil else { return }
            state.revive()
            states[key]?.key = state
            note(.keyRevived, of: key)
        case .closeBreaker: reset(key, now: now)
        case .openLock:
            guard var lock = states[key]?.lock, lock.isClosed else { return }
            lock.limitedUntil = [:]
            note(lock.open("opened by hand", now: now), of: key)
            states[key]?.lock = lock
        }
    }
}
