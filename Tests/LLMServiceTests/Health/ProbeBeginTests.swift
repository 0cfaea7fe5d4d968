import LLMCore
import Testing

@testable import LLMService

/// A probe decides when its answer begins: a stream may take minutes, and others would wait for its end.
@Suite("A probe whose answer has begun", .timeLimit(.minutes(2)))
struct ProbeBeginTests {
    /// A state that lets one probe through at a time.
    enum Subject: String, CaseIterable, Sendable {
        case providerBreaker, modelBreaker, key, limit, lock

        static let hour = RateLimitReading(retryAfter: .seconds(3_600))
        static let month = RateLimitReading(retryAfter: .seconds(2_592_000))

        var clouds: Set<ProviderID> { self == .lock ? ["groq"] : [] }
        /// Seconds until a probe is let through.
        var wait: Double {
            switch self {
            case .providerBreaker, .modelBreaker: 6
            case .key: 21_601
            case .limit: 90_000
            case .lock: 61
            }
        }
        /// What tells that it is over.
        var event: String {
            switch self {
            case .providerBreaker, .modelBreaker: "breaker_ramping"
            case .key: "key_enabled"
            case .limit: "limit_lifted"
            case .lock: "lock_released"
            }
        }

        func fail(_ health: HealthFixture) async {
            let request = { health.request(now: at(0)) }
            switch self {
            case .providerBreaker: for _ in 0..<5 { await health.call(request(), .timeoutConnect, now: at(0)) }
            case .modelBreaker: for _ in 0..<5 { await health.call(request(), .serverError, now: at(0)) }
            case .key: await health.call(request(), .auth, now: at(0))
            case .limit: await health.call(request(), .rateLimited, limits: Subject.month, now: at(0))
            case .lock: await health.call(request(), .rateLimited, limits: Subject.hour, now: at(0))
            }
        }
    }

    private func probe(_ subject: Subject, _ health: HealthFixture) async throws -> Permit {
        await subject.fail(health)
        let now = at(subject.wait)
        let probe = try #require(await health.tracker.admit(health.request(now: now), now: now).permit)
        #expect(probe.isProbe)
        #expect(!(await health.tracker.admit(health.request(now: now), now: now).isAdmitted), "it goes alone")
        return probe
    }

    @Test("lets others through while it goes on, in every process", arguments: Subject.allCases)
    func passes(subject: Subject) async throws {
        let store = InMemoryHealthStore()
        // Below the share that a ramping breaker begins with.
        let health = HealthFixture(store: store, clouds: subject.clouds, draw: { 0.1 })
        let other = HealthFixture(store: store, clouds: subject.clouds, draw: { 0.1 })
        let probe = try await probe(subject, health)
        let now = at(subject.wait + 1)
        let (permit, events) = await health.tracker.begin(probe, now: now)
        #expect(events.map(\.name).contains(subject.event))
        #expect(!permit.isProbe && permit.attempt == probe.attempt && permit.key == probe.key)
        for fixture in [health, other] {
            let admission = await fixture.tracker.admit(fixture.request(now: now), now: now)
            #expect(admission.permit?.isProbe == false, "\(admission)")
        }
        // Its good end is no second recovery.
        #expect(await health.settle(permit, .ok, now: at(subject.wait + 2)).isEmpty)
    }

    @Test("counts like any call when it breaks off: two that do open the breaker again")
    func breaksOff() async throws {
        let health = HealthFixture(draw: { 0.1 })
        let probe = try await probe(.modelBreaker, health)
        let now = at(7)
        let (permit, _) = await health.tracker.begin(probe, now: now)
        await health.settle(permit, .streamTruncated, now: now)
        #expect(health.events.count("breaker_opened") == 1, "one alone decides nothing")
        await health.call(health.request(now: now), .streamTruncated, now: now)
        #expect(health.events.count("breaker_opened") == 2)
    }

    @Test("is given back like any call when its caller leaves", arguments: Subject.allCases)
    func leaves(subject: Subject) async throws {
        let health = HealthFixture(clouds: subject.clouds, draw: { 0.1 })
        let probe = try await probe(subject, health)
        let now = at(subject.wait + 1)
        let (permit, _) = await health.tracker.begin(probe, now: now)
        await health.tracker.release(permit, now: now)
        #expect(await health.tracker.admit(health.request(now: now), now: now).permit?.isProbe == false)
    }

    @Test("says nothing when another probe has decided meanwhile")
    func late() async throws {
        let health = HealthFixture(draw: { 0.1 })
        let probe = try await probe(.providerBreaker, health)
        // Its lease is over, and the next one fails.
        let second = try #require(await health.tracker.admit(health.request(now: at(70)), now: at(70)).permit)
        await health.settle(second, .timeoutConnect, now: at(70))
        let (permit, events) = await health.tracker.begin(probe, now: at(71))
        #expect(events.isEmpty)
        #expect(!(await health.tracker.admit(health.request(now: at(71)), now: at(71)).isAdmitted))
        await health.settle(permit, .ok, now: at(72))
        #expect(!(await health.tracker.admit(health.request(now: at(72)), now: at(72)).isAdmitted))
    }
}
