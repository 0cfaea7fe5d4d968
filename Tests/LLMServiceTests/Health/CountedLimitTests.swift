import LLMCore
import Testing

@testable import LLMService

@Suite("Limits that a provider tells of only when it refuses", .timeLimit(.minutes(2)))
struct CountedLimitTests {
    /// What Gemini's 429 says: which quota, how much of it there is, and a wait.
    private func refusal(
        of limit: Int?, _ resource: RateLimitReading.Bucket.Resource = .requests, _ window: LimitWindow = .minute,
        wait: Duration = .seconds(30)
    ) -> RateLimitReading {
        RateLimitReading(
            buckets: [.init(resource: resource, window: window, limit: limit, remaining: 0)], retryAfter: wait,
            window: window)
    }
    private func admitted(_ health: HealthFixture, _ count: Int, at seconds: Double, then: AttemptClass? = .ok) async
        -> Int
    {
        var admitted = 0
        for _ in 0..<count {
            let request = health.request("gemini/m", estimate: .init(inputTokens: 100), now: at(seconds))
            guard let permit = await health.tracker.admit(request, now: at(seconds)).permit else { continue }
            admitted += 1
            if let then { await health.settle(permit, then, now: at(seconds)) }
        }
        return admitted
    }
    private func refused(_ reading: RateLimitReading, store: any HealthStore = InMemoryHealthStore()) async
        -> HealthFixture
    {
        let health = HealthFixture(store: store)
        await health.call(health.request("gemini/m", now: at(0)), .rateLimited, limits: reading, now: at(0))
        return health
    }

    @Test("are kept to from then on: those who waited do not all go at once", arguments: [.ok, nil] as [AttemptClass?])
    func spread(then: AttemptClass?) async {
        let health = await refused(refusal(of: 12))
        #expect(await admitted(health, 50, at: 29.9, then: then) == 0)
        #expect(await admitted(health, 50, at: 30, then: then) == 6, "what half a minute brought")
        #expect(await admitted(health, 50, at: 34.9, then: then) == 0)
        #expect(await admitted(health, 50, at: 35, then: then) == 1, "one every five seconds")
    }

    @Test("say when the next may go")
    func waits() async {
        let health = await refused(refusal(of: 12))
        _ = await admitted(health, 6, at: 30)
        let wait = await health.tracker.admit(health.request("gemini/m", now: at(31)), now: at(31)).waitsUntil
        #expect(wait == at(35))
    }

    @Test("are full again after a quiet window")
    func full() async {
        let health = await refused(refusal(of: 12))
        _ = await admitted(health, 6, at: 30)
        #expect(await admitted(health, 50, at: 120) == 12)
    }

    @Test("are counted together by all processes")
    func shared() async {
        let store = InMemoryHealthStore()
        let one = await refused(refusal(of: 12), store: store)
        let two = HealthFixture(store: store)
        #expect(await admitted(one, 4, at: 30) == 4)
        #expect(await admitted(two, 50, at: 30) == 2)
        #expect(await admitted(one, 50, at: 30) == 0)
    }

    @Test("count tokens as they were used, not as they were feared")
    func tokens() async throws {
        let health = await refused(refusal(of: 1_000, .inputTokens))
        let request = health.request("gemini/m", estimate: .init(inputTokens: 400), now: at(60))
        let permit = try #require(await health.tracker.admit(request, now: at(60)).permit)
        let usage = UsageReading(raw: .null, tokens: TokenUsage(promptTokens: 50, outputTokens: 5))
        let report = AttemptReport(
            id: permit.attempt, model: request.model, endpoint: request.endpoint, simulated: false, key: permit.key,
            timings: AttemptTimings(sentAt: .now, end: .zero), outcome: .ok, usage: usage)
        await health.tracker.settle(permit, report: report, now: at(60))
        #expect(await admitted(health, 50, at: 60, then: nil) == 9)
    }

    @Test("may have been raised: an hour later nothing is held back before the next refusal")
    func forgotten() async {
        let health = await refused(refusal(of: 12))
        #expect(await admitted(health, 50, at: 3_599) == 12)
        #expect(await admitted(health, 50, at: 3_600) == 50)
    }

    @Test("of a day end with the first call that is served")
    func day() async {
        let health = await refused(refusal(of: 250, .requests, .day))
        #expect(await admitted(health, 5, at: 60) == 0, "seconds are not believed for a day's quota")
        #expect(await admitted(health, 5, at: 1_200) == 5)
        #expect(await admitted(health, 100, at: 1_201) == 100)
    }

    @Test("are the provider's own again when its answers tell")
    func told() async {
        let health = await refused(refusal(of: 12))
        let request = health.request("gemini/m", now: at(30))
        let told = RateLimitReading(buckets: [
            .init(resource: .requests, window: .minute, limit: 500, remaining: 400, resetAfter: .seconds(30))
        ])
        await health.call(request, .ok, limits: told, now: at(30))
        #expect(await admitted(health, 100, at: 31) == 100)
    }

    @Test("without a figure hold for the wait that was named, no longer")
    func unknownLimit() async {
        let health = await refused(refusal(of: nil, wait: .seconds(60)))
        #expect(await admitted(health, 50, at: 59) == 0)
        #expect(await admitted(health, 50, at: 60) == 50)
    }
}
