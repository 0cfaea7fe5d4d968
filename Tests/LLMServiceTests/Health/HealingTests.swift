import LLMCore
import Testing

@testable import LLMService

/// States that an older version left behind, which took dates for waits.
@Suite(.timeLimit(.minutes(2))) struct HealingTests {
    /// 259 days.
    static let far = at(22_377_600)

    private func key(_ subject: HealthKey.Subject) -> HealthKey {
        HealthKey(subject, endpoint: "https://groq.example", simulated: false)
    }

    /// A store as such a version left it.
    private func sickStore() async throws -> InMemoryHealthStore {
        let store = InMemoryHealthStore()
        let model = ModelID(provider: "groq", name: "a")
        let fingerprint = KeyFingerprint(rawValue: "k1")
        let states: [HealthKey: HealthState] = [
            key(.limits(model, fingerprint)): .limits(
                LimitState(
                    buckets: [
                        .init(
                            resource: .requests, window: .minute, limit: 60, remaining: 0, asOf: at(0),
                            resetAt: Self.far)
                    ], blockedUntil: Self.far, blockedAt: at(0), blockedWindow: .minute)),
            key(.key("groq", fingerprint)): .key(
                KeyState(
                    breaker: BreakerState(phase: .open(until: Self.far), openings: 1, lastFailure: .auth), uses: 3)),
            HealthKey(.lock, endpoint: "", simulated: false): .lock(
                LockState(
                    engagement: .init(releasesAt: Self.far, nextProbeAt: Self.far), limitedUntil: ["groq": Self.far],
                    changedAt: at(0), reason: "every cloud is limited")),
        ]
        try await store.update(Set(states.keys)) { $0 = states }
        return store
    }

    @Test("a database that holds waits of months heals when it is opened, and stays healed")
    func opening() async throws {
        let store = try await sickStore()
        let health = HealthFixture(store: store, clouds: ["groq"])
        let snapshot = await health.tracker.snapshot(now: at(60))
        #expect(snapshot.lock(of: "")?.isEngaged == false)
        let stored = try await store.states(simulated: false)
        #expect(stored == stored.healed(now: at(60)))
        #expect(stored.values.compactMap(\.lock).allSatisfy { !$0.isEngaged && $0.limitedUntil.isEmpty })
        #expect(stored.values.compactMap(\.limits).allSatisfy { $0.buckets.isEmpty && $0.blockedUntil == nil })
        #expect(await health.tracker.admit(health.request(now: at(61)), now: at(61)).isAdmitted)
        #expect(health.events.all.contains { if case .lockReleased = $0.change { true } else { false } })
    }

    @Test("the first call after the opening is admitted, with nobody looking before")
    func firstCall() async throws {
        let health = HealthFixture(store: try await sickStore(), clouds: ["groq"])
        #expect(await health.tracker.admit(health.request(now: at(60)), now: at(60)).isAdmitted)
    }

    @Test("what an older version cut short is looked at by the next call")
    func cut() throws {
        var limits = LimitState(blockedUntil: at(90_000), blockedAt: at(0))
        var states = [key(.limits(ModelID(provider: "groq", name: "a"), nil)): HealthState.limits(limits)]
        states = states.healed(now: at(60))
        limits = try #require(states.values.first?.limits)
        #expect(limits.admission(.init(), now: at(60), policy: .init()) == .probe)
    }

    @Test("a healthy state is left as it is")
    func healthy() {
        let states = [
            key(.limits(ModelID(provider: "groq", name: "a"), nil)): HealthState.limits(
                LimitState(
                    buckets: [
                        .init(
                            resource: .requests, window: .day, limit: 50, remaining: 0, asOf: at(0),
                            resetAt: at(86_400))
                    ],
                    blockedUntil: at(80_000), blockedAt: at(0), blockedWindow: .day)),
            key(.key("groq", KeyFingerprint(rawValue: "k"))): .key(
                KeyState(breaker: BreakerState(phase: .open(until: at(86_400))), retiredBecause: .account)),
            HealthKey(.lock, endpoint: "", simulated: false): .lock(
                LockState(
                    engagement: .init(releasesAt: at(80_000), nextProbeAt: at(60)),
                    limitedUntil: ["groq": at(80_000)])),
        ]
        #expect(states.healed(now: at(1)) == states)
    }
}
