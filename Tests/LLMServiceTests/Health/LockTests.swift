import LLMCore
import Testing

@testable import LLMService

@Suite(.timeLimit(.minutes(2))) struct LockTests {
    static let clouds: [ProviderID] = ["gemini", "groq", "openai"]
    static let waits: [ProviderID: Int] = ["gemini": 30, "groq": 20, "openai": 40]
    static let orders: [[ProviderID]] = [
        ["gemini", "groq", "openai"], ["gemini", "openai", "groq"], ["groq", "gemini", "openai"],
        ["groq", "openai", "gemini"], ["openai", "gemini", "groq"], ["openai", "groq", "gemini"],
    ]

    private func limit(_ health: HealthFixture, _ provider: ProviderID, now: Int64) async {
        let wait = Duration.seconds(LockTests.waits[provider] ?? 10)
        await health.call(
            health.request("\(provider)/m", now: now), .rateLimited, limits: RateLimitReading(retryAfter: wait),
            now: now)
    }
    private func lockAll(_ health: HealthFixture, _ order: [ProviderID] = clouds) async {
        for provider in order { await limit(health, provider, now: at(0)) }
    }
    private func admit(
        _ health: HealthFixture, _ model: String, keys: [String] = ["k1"], local: Bool = false,
        purpose: AdmissionRequest.Purpose = .call, at seconds: Double
    ) async -> Admission {
        await health.tracker.admit(
            health.request(model, keys: keys, local: local, purpose: purpose, now: at(seconds)), now: at(seconds))
    }

    @Test(
        "the lock engages with the last cloud, in whatever order, and is released by the earliest reset",
        arguments: orders)
    func closing(_ order: [ProviderID]) async throws {
        let health = HealthFixture(clouds: Set(LockTests.clouds))
        for (index, provider) in order.enumerated() {
            #expect(health.events.count("lock_engaged") == 0)
            await limit(health, provider, now: at(Double(index)))
        }
        #expect(health.events.count("lock_engaged") == 1)
        let earliest = try #require(
            order.enumerated().map { Double($0.offset + (LockTests.waits[$0.element] ?? 0)) }.min())
        for provider in LockTests.clouds {
            let other = await admit(health, "\(provider)/another", at: 3)
            #expect(other.waitsUntil == at(earliest))
            #expect(other.reason?.contains("the safety lock is engaged") == true)
        }
        #expect(await admit(health, "local/m", keys: [], local: true, at: 3).isAdmitted)
        #expect(await admit(health, "groq/another", at: earliest).isAdmitted)
        #expect(await admit(health, "gemini/another", at: earliest).isAdmitted)
        #expect(health.events.count("lock_released") == 1)
        guard case .lockReleased(let reason)? = health.events.all.last?.change else {
            Issue.record("not released")
            return
        }
        #expect(reason.contains("was reset"))
    }

    @Test("one limited key of several does not make a cloud limited")
    func otherKey() async {
        let health = HealthFixture(clouds: ["groq"])
        await health.call(health.request("groq/m", keys: ["a", "b"], now: at(0)), .rateLimited, now: at(0))
        #expect(health.events.count("lock_engaged") == 0)
        await health.call(health.request("groq/m", keys: ["a", "b"], now: at(1)), .rateLimited, now: at(1))
        #expect(health.events.count("lock_engaged") == 1)
    }

    @Test("the success of a call that was under way when the lock engaged releases nothing")
    func lateSuccess() async throws {
        let health = HealthFixture(clouds: Set(LockTests.clouds))
        let early = try #require(await admit(health, "groq/m", at: -1).permit)
        await lockAll(health)
        await health.settle(early, .ok, now: at(1))
        #expect(health.events.count("lock_released") == 0)
        #expect(await admit(health, "groq/another", at: 1).waitsUntil == at(20))
    }

    @Test("one deliberate test at a time passes the lock; its success opens it, its failure does not")
    func test() async throws {
        let health = HealthFixture(clouds: Set(LockTests.clouds))
        await lockAll(health)
        let failing = try #require(await admit(health, "groq/m", purpose: .test, at: 1).permit)
        #expect(!(await admit(health, "gemini/m", purpose: .test, at: 1).isAdmitted))
        await health.settle(failing, .rateLimited, limits: RateLimitReading(retryAfter: .seconds(60)), now: at(2))
        #expect(!(await admit(health, "groq/another", at: 2).isAdmitted))
        let good = try #require(await admit(health, "gemini/m", purpose: .test, at: 3).permit)
        await health.settle(good, .ok, now: at(4))
        #expect(health.events.count("lock_released") == 1)
        #expect(await admit(health, "gemini/m", at: 5).isAdmitted)
        #expect(await admit(health, "openai/another", at: 5).isAdmitted)
    }

    @Test("a cloud without a usable key keeps no other limit from closing the lock, and closes none itself")
    func unusable() async {
        let health = HealthFixture(clouds: ["groq", "openai"])
        await health.call(health.request("openai/m", now: at(0)), .quotaExhausted, now: at(0))
        #expect(health.events.count("lock_engaged") == 0)
        await limit(health, "groq", now: at(1))
        #expect(health.events.count("lock_engaged") == 1)
    }

    @Test("clouds at addresses of their own, such as a simulator's, have a lock of their own")
    func scopes() async {
        let store = InMemoryHealthStore()
        let simulator = HealthFixture(store: store, clouds: ["groq"], scope: "groq=http://127.0.0.1:8080")
        let real = HealthFixture(store: store, clouds: ["groq"])
        await limit(simulator, "groq", now: at(0))
        #expect(simulator.events.count("lock_engaged") == 1)
        #expect(!(await admit(simulator, "groq/another", at: 1).isAdmitted))
        let known = await real.tracker.snapshot(now: at(1))
        #expect(known.lock(of: "") == nil)
        #expect(known.lock(of: "groq=http://127.0.0.1:8080")?.isEngaged == true)
        await real.tracker.perform(.releaseLock(scope: "groq=http://127.0.0.1:8080", simulated: false), now: at(2))
        #expect(await admit(simulator, "groq/another", at: 3).isAdmitted)
    }

    @Test("a process that knows another cloud, or a new key, is not held")
    func otherProcess() async {
        let store = InMemoryHealthStore()
        let few = HealthFixture(store: store, clouds: ["groq"])
        let many = HealthFixture(store: store, clouds: ["groq", "xai"])
        await limit(few, "groq", now: at(0))
        #expect(!(await admit(few, "groq/another", at: 1).isAdmitted))
        #expect(await admit(many, "xai/m", at: 1).isAdmitted)
        #expect(await admit(few, "groq/m", keys: ["k1", "new"], at: 1).permit?.key?.rawValue == "new")
    }

    @Test("the lock survives its process, and a clock that was set back releases it")
    func durable() async {
        let store = InMemoryHealthStore()
        await lockAll(HealthFixture(store: store, clouds: Set(LockTests.clouds)))
        let next = HealthFixture(store: store, clouds: Set(LockTests.clouds))
        #expect(!(await admit(next, "groq/another", at: 5).isAdmitted))
        #expect(await admit(next, "groq/another", at: -3_600).isAdmitted)
        #expect(next.events.names == ["lock_released"])
    }

    @Test("no cloud configured, no lock")
    func noCloud() async {
        let health = HealthFixture()
        await limit(health, "groq", now: at(0))
        #expect(health.events.count("lock_engaged") == 0)
    }
}
