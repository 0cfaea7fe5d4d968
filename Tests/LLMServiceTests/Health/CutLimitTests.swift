import LLMCore
import Testing

@testable import LLMService

/// Waits longer than any is believed: cut short by policy, and looked at by one call at a time when the cut is over.
@Suite(.timeLimit(.minutes(2))) struct CutLimitTests {
    static let day = 86_400.0
    /// 25 hours: as long as a wait is believed.
    static let cut = 90_000.0

    private func admit(_ health: HealthFixture, _ model: String = "groq/m", at seconds: Double) async -> Admission {
        await health.tracker.admit(health.request(model, now: at(seconds)), now: at(seconds))
    }

    private func named(_ wait: Duration, window: LimitWindow = .unknown) -> RateLimitReading {
        RateLimitReading(retryAfter: wait, window: window)
    }

    private func spent(_ reset: Duration, limit: Int? = 60) -> RateLimitReading {
        RateLimitReading(buckets: [
            .init(resource: .requests, window: .minute, limit: limit, remaining: 0, resetAfter: reset)
        ])
    }

    static let waits: [Duration] = [
        .seconds(100_000), .seconds(1_296_000), .seconds(22_377_600), .seconds(1_795_996_890),
        .seconds(14_399_999_999_996_400),
    ]

    @Test("a refusal is believed for as long as policy allows, and then one call at a time looks", arguments: waits)
    func refusal(wait: Duration) async throws {
        let health = HealthFixture()
        await health.call(health.request("groq/m", now: at(0)), .rateLimited, limits: named(wait), now: at(0))
        #expect(await admit(health, at: Self.cut - 1).waitsUntil == at(Self.cut))
        let probe = try #require(await admit(health, at: Self.cut).permit)
        #expect(probe.isProbe)
        #expect(await admit(health, at: Self.cut).waitsUntil == at(Self.cut + 1))
        // Refused once more, it rests as long again.
        await health.settle(probe, .rateLimited, limits: named(wait), now: at(Self.cut + 1))
        #expect(await admit(health, at: Self.cut + 2).waitsUntil == at(2 * Self.cut + 1))
        let second = try #require(await admit(health, at: 2 * Self.cut + 1).permit)
        await health.settle(second, .ok, now: at(2 * Self.cut + 2))
        for _ in 0..<3 { #expect(await admit(health, at: 2 * Self.cut + 3).permit?.isProbe == false) }
    }

    @Test("a bucket's reset is believed no longer, with a limit and without", arguments: waits, [60, nil] as [Int?])
    func bucket(wait: Duration, limit: Int?) async throws {
        let health = HealthFixture()
        await health.call(health.request("groq/m", now: at(0)), .ok, limits: spent(wait, limit: limit), now: at(0))
        let held = await admit(health, at: 1)
        #expect((held.waitsUntil ?? .max) <= at(Self.cut))
        let probe = try #require(await admit(health, at: Self.cut).permit)
        await health.settle(probe, .ok, now: at(Self.cut + 1))
        #expect(await admit(health, at: Self.cut + 2).isAdmitted)
    }

    @Test("of two processes one gets to look; one that leaves or whose lease ends gives way")
    func processes() async throws {
        let store = InMemoryHealthStore()
        let (one, two) = (HealthFixture(store: store), HealthFixture(store: store))
        await one.call(
            one.request("groq/m", now: at(0)), .rateLimited, limits: named(.seconds(Int64(9 * Self.day))), now: at(0))
        let probe = try #require(await admit(one, at: Self.cut).permit)
        #expect(!(await admit(two, at: Self.cut).isAdmitted))
        await one.tracker.release(probe, now: at(Self.cut + 1))
        #expect(await admit(two, at: Self.cut + 2).isAdmitted)
        #expect(!(await admit(one, at: Self.cut + 3).isAdmitted))
        // Its lease was for a minute.
        #expect(await admit(one, at: Self.cut + 62).isAdmitted)
    }

    @Test("a wait that is believed as it stands is looked at by nobody: when it is over all calls go")
    func short() async {
        let health = HealthFixture()
        await health.call(
            health.request("groq/m", now: at(0)), .rateLimited, limits: named(.seconds(80_000)), now: at(0))
        #expect(await admit(health, at: 79_999).waitsUntil == at(80_000))
        for _ in 0..<3 { #expect(await admit(health, at: 80_000).permit?.isProbe == false) }
    }

    @Test("the safety lock holds no longer than its limits are believed, and a good answer releases it")
    func lock() async throws {
        let health = HealthFixture(clouds: ["groq"])
        await health.call(
            health.request("groq/m", now: at(0)), .rateLimited, limits: spent(.seconds(22_377_600)), now: at(0))
        #expect(health.events.count("lock_engaged") == 1)
        let lock = try #require(await health.tracker.snapshot(now: at(1)).lock(of: ""))
        #expect((lock.engagement?.releasesAt ?? .max) <= at(Self.cut))
        let probe = try #require(await admit(health, at: 61).permit)
        await health.settle(probe, .ok, now: at(62))
        #expect(await health.tracker.snapshot(now: at(63)).lock(of: "")?.isEngaged == false)
        #expect(await admit(health, "groq/another", at: 63).isAdmitted)
    }

    static let windows: [(LimitWindow, Double)] = [
        (.minute, 5), (.unknown, 5), (.hour, 300), (.day, 900), (.week, 3_600), (.month, 3_600),
    ]
    @Test("a quota without a word of its end rests by its window, not for seconds", arguments: windows)
    func estimates(window: LimitWindow, seconds: Double) async {
        let health = HealthFixture(draw: { 0 })
        await health.call(
            health.request("groq/m", now: at(0)), .rateLimited, limits: RateLimitReading(window: window), now: at(0))
        #expect(await admit(health, at: 0).waitsUntil == at(seconds))
    }

    @Test("a key whose account comes back at a date is left alone until then, as far as that is believed")
    func dated() async {
        let health = HealthFixture()
        await health.call(
            health.request("groq/m", now: at(0)), .quotaExhausted, limits: named(.seconds(40_000)), now: at(0))
        await health.call(
            health.request("xai/m", now: at(0)), .account, limits: named(.seconds(9_000_000)), now: at(0))
        #expect(!(await admit(health, at: 39_999).isAdmitted))
        #expect(await admit(health, at: 40_001).isAdmitted)
        #expect(!(await admit(health, "xai/m", at: Self.day - 1).isAdmitted))
        #expect(await admit(health, "xai/m", at: Self.day + 1).isAdmitted)
    }
}
