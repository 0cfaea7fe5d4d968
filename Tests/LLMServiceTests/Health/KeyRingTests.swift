import LLMCore
import Testing

@testable import LLMService

@Suite(.timeLimit(.minutes(2))) struct KeyRingTests {
    private func pick(
        _ keys: [KeyFingerprint], preferred: KeyFingerprint? = nil, _ states: [KeyFingerprint: KeyState] = [:]
    ) -> KeyRing.Choice? {
        let ready = keys.map {
            KeyRing.Entry(key: $0, turn: states[$0]?.turn ?? 0, lastUsedAt: states[$0]?.lastUsedAt ?? .min)
        }
        return KeyRing.pick(ready, preferred: preferred)
    }
    private func fingerprints(_ names: String...) -> [KeyFingerprint] { names.map(KeyFingerprint.init(rawValue:)) }

    @Test("every healthy key gets the same load, whatever their number", arguments: [1, 2, 3, 7])
    func equalLoad(_ count: Int) {
        var states: [KeyFingerprint: KeyState] = [:]
        let keys = (0..<count).map { KeyFingerprint(rawValue: "k\($0)") }
        for call in 0..<(count * 30) {
            guard let choice = pick(keys, states) else { continue }
            states[choice.key, default: .init()].use(turn: choice.turn, now: at(Double(call)))
        }
        #expect(Set(states.values.map(\.uses)) == [30])
    }

    @Test("a key that comes back takes its turn, not all the turns it missed")
    func comingBack() {
        let keys = fingerprints("a", "b", "c")
        var states = [keys[0]: KeyState(uses: 500, turn: 500), keys[1]: KeyState(uses: 500, turn: 500)]
        var order: [String] = []
        for call in 0..<6 {
            guard let choice = pick(keys, states) else { continue }
            order.append(choice.key.rawValue)
            states[choice.key, default: .init()].use(turn: choice.turn, now: at(Double(call)))
        }
        #expect(order == ["c", "a", "b", "c", "a", "b"])
    }

    @Test("ties go to the key unused for longest, then to the first; a preferred key that is ready is taken")
    func ties() {
        let keys = fingerprints("a", "b", "c")
        #expect(pick(keys)?.key == keys[0])
        let used: [KeyFingerprint: KeyState] = [
            keys[0]: KeyState(turn: 1, lastUsedAt: 30), keys[1]: KeyState(turn: 1, lastUsedAt: 10),
            keys[2]: KeyState(turn: 1, lastUsedAt: 20),
        ]
        #expect(pick(keys, used)?.key == keys[1])
        #expect(pick(keys, preferred: keys[2], used)?.key == keys[2])
        #expect(pick([], preferred: keys[2], used) == nil)
    }

    @Test("calls rotate over the keys of a provider, and a limited key is left out until its own reset")
    func rotation() async {
        let health = HealthFixture()
        var used: [String] = []
        for call in 0..<4 {
            let request = health.request(keys: ["a", "b"], now: at(Double(call)))
            used.append(await health.call(request, .ok, now: at(Double(call)))?.key?.rawValue ?? "-")
        }
        #expect(used == ["a", "b", "a", "b"])
        let limited = await health.call(
            health.request(keys: ["a", "b"], now: at(10)), .rateLimited,
            limits: RateLimitReading(retryAfter: .seconds(20)), now: at(10))
        #expect(limited?.key?.rawValue == "a")
        used = []
        for second in [11.0, 12, 29, 30, 31] {
            let request = health.request(keys: ["a", "b"], now: at(second))
            used.append(await health.call(request, .ok, now: at(second))?.key?.rawValue ?? "-")
        }
        #expect(used == ["b", "b", "b", "a", "b"])
    }

    @Test("a limit on one model leaves the key to its other models")
    func otherModel() async {
        let health = HealthFixture()
        await health.call(health.request("groq/a", now: at(0)), .rateLimited, now: at(0))
        #expect(await health.tracker.admit(health.request("groq/a", now: at(1)), now: at(1)).waitsUntil == at(5.5))
        #expect(await health.tracker.admit(health.request("groq/b", now: at(1)), now: at(1)).isAdmitted)
    }

    @Test("a dead key is retired at once, tried again after its time, and comes back when it serves")
    func retirement() async throws {
        let health = HealthFixture()
        await health.call(health.request(keys: ["a", "b"], now: at(0)), .auth, now: at(0))
        for second in 1...10 {
            let request = health.request(keys: ["a", "b"], now: at(Double(second)))
            #expect(await health.call(request, .ok, now: at(Double(second)))?.key?.rawValue == "b")
        }
        let alone = await health.tracker.admit(health.request(keys: ["a"], now: at(20)), now: at(20))
        #expect(alone.reason == "every key of groq is retired (auth)")
        let later = at(21_601)
        let probe = try #require(await health.tracker.admit(health.request(keys: ["a"], now: later), now: later).permit)
        #expect(probe.isProbe)
        #expect(!(await health.tracker.admit(health.request(keys: ["a"], now: later), now: later).isAdmitted))
        await health.settle(probe, .ok, now: later)
        #expect(health.events.count("key_retired") == 1)
        #expect(health.events.count("key_enabled") == 1)
    }

    @Test("a dead key that a test finds dead rests from then again, and no longer than before")
    func testsOfDeadKey() async throws {
        let health = HealthFixture()
        await health.call(health.request(keys: ["a"], now: at(0)), .auth, now: at(0))
        for second in [1.0, 2] {
            let test = health.request(keys: ["a"], purpose: .test, now: at(second))
            #expect(await health.call(test, .auth, now: at(second)) != nil)
        }
        let early = health.request(keys: ["a"], now: at(21_601))
        #expect(!(await health.tracker.admit(early, now: at(21_601)).isAdmitted))
        let later = health.request(keys: ["a"], now: at(21_603))
        #expect(try #require(await health.tracker.admit(later, now: at(21_603)).permit).isProbe)
    }

    @Test("calls under way with a key when it dies are no news, and it is told once")
    func deathOnce() async throws {
        let health = HealthFixture()
        var permits: [Permit] = []
        for _ in 0..<4 {
            permits.append(try #require(await health.tracker.admit(health.request(now: at(0)), now: at(0)).permit))
        }
        for permit in permits { await health.settle(permit, .quotaExhausted, now: at(1)) }
        #expect(health.events.names == ["key_retired"])
        let snapshot = await health.tracker.snapshot(now: at(2))
        let key = try #require(snapshot.entries.compactMap(\.state.key).first)
        #expect(key.failures == [.quotaExhausted: 4])
        #expect(key.uses == 4)
        #expect(key.retiredBecause == .quotaExhausted)
    }

    @Test("keys of one configured group rest together")
    func configuredGroup() async {
        let health = HealthFixture()
        let groups = ["a": "project", "b": "project"]
        await health.call(
            health.request(keys: ["a", "b", "c"], groups: groups, now: at(0)), .rateLimited,
            limits: RateLimitReading(retryAfter: .seconds(20)), now: at(0))
        for second in 1...3 {
            let request = health.request(keys: ["a", "b", "c"], groups: groups, now: at(Double(second)))
            #expect(await health.call(request, .ok, now: at(Double(second)))?.key?.rawValue == "c")
        }
    }

    @Test("keys that are refused together time and again are taken for one quota, and parted when one serves alone")
    func learntGroup() async throws {
        let draws = Draws(seed: 1)
        let health = HealthFixture(policy: HealthPolicy(keys: KeyRingPolicy(groupDoubt: 0)), draw: { draws.next() })
        let limits = RateLimitReading(retryAfter: .seconds(20))
        for round in 0..<3 {
            let now = at(Double(round) * 100)
            for _ in 0..<2 {
                await health.call(health.request(keys: ["a", "b"], now: now), .rateLimited, limits: limits, now: now)
            }
        }
        #expect(health.events.count("quota_group_learnt") == 1)
        await health.call(health.request(keys: ["a", "b"], now: at(300)), .rateLimited, limits: limits, now: at(300))
        let next = await health.tracker.admit(health.request(keys: ["a", "b"], now: at(301)), now: at(301))
        #expect(next.waitsUntil == at(320))
    }

    @Test("a learnt group that was wrong is forgotten when a key serves while the other is limited")
    func unlearning() async throws {
        let store = InMemoryHealthStore()
        let sure = HealthFixture(store: store, policy: HealthPolicy(keys: KeyRingPolicy(groupDoubt: 0)))
        let doubtful = HealthFixture(store: store, policy: HealthPolicy(keys: KeyRingPolicy(groupDoubt: 1)))
        let limits = RateLimitReading(retryAfter: .seconds(20))
        for round in 0..<3 {
            let now = at(Double(round) * 100)
            for _ in 0..<2 {
                await sure.call(sure.request(keys: ["a", "b"], now: now), .rateLimited, limits: limits, now: now)
            }
        }
        await sure.call(sure.request(keys: ["a"], now: at(300)), .rateLimited, limits: limits, now: at(300))
        let permit = await doubtful.call(doubtful.request(keys: ["a", "b"], now: at(301)), .ok, now: at(301))
        #expect(permit?.key?.rawValue == "b")
        #expect(doubtful.events.count("quota_group_forgotten") == 1)
        #expect(await sure.call(sure.request(keys: ["a", "b"], now: at(302)), .ok, now: at(302))?.key?.rawValue == "b")
    }

    @Test("a person may rest a key, and bring a dead one back")
    func commands() async throws {
        let health = HealthFixture()
        await health.call(health.request(keys: ["a", "b"], now: at(0)), .auth, now: at(0))
        let request = health.request(keys: ["a", "b"], now: at(1))
        await health.tracker.perform(
            .coolDownKey(request.state(of: KeyFingerprint(rawValue: "b")).key, until: at(100)), now: at(1))
        #expect(await health.tracker.admit(request, now: at(1)).waitsUntil == at(100))
        await health.tracker.perform(.enableKey(request.state(of: KeyFingerprint(rawValue: "a")).key), now: at(2))
        #expect(await health.tracker.admit(request, now: at(2)).permit?.key?.rawValue == "a")
        #expect(health.events.names.suffix(3) == ["key_cooling_down", "breaker_closed", "key_enabled"])
    }
}
