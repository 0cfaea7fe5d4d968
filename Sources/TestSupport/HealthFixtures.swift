public import LLMCore

/// Keys and states of learnt health.
public enum HealthFixtures {
    /// One of each subject, and pairs that differ in one part only; the first two are of the real world.
    public static let keys: [HealthKey] = {
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

    /// Tells states apart by a number.
    public static func state(_ number: Int) -> HealthState {
        HealthState(breaker: BreakerState(generation: number))
    }

    /// Every field of every part is set.
    public static let full = HealthState(
        breaker: BreakerState(
            phase: .halfOpen, generation: 7,
            slices: [.init(startedAt: 1_767_225_600_000_000, succeeded: 3, failed: 4), .init(startedAt: 2)],
            openUntil: 1_767_225_600_000_001, openings: 3,
            probe: .init(attempt: AttemptID(rawValue: "01CALL.2"), expiresAt: .max), rampStartedAt: -1,
            lastFailure: .connectionReset, changedAt: 5),
        limits: LimitState(
            buckets: [
                .init(
                    resource: .inputTokens, window: .minute, limit: 9, remaining: 0.1, asOf: 6, resetAt: 7,
                    namedResetAt: 8),
                .init(resource: .requests, window: .day, limit: nil, remaining: -2.5, asOf: 8, resetAt: nil),
            ], blockedUntil: 10, namedUntil: 20, probe: .init(attempt: AttemptID(rawValue: "01CALL.4"), expiresAt: 21),
            blockedWindow: .unknown, refusals: 2),
        key: KeyState(
            uses: 11, successes: 5, failures: [.rateLimited: 4, .auth: 2], lastUsedAt: 12, lastFailure: .auth,
            restUntil: 13, deadBecause: .quotaExhausted, quotaGroup: "un proyecto «ñ» \"\\",
            failedWith: [KeyFingerprint(rawValue: "0123456789ab"): 3]),
        lock: LockState(
            isClosed: true, limitedUntil: ["groq": 14, "openai": 15], opensAt: 14,
            probe: .init(attempt: AttemptID(rawValue: "01CALL.3"), expiresAt: 16), changedAt: 17,
            reason: "every cloud is limited", nextProbeAt: 18, failedProbes: 2, unusable: ["openai"]),
        hedges: HedgeState(spent: USD(pico: .max), hedged: USD(pico: 1)))
}
