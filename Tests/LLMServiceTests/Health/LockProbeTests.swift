import LLMCore
import Testing

@testable import LLMService

/// An engaged lock lets one live call through now and then: its limits may end before they are said to.
@Suite(.timeLimit(.minutes(2))) struct LockProbeTests {
    static let hour = RateLimitReading(retryAfter: .seconds(3_600))
    static let clouds: Set<ProviderID> = ["gemini", "groq"]

    /// Both clouds limited at 0: groq for an hour, gemini for two.
    private func locked(_ store: any HealthStore = InMemoryHealthStore(), draw: Double = 0.5) async -> HealthFixture {
        let health = HealthFixture(store: store, clouds: LockProbeTests.clouds, draw: { draw })
        await health.call(
            health.request("gemini/m", now: at(0)), .rateLimited, limits: .init(retryAfter: .seconds(7_200)), now: at(0)
        )
        await health.call(health.request("groq/m", now: at(0)), .rateLimited, limits: LockProbeTests.hour, now: at(0))
        #expect(health.events.names.last == "lock_engaged")
        return health
    }

    private func admit(_ health: HealthFixture, _ model: String = "groq/m", at seconds: Double) async -> Admission {
        await health.tracker.admit(health.request(model, now: at(seconds)), now: at(seconds))
    }

    @Test(
        "each probe that fails doubles the wait for the next, up to a quarter of an hour, give or take a fifth",
        arguments: [(0.0, 0.8), (0.5, 1.0), (1.0, 1.2)])
    func intervals(draw: Double, factor: Double) async throws {
        let health = await locked(draw: draw)
        var now = 0.0
        for wait in [60.0, 120, 240, 480, 900] {
            now += wait * factor
            let held = await admit(health, at: now - 0.001)
            #expect(held.waitsUntil == at(now), "after \(wait) s")
            #expect(held.reason?.contains("the safety lock is engaged") == true)
            let probe = try #require(await admit(health, at: now).permit, "after \(wait) s")
            #expect(probe.isProbe)
            await health.settle(probe, .rateLimited, limits: LockProbeTests.hour, now: at(now))
        }
        #expect(health.events.count("lock_probing") == 5)
        #expect(health.events.count("lock_released") == 0)
    }

    @Test("the probe goes to the cloud that resets soonest, alone; its success releases the lock for all")
    func success() async throws {
        let health = await locked()
        #expect(await admit(health, "gemini/m", at: 100).waitsUntil == at(3_600))
        let probe = try #require(await admit(health, at: 100).permit)
        // While it is out others ask again soon: it may answer long before its lease ends.
        for model in ["groq/m", "groq/another", "gemini/m"] {
            #expect(await admit(health, model, at: 101).waitsUntil == at(102), "\(model)")
        }
        await health.settle(probe, .ok, now: at(103))
        #expect(health.events.count("lock_released") == 1)
        #expect(await admit(health, at: 104).isAdmitted)
        #expect(await admit(health, "gemini/another", at: 104).isAdmitted)
        // Its own limit stays where nothing disproved it.
        #expect(await admit(health, "gemini/m", at: 104).waitsUntil == at(7_200))
    }

    @Test(
        "an answer that had to be short was served all the same", arguments: [AttemptClass.lengthTruncated, .refusal])
    func short(outcome: AttemptClass) async throws {
        let health = await locked()
        let probe = try #require(await admit(health, at: 60).permit)
        await health.settle(probe, outcome, now: at(61))
        #expect(health.events.count("lock_released") == 1)
        #expect(await admit(health, at: 62).isAdmitted)
    }

    @Test(
        "a probe that fails in any way leaves the lock engaged",
        arguments: [AttemptClass.rateLimited, .serverError, .timeoutConnect, .overloaded, .quotaExhausted, .auth])
    func failure(outcome: AttemptClass) async throws {
        let health = await locked()
        let probe = try #require(await admit(health, at: 60).permit)
        await health.settle(probe, outcome, now: at(61))
        #expect(health.events.count("lock_released") == 0)
        #expect(!(await admit(health, at: 62).isAdmitted))
        #expect(await health.tracker.snapshot(now: at(62)).lock(of: "")?.engagement?.failedProbes == 1)
    }

    @Test("a caller who leaves gives the probe back; one whose process died loses it with its lease")
    func given() async throws {
        let health = await locked()
        let first = try #require(await admit(health, at: 60).permit)
        await health.tracker.release(first, now: at(61))
        _ = try #require(await admit(health, at: 62).permit)
        #expect(!(await admit(health, at: 121).isAdmitted))
        #expect(await admit(health, at: 122).isAdmitted)
    }

    @Test("of two processes one gets the probe, and a new process knows when the next is due")
    func processes() async throws {
        let store = InMemoryHealthStore()
        let first = await locked(store)
        let second = HealthFixture(store: store, clouds: LockProbeTests.clouds)
        #expect(!(await admit(second, at: 59).isAdmitted))
        async let one = admit(first, at: 60)
        async let other = admit(second, at: 60)
        let permits = await [one, other].compactMap(\.permit)
        #expect(permits.count == 1)
        await first.settle(try #require(permits.first), .rateLimited, limits: LockProbeTests.hour, now: at(60))
        let third = HealthFixture(store: store, clouds: LockProbeTests.clouds)
        #expect(!(await admit(third, at: 179).isAdmitted))
        #expect(await admit(third, at: 180).isAdmitted)
    }

    @Test("a cloud that cannot serve for another reason is not probed, even when it comes back soonest")
    func unusable() async throws {
        let health = HealthFixture(clouds: LockProbeTests.clouds)
        await health.call(health.request("gemini/m", now: at(0)), .quotaExhausted, now: at(0))
        await health.call(
            health.request("groq/m", now: at(0)), .rateLimited, limits: .init(retryAfter: .seconds(9_000)), now: at(0))
        #expect(health.events.names.last == "lock_engaged")
        #expect(!(await admit(health, "gemini/m", at: 60).isAdmitted))
        #expect(try #require(await admit(health, at: 60).permit).isProbe)
    }

    @Test("a key that rests by hand keeps the probe from going, and nobody asks again in vain")
    func resting() async throws {
        let health = await locked()
        let request = health.request(now: at(0))
        let key = request.state(of: KeyFingerprint(rawValue: "k1")).key
        await health.tracker.perform(.coolDownKey(key, until: at(3_000)), now: at(1))
        let held = await admit(health, at: 60)
        #expect(held.waitsUntil == at(3_600))
        #expect(health.events.count("lock_probing") == 0)
        await health.tracker.perform(.enableKey(key), now: at(70))
        #expect(await admit(health, at: 70).isAdmitted)
    }

    @Test("a lock that is released sooner by itself is not probed")
    func soon() async throws {
        let health = HealthFixture(clouds: ["groq"])
        await health.call(
            health.request(now: at(0)), .rateLimited, limits: .init(retryAfter: .seconds(20)), now: at(0))
        #expect(await admit(health, at: 1).waitsUntil == at(20))
        let permit = try #require(await admit(health, at: 20).permit)
        #expect(!permit.isProbe)
    }

    @Test("the probe takes the key whose limit ends soonest")
    func soonestKey() async throws {
        let health = HealthFixture(clouds: ["groq"])
        for (key, wait) in [("a", 3_600), ("b", 1_800)] {
            await health.call(
                health.request(keys: [key], now: at(0)), .rateLimited, limits: .init(retryAfter: .seconds(wait)),
                now: at(0))
        }
        let permit = try #require(
            await health.tracker.admit(health.request(keys: ["a", "b"], now: at(60)), now: at(60)).permit)
        #expect(permit.key?.rawValue == "b" && permit.isProbe)
    }
}
