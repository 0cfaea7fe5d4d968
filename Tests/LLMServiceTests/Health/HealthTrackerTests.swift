import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite(.timeLimit(.minutes(2))) struct HealthTrackerTests {
    private func breakProvider(_ health: HealthFixture, at seconds: Double = 0) async {
        for _ in 0..<5 {
            await health.call(health.request(now: at(seconds)), .timeoutConnect, now: at(seconds))
        }
    }

    @Test("healthy calls touch the store at most once a second, and nothing is lost by it")
    func hotPath() async throws {
        let store = ScriptedHealthStore()
        let health = HealthFixture(store: store)
        for call in 0..<100 {
            let now = at(Double(call) * 0.005)
            await health.call(health.request(now: now), .ok, now: now)
        }
        #expect(store.updates == 0)
        await health.call(health.request(now: at(1.5)), .ok, now: at(1.5))
        #expect(store.updates == 1)
        await health.call(health.request(now: at(1.6)), .ok, now: at(1.6))
        #expect(store.updates == 1)
        await health.tracker.flush(now: at(1.7))
        let states = try await store.states(simulated: false)
        #expect(states.values.compactMap(\.key).map(\.uses) == [102])
        #expect(states.values.compactMap(\.key).map(\.successes) == [102])
    }

    @Test("a tracker reads the states again when another wrote, and not for its own changes")
    func ownChanges() async {
        let store = ScriptedHealthStore()
        let one = HealthFixture(store: store)
        let two = HealthFixture(store: store)
        for second in 0..<20 {
            let now = at(Double(second))
            await one.call(one.request("groq/m\(second % 4)", now: now), .serverError, now: now)
            await one.call(one.request("groq/m\(second % 4)", now: now), .ok, now: now)
        }
        #expect(store.readings == 1)
        await two.call(two.request(now: at(20)), .serverError, now: at(20))
        await one.call(one.request(now: at(21)), .ok, now: at(21))
        #expect(store.readings == 3)
    }

    @Test("keeps the contract of health stores", arguments: HealthStoreConformance.checks)
    func conforms(_ check: HealthStoreConformance.Check) async throws {
        try await check.body(InMemoryHealthStore())
    }

    @Test("an unreachable server opens its provider's breaker, and a failing model only its own")
    func subjects() async {
        let unreachable = HealthFixture()
        await breakProvider(unreachable)
        #expect(!(await unreachable.tracker.admit(unreachable.request("groq/b", now: at(1)), now: at(1)).isAdmitted))
        let failing = HealthFixture()
        for _ in 0..<5 { await failing.call(failing.request(now: at(0)), .serverError, now: at(0)) }
        let refused = await failing.tracker.admit(failing.request(now: at(1)), now: at(1))
        #expect(refused.reason == "the breaker of model groq/a is open")
        #expect(refused.waitsUntil == at(5))
        #expect(await failing.tracker.admit(failing.request("groq/b", now: at(1)), now: at(1)).isAdmitted)
    }

    @Test("what one process learns holds for another at once")
    func shared() async {
        let store = InMemoryHealthStore()
        let one = HealthFixture(store: store)
        let two = HealthFixture(store: store)
        await two.call(two.request(now: at(0)), .ok, now: at(0))
        await two.tracker.flush(now: at(0))
        await breakProvider(one)
        #expect(!(await two.tracker.admit(two.request(now: at(1)), now: at(1)).isAdmitted))
    }

    @Test("of many that race for a probe in two processes one gets it")
    func probeRace() async {
        let store = ScriptedHealthStore()
        let trackers = [HealthFixture(store: store), HealthFixture(store: store)]
        await breakProvider(trackers[0])
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<40 {
                let health = trackers[index % 2]
                group.addTask { await health.tracker.admit(health.request(now: at(6)), now: at(6)).isAdmitted }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 1)
        #expect(trackers.map { $0.events.count("breaker_probing") }.reduce(0, +) == 1)
    }

    @Test("two processes that count at the same time lose nothing")
    func noLostCounts() async throws {
        let store = ScriptedHealthStore()
        let trackers = [HealthFixture(store: store), HealthFixture(store: store)]
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                let health = trackers[index % 2]
                group.addTask {
                    let now = at(Double(index) * 0.02)
                    let request = health.request("groq/m\(index % 3)", keys: ["a", "b"], now: now)
                    await health.call(request, index % 7 == 0 ? .badRequest : .ok, now: now)
                }
            }
        }
        for health in trackers { await health.tracker.flush(now: at(10)) }
        let keys = try await store.states(simulated: false).values.compactMap(\.key)
        #expect(keys.map(\.uses).reduce(0, +) == 200)
        #expect(keys.map(\.successes).reduce(0, +) == 171)
        #expect(keys.compactMap { $0.failures[.badRequest] }.reduce(0, +) == 29)
    }

    @Test("a probe that is cancelled is given back, even by a task that was cancelled itself")
    func cancelledProbe() async throws {
        let store = ScriptedHealthStore()
        let health = HealthFixture(store: store)
        await breakProvider(health)
        let probe = try #require(await health.tracker.admit(health.request(now: at(6)), now: at(6)).permit)
        #expect(!(await health.tracker.admit(health.request(now: at(6)), now: at(6)).isAdmitted))
        store.become(.cancels)
        await health.tracker.release(probe, now: at(7))
        store.become(.works)
        #expect(await health.tracker.admit(health.request(now: at(7)), now: at(7)).permit?.isProbe == true)
    }

    @Test("a store that fails is told once, keeps nobody waiting, and gets everything when it works again")
    func brokenStore() async throws {
        let store = ScriptedHealthStore()
        let health = HealthFixture(store: store)
        store.become(.breaks)
        for second in 0..<3 {
            let now = at(Double(second))
            #expect(await health.call(health.request(now: now), .ok, now: now) != nil)
        }
        // Three failures beside three successes: half, of at least five.
        await breakProvider(health, at: 3)
        #expect(!(await health.tracker.admit(health.request(now: at(4)), now: at(4)).isAdmitted))
        #expect(health.events.names == ["health_store_failed", "breaker_opened"])
        store.become(.works)
        await health.tracker.flush(now: at(5))
        let states = try await store.states(simulated: false)
        #expect(states.values.compactMap(\.key).map(\.uses) == [6])
        #expect(states.values.compactMap(\.breaker).contains { $0.openUntil != nil })
    }

    @Test("a task that was cancelled while it wrote leaves the others their turn")
    func cancelledLeader() async {
        let store = ScriptedHealthStore()
        let health = HealthFixture(store: store)
        store.become(.cancels)
        let refused = await health.tracker.admit(health.request(now: at(0)), now: at(0))
        #expect(refused.reason == "the request was cancelled")
        store.become(.works)
        #expect(await health.tracker.admit(health.request(now: at(0)), now: at(0)).isAdmitted)
    }

    @Test("calls in flight are held against what the headers left, across processes when little is left")
    func inFlight() async throws {
        let store = InMemoryHealthStore()
        let one = HealthFixture(store: store)
        let two = HealthFixture(store: store)
        let limits = RateLimitReading(buckets: [
            .init(resource: .requests, window: .minute, limit: 100, remaining: 2, resetAfter: .seconds(3_600))
        ])
        await one.call(one.request(now: at(0)), .ok, limits: limits, now: at(0))
        #expect(await one.tracker.admit(one.request(now: at(1)), now: at(1)).isAdmitted)
        let second = try #require(await two.tracker.admit(two.request(now: at(1)), now: at(1)).permit)
        let third = await one.tracker.admit(one.request(now: at(1)), now: at(1))
        #expect(third.reason == "groq/a is limited")
        await two.tracker.release(second, now: at(2))
        await two.tracker.flush(now: at(2))
        #expect(await one.tracker.admit(one.request(now: at(2)), now: at(2)).isAdmitted)
    }

    @Test("nothing learnt from one address or environment touches another")
    func worlds() async {
        let health = HealthFixture()
        await breakProvider(health)
        var elsewhere = health.request(now: at(1))
        elsewhere.endpoint = "https://replica.example"
        #expect(await health.tracker.admit(elsewhere, now: at(1)).isAdmitted)
    }

    @Test("a model's breaker is closed by hand when it was pulled")
    func closeByHand() async {
        let health = HealthFixture()
        for _ in 0..<5 { await health.call(health.request(now: at(0)), .modelNotFound, now: at(0)) }
        let request = health.request(now: at(1))
        #expect(!(await health.tracker.admit(request, now: at(1)).isAdmitted))
        await health.tracker.perform(.closeBreaker(request.modelBreaker.key), now: at(1))
        #expect(await health.tracker.admit(request, now: at(1)).isAdmitted)
    }

    @Test("a snapshot shows what other processes wrote, in a stable order")
    func snapshot() async throws {
        let store = InMemoryHealthStore()
        let one = HealthFixture(store: store, clouds: ["groq"])
        let two = HealthFixture(store: store, clouds: ["groq"])
        await one.call(one.request(now: at(0)), .rateLimited, now: at(0))
        let snapshot = await two.tracker.snapshot(now: at(1))
        #expect(snapshot.lock(of: "")?.isEngaged == true)
        #expect(snapshot.entries.first?.key.subject == .lock)
    }
}
