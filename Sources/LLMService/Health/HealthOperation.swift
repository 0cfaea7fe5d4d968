public import LLMCore

/// One step of the ledger, kept as a value so that it can be run on a copy, in a transaction, or again.
enum HealthOperation: Sendable {
    case admit(AdmissionRequest, now: Int64)
    case settle(Permit, HealthFacts, now: Int64)
    case release(Permit)
    case command(HealthCommand, now: Int64)
    /// An empty operation: commits the changes that wait.
    case flush

    /// - Parameter narrow: Only what a plain success touches.
    func keys(narrow: Bool = false) -> [HealthKey] {
        switch self {
        case .admit(let request, _): request.healthKeys
        case .release(let permit): permit.ownKeys
        case .settle(let permit, _, _): narrow ? permit.ownKeys : permit.request.healthKeys
        case .command(let command, _): [command.key]
        case .flush: []
        }
    }

    /// - Returns: The decision, when it is an admission.
    func run(on ledger: inout HealthLedger) -> Admission? {
        switch self {
        case .admit(let request, let now): return ledger.admit(request, now: now)
        case .settle(let permit, let facts, let now): ledger.settle(permit, facts, now: now)
        case .release(let permit): ledger.release(permit)
        case .command(let command, let now): ledger.perform(command, now: now)
        case .flush: break
        }
        return nil
    }
}

extension Permit {
    /// The states of this attempt alone, without those of the other keys.
    var ownKeys: [HealthKey] {
        var keys = [request.providerKey, request.modelKey, request.limitsKey(of: limitOwner)]
        if !request.isLocal { keys.append(request.lockKey) }
        if let key { keys.append(request.key(of: key)) }
        return keys
    }
}

/// The part of an attempt's report that the policies use.
struct HealthFacts: Sendable, Hashable {
    var outcome: AttemptClass
    var rateLimit: RateLimitReading?
    /// The used tokens of limits; `nil` unknown.
    var used: LimitEstimate?
}

extension HealthFacts {
    init(_ report: AttemptReport) {
        // A decoding fault that the content brings, whoever is asked, is not the server's: it did its part.
        outcome = report.failureIsOfContent ? .lengthTruncated : report.outcome
        rateLimit = report.rateLimit
        let tokens = report.usage?.tokens
        used = tokens?.promptTokens.map { LimitEstimate(inputTokens: $0, outputTokens: tokens?.outputTokens ?? 0) }
    }
}

extension AttemptClass {
    /// The provider took the call and did its part, whether or not the answer is whole: no limit held it back.
    var isServed: Bool { self == .ok || self == .lengthTruncated || self == .refusal }
}

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
