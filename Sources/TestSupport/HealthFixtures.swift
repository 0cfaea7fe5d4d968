package import LLMCore

/// Keys and states of learnt health.
package enum HealthFixtures {
    /// One of each subject, and pairs that differ in one part only; the first two are of the real environment.
    package static let keys: [HealthKey] = {
        let model = ModelID(provider: "groq", name: "openai/gpt-oss-120b")
        let first = KeyFingerprint(rawValue: "0123456789ab")
        let second = KeyFingerprint(rawValue: "ba9876543210")
        let subjects: [HealthKey.Subject] = [
            .provider("groq"), .provider("openai"), .model(model),
            .model(ModelID(provider: "openai", name: model.name)),
            // Both print as `ai/x/y`.
            .model(ModelID(provider: "ai", name: "x/y")), .model(ModelID(provider: "ai/x", name: "y")),
            .key("groq", first), .key("groq", second), .key("groq", nil), .key("openai", first),
            .limits(model, first), .limits(model, second), .limits(model, nil), .lock, .hedges,
        ]
        return subjects.flatMap { subject in
            [
                HealthKey(subject, endpoint: "https://a.example", simulated: false),
                HealthKey(subject, endpoint: "https://b.example", simulated: false),
                HealthKey(subject, endpoint: "https://a.example", simulated: true),
            ]
        }
    }()

    /// A state of a key's subject, different for each number.
    package static func state(_ number: Int, of key: HealthKey) -> HealthState {
        switch key.subject {
        case .provider: .provider(BreakerState(generation: number))
        case .model: .model(ModelState(breaker: BreakerState(generation: number)))
        case .key: .key(KeyState(uses: number))
        case .limits: .limits(LimitState(refusals: number))
        case .lock: .lock(LockState(changedAt: Int64(number)))
        case .hedges: .hedges(HedgeState(spent: USD(pico: Int64(number))))
        }
    }

    /// States of a key's subject that set every field between them.
    package static func full(_ key: HealthKey) -> [HealthState] {
        switch key.subject {
        case .provider: breakers.map(HealthState.provider)
        case .model:
            breakers.map { .model(ModelState(breaker: $0, loadTime: loadTime)) } + [
                .model(ModelState(loadTime: loadTime))
            ]
        case .key: [.key(apiKey), .key(KeyState(uses: 1))]
        case .limits: [.limits(limits)]
        case .lock: [.lock(lock), .lock(LockState(limitedUntil: ["groq": 1], changedAt: 2, reason: "released"))]
        case .hedges: [.hedges(HedgeState(spent: USD(pico: .max), hedged: USD(pico: 1)))]
        }
    }

    /// A breaker in each of its phases.
    package static let breakers: [BreakerState] = [
        BreakerState.Phase.closed, .open(until: 1_767_225_600_000_001), .halfOpen(probe: nil),
        .halfOpen(probe: .init(attempt: AttemptID(rawValue: "01CALL.2"), expiresAt: .max)), .ramping(since: -1),
    ].map {
        BreakerState(
            phase: $0, generation: 7,
            slices: [.init(startedAt: 1_767_225_600_000_000, succeeded: 3, failed: 4), .init(startedAt: 2)],
            openings: 3, lastFailure: .connectionReset, changedAt: 5)
    }

    static let limits = LimitState(
        buckets: [
            .init(
                resource: .inputTokens, window: .minute, limit: 9, remaining: 0.1, asOf: 6, resetAt: 7,
                namedResetAt: 8, reportedBy: 9, refusedAt: 10),
            .init(resource: .requests, window: .day, limit: nil, remaining: -2.5, asOf: 8, resetAt: nil),
        ],
        reservations: [
            .init(
                attempt: AttemptID(rawValue: "01CALL.5"), inputTokens: 1, outputTokens: 2, admittedAt: 3, expiresAt: 4,
                isCounted: true)
        ], blockedUntil: 10, namedUntil: 20,
        probe: .init(attempt: AttemptID(rawValue: "01CALL.4"), expiresAt: 21), blockedAt: 22,
        blockedWindow: .unknown, refusals: 2)

    package static let apiKey = KeyState(
        breaker: breakers[1], uses: 11, successes: 5, failures: [.rateLimited: 4, .auth: 2], turn: 9, lastUsedAt: 12,
        lastLimitedAt: 11, lastFailure: .auth, coolsDownUntil: 13, retiredBecause: .quotaExhausted,
        quotaGroup: "un proyecto «ñ» \"\\", failedWith: [KeyFingerprint(rawValue: "0123456789ab"): 3])

    static let lock = LockState(
        engagement: .init(
            releasesAt: 14, nextProbeAt: 18, failedProbes: 2,
            probe: .init(attempt: AttemptID(rawValue: "01CALL.3"), expiresAt: 16)),
        limitedUntil: ["groq": 14, "openai": 15], unusable: ["openai"], changedAt: 17,
        reason: "every cloud is limited")

    static let loadTime: LoadTimeState = {
        var time = LoadTimeState()
        time.record(.milliseconds(1_500), at: 19)
        return time
    }()
}
