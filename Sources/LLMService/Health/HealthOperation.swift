public import LLMCore

/// One step of a transaction, kept as a value so that it can be run on a copy, in a transaction, or again.
enum HealthOperation: Sendable {
    case admit(AdmissionRequest, now: Int64)
    /// The answer of a probe has begun.
    case begin(Permit, now: Int64)
    case settle(Permit, HealthFacts, now: Int64)
    case release(Permit)
    case command(HealthCommand, now: Int64)
    /// An empty operation: commits the changes that wait.
    case flush

    /// - Parameter narrow: Only what a plain success touches.
    func keys(narrow: Bool = false) -> [HealthKey] {
        switch self {
        case .admit(let request, _): request.healthKeys
        case .begin(let permit, _), .release(let permit): permit.ownKeys
        case .settle(let permit, _, _): narrow ? permit.ownKeys : permit.request.healthKeys
        case .command(let command, _): [command.key]
        case .flush: []
        }
    }

    /// - Returns: The decision, when it is an admission; the permit to go on with, when an answer has begun.
    func run(on transaction: inout HealthTransaction) -> Admission? {
        switch self {
        case .admit(let request, let now): return transaction.admit(request, now: now)
        case .begin(let permit, let now): return .admitted(transaction.begin(permit, now: now))
        case .settle(let permit, let facts, let now): transaction.settle(permit, facts, now: now)
        case .release(let permit): transaction.release(permit)
        case .command(let command, let now): transaction.perform(command, now: now)
        case .flush: break
        }
        return nil
    }
}

extension Permit {
    /// The states of this attempt alone, without those of the other keys.
    var ownKeys: [HealthKey] {
        var keys = [request.providerBreaker.key, request.modelBreaker.key, request.limits(of: limitOwner).key]
        if !request.isLocal { keys.append(request.lock.key) }
        if let key { keys.append(request.state(of: key).key) }
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
        // A server may close what is idle; that is no evidence about it.
        if report.wasStaleConnection { outcome = .cancelled }
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
    case coolDownKey(HealthKey, until: Int64)
    /// Forgets cooldown, retirement and breaker of a key.
    case enableKey(HealthKey)
    /// Closes a breaker: a model was pulled, a server repaired.
    case closeBreaker(HealthKey)
    /// - Parameter scope: As ``ServiceConfiguration/scope``.
    case releaseLock(scope: String, simulated: Bool)

    var key: HealthKey {
        switch self {
        case .coolDownKey(let key, _), .enableKey(let key), .closeBreaker(let key): key
        case .releaseLock(let scope, let simulated): HealthPart.lock(of: scope, simulated: simulated).key
        }
    }
}

extension HealthTransaction {
    mutating func perform(_ command: HealthCommand, now: Int64) {
        switch command {
        case .coolDownKey(let key, let until):
            guard let part = HealthPart<KeyState>(key) else { return }
            states[part, default: KeyState()].coolsDownUntil = until
            record(.keyCoolingDown(until: until), of: part)
        case .enableKey(let key):
            guard let part = HealthPart<KeyState>(key), states[part] != nil else { return }
            reset(.breaker(of: part), now: now)
            if states[part]?.enable() == true { record(.keyEnabled, of: part) }
        case .closeBreaker(let key):
            if let part = HealthPart<BreakerState>(key) { reset(part, now: now) }
        case .releaseLock(let scope, let simulated):
            let part = HealthPart.lock(of: scope, simulated: simulated)
            guard var lock = states[part], lock.isEngaged else { return }
            lock.limitedUntil = [:]
            record(lock.release(because: "reset by hand", now: now), of: part)
            states[part] = lock
        }
    }
}
