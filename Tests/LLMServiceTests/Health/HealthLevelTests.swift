import LLMCore
import Metrics
import MetricsTestKit
import TestSupport
import Testing

@testable import LLMService

@Suite("Levels of breakers and lock", .timeLimit(.minutes(2)))
struct HealthLevelTests {
    private let store = InMemoryHealthStore()

    private func breakModel(_ health: HealthFixture) async {
        for _ in 0..<5 { await health.call(health.request(now: at(0)), .serverError, now: at(0)) }
    }

    @Test("each process shows what another changed, once, and a healthy call shows nothing new")
    func shared() async {
        let (one, two) = (HealthFixture(store: store), HealthFixture(store: store))
        await breakModel(one)
        let model = HealthKey.Subject.model(ModelID(provider: "groq", name: "a"))
        #expect(one.levels.of(model) == [0, 1])
        #expect(two.levels.of(model).isEmpty)
        for second in [1.0, 2, 3] { await two.call(two.request("groq/b", now: at(second)), .ok, now: at(second)) }
        #expect(two.levels.of(model) == [1])
        // It is tried again by the second: a probe, a ramp, and closed.
        for second in [10.0, 100] { await two.call(two.request(now: at(second)), .ok, now: at(second)) }
        #expect(two.levels.of(model) == [1, 0.5, 0])
        _ = await one.tracker.snapshot(now: at(101))
        #expect(one.levels.of(model) == [0, 1, 0])
    }

    @Test(
        "the lock is tried while a probe is out, and closed again when it failed or was given back",
        arguments: [true, false])
    func lock(fails: Bool) async throws {
        let limits = RateLimitReading(retryAfter: .seconds(3_600))
        let health = HealthFixture(store: store, clouds: ["groq"])
        let other = HealthFixture(store: store, clouds: ["groq"])
        await health.call(health.request(now: at(0)), .rateLimited, limits: limits, now: at(0))
        #expect(health.levels.of(.lock) == [1])
        let probe = try #require(await health.tracker.admit(health.request(now: at(100)), now: at(100)).permit)
        _ = await other.tracker.snapshot(now: at(101))
        if fails {
            await health.settle(probe, .rateLimited, limits: limits, now: at(102))
        } else {
            await health.tracker.release(probe, now: at(102))
        }
        _ = await other.tracker.snapshot(now: at(103))
        #expect(health.levels.of(.lock) == [1, 0.5, 1])
        #expect(other.levels.of(.lock) == [0.5, 1])
        await health.tracker.perform(.releaseLock(scope: "", simulated: false), now: at(104))
        #expect(health.levels.of(.lock) == [1, 0.5, 1, 0])
    }

    @Test("a retired key is open until it is revived, and one whose state is gone shows nothing")
    func keys() async throws {
        let health = HealthFixture(store: store)
        await health.call(health.request(now: at(0)), .auth, now: at(0))
        let key = HealthKey.Subject.key("groq", KeyFingerprint(rawValue: "k1"))
        #expect(health.levels.of(key) == [1])
        let known = try #require(try await store.states(simulated: false).keys.first { $0.subject == key })
        await health.tracker.perform(.enableKey(known), now: at(1))
        #expect(health.levels.of(key) == [1, 0])
        try await store.update([known]) { $0[known] = nil }
        _ = await health.tracker.snapshot(now: at(2))
        #expect(health.levels.of(key) == [1, 0, nil])
    }

    @Test("a tracker whose store fails shows what it learnt by itself")
    func failing() async {
        let store = ScriptedHealthStore()
        store.become(.breaks)
        let health = HealthFixture(store: store)
        await breakModel(health)
        #expect(health.levels.of(.model(ModelID(provider: "groq", name: "a"))).last == 1)
    }

    @Test("a gauge is set by its level, and goes when that does")
    func gauges() throws {
        let metrics = TestMetrics()
        let telemetry = Telemetry(metrics: metrics)
        let key = HealthKey(.key("groq", KeyFingerprint(rawValue: "k1")), endpoint: "e", simulated: false)
        let dimensions = [
            ("scope", "key"), ("gen_ai.provider.name", "groq"), ("gen_ai.request.model", ""), ("dirgen.key", "k1"),
        ]
        telemetry.healthLevelChanged(key, 0.5)
        #expect(try metrics.expectGauge("dirgen.breaker_state", dimensions).lastValue == 0.5)
        telemetry.healthLevelChanged(HealthKey(.lock, endpoint: "", simulated: false), 1)
        #expect(try metrics.expectGauge("dirgen.safety_lock.engaged", []).lastValue == 1)
        telemetry.healthLevelChanged(key, nil)
        #expect(throws: (any Error).self) { try metrics.expectGauge("dirgen.breaker_state", dimensions) }
    }

    @Test("learnt health of another address, environment or key is not of the configuration")
    func configured() {
        let client = ScriptedClient("groq", endpoint: "https://here", clock: ManualClock())
        let model = ModelID(provider: "groq", name: "a")
        let key = APIKey("key-of-groq")
        let world = ServiceConfiguration(
            targets: [ProviderTarget(client: client, keys: [key], defaultModel: model)])
        func covers(_ subject: HealthKey.Subject, _ endpoint: String = "https://here", simulated: Bool = false) -> Bool
        {
            world.covers(HealthKey(subject, endpoint: endpoint, simulated: simulated))
        }
        #expect(covers(.provider("groq")) && covers(.model(model)) && covers(.key("groq", key.fingerprint)))
        #expect(covers(.limits(model, nil)) && covers(.lock, ""))
        #expect(!covers(.provider("openai")) && !covers(.provider("groq"), "https://there"))
        #expect(!covers(.model(model), simulated: true) && !covers(.key("groq", APIKey("taken away").fingerprint)))
        #expect(!covers(.lock, "groq=https://there"))
    }
}
