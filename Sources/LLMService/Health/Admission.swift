public import LLMCore

/// The decision on sending an attempt.
public enum Admission: Sendable, Hashable {
    /// Every permit must be settled or released.
    case admitted(Permit)
    /// Not before that instant.
    ///
    /// `isOutage`: it is broken rather than busy, so that it is unknown whether waiting helps.
    case notBefore(wallMicroseconds: Int64, reason: String, isOutage: Bool = false)
    /// Waiting does not help within any call's time.
    ///
    /// `because`: the refusal by the provider that made it so, where all its keys met the same.
    case refused(reason: String, because: AttemptClass? = nil)

    public var permit: Permit? { if case .admitted(let permit) = self { permit } else { nil } }
}

/// An attempt that would like to be sent: where to, with which keys, and how much of the limits it may use.
public struct AdmissionRequest: Sendable, Hashable {
    public enum Purpose: String, Sendable, Hashable {
        case call
        /// A deliberate test (`keys test`): passes cooldowns, limits and the safety lock, and ends them when it succeeds.
        case test
    }
    public var attempt: AttemptID
    public var model: ModelID
    /// As ``ModelClient/endpoint``.
    public var endpoint: String
    public var simulated: Bool
    /// Whose safety lock it obeys: ``ServiceConfiguration/scope``.
    public var scope: String
    /// Runs on this machine or network: the safety lock does not hold it.
    public var isLocal: Bool
    /// The provider's keys in the order they were configured; empty when it needs none.
    public var keys: [KeyFingerprint]
    /// Quota groups from the configuration; others are learnt.
    public var quotaGroups: [KeyFingerprint: String]
    /// Taken when it is ready: the key of the attempt before, or the one whose prompt cache is warm.
    public var preferredKey: KeyFingerprint?
    public var estimate: LimitEstimate
    /// When the attempt is over at the latest, in microseconds since 1970: leases and reservations end then.
    public var expiresAt: Int64
    public var purpose: Purpose

    public init(
        attempt: AttemptID, model: ModelID, endpoint: String, simulated: Bool, scope: String = "",
        isLocal: Bool = false,
        keys: [KeyFingerprint] = [], quotaGroups: [KeyFingerprint: String] = [:], preferredKey: KeyFingerprint? = nil,
        estimate: LimitEstimate = .init(), expiresAt: Int64, purpose: Purpose = .call
    ) {
        self.attempt = attempt
        self.model = model
        self.endpoint = endpoint
        self.simulated = simulated
        self.scope = scope
        self.isLocal = isLocal
        self.keys = keys
        self.quotaGroups = quotaGroups
        self.preferredKey = preferredKey
        self.estimate = estimate
        self.expiresAt = expiresAt
        self.purpose = purpose
    }

    var providerBreaker: HealthPart<BreakerState> {
        .breaker(of: model.provider, at: endpoint, simulated: simulated)
    }
    var modelBreaker: HealthPart<BreakerState> { .breaker(of: model, at: endpoint, simulated: simulated) }
    func state(of key: KeyFingerprint?) -> HealthPart<KeyState> {
        .key(key, of: model.provider, at: endpoint, simulated: simulated)
    }
    func limits(of owner: KeyFingerprint?) -> HealthPart<LimitState> {
        .limits(of: model, with: owner, at: endpoint, simulated: simulated)
    }
    /// One lock for each environment and set of addresses.
    var lock: HealthPart<LockState> { .lock(of: scope, simulated: simulated) }

    /// Every state that decides whether it may be sent.
    var healthKeys: [HealthKey] {
        var all = [providerBreaker.key, modelBreaker.key]
        if !isLocal { all.append(lock.key) }
        if keys.isEmpty { all.append(limits(of: nil).key) }
        for fingerprint in keys {
            all.append(state(of: fingerprint).key)
            all.append(limits(of: fingerprint).key)
        }
        return all
    }
}

/// An admission to send one attempt, with what its result will be compared with.
public struct Permit: Sendable, Hashable {
    /// Generations of the breakers it passed: results of an earlier generation change nothing.
    struct Generations: Sendable, Hashable {
        var provider: Int
        var model: Int
        var key: Int

        /// In the order provider, model, key.
        init(_ all: [Int]) {
            provider = all.first ?? 0
            model = all.dropFirst().first ?? 0
            key = all.dropFirst(2).first ?? 0
        }
    }
    public var request: AdmissionRequest { asked.wrappedValue }
    private let asked: Boxed<AdmissionRequest>
    /// The key to send it with; `nil` when the provider needs none.
    public let key: KeyFingerprint?
    /// It is the one probe that a breaker, or the lock, waits for.
    public private(set) var isProbe: Bool
    public let admittedAt: Int64
    /// Whose limits it takes from: the key's own, or those of its quota group.
    let limitOwner: KeyFingerprint?
    private(set) var generations: Generations
    /// Its place in the key's round.
    let turn: Int

    public var attempt: AttemptID { request.attempt }

    init(
        request: AdmissionRequest, key: KeyFingerprint?, isProbe: Bool, admittedAt: Int64, limitOwner: KeyFingerprint?,
        generations: Generations, turn: Int
    ) {
        asked = Boxed(wrappedValue: request)
        self.key = key
        self.isProbe = isProbe
        self.admittedAt = admittedAt
        self.limitOwner = limitOwner
        self.generations = generations
        self.turn = turn
    }

    /// The permit of a probe whose answer has begun: a call like any other, admitted in these generations.
    func begun(at generations: [Int]) -> Permit {
        var permit = self
        permit.isProbe = false
        permit.generations = Generations(generations)
        return permit
    }
}

/// The expected use of a provider's limits by one call, beside one request.
public struct LimitEstimate: Sendable, Hashable {
    public var inputTokens: Int
    /// Providers count the output limit that a request names, not what will be written.
    public var outputTokens: Int

    /// Output of a request that names no limit: reserving a model's whole output would stop calls that there is room for.
    static let usualOutputTokens = 1_024

    public init(inputTokens: Int = 0, outputTokens: Int = 0) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}
