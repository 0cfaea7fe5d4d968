import LLMCore
import Testing

@testable import LLMWire

@Suite("Forms of limit headers", .timeLimit(.minutes(1)))
struct LimitFormTests {
    /// 2026-11-30 at 00:00 UTC.
    private static let now: Int64 = 1_795_996_800_000_000

    private static func read(_ headers: [(String, String)]) -> RateLimitReading? {
        RateLimitReader.read(
            headers: headers.map { (name: $0.0, value: $0.1) }, quirks: .generic, failed: true, receivedAt: now)
    }

    @Test(
        "the structured fields of the IETF's drafts are buckets",
        arguments: [
            (
                [("RateLimit", "\"default\";r=50;t=30"), ("RateLimit-Policy", "\"default\";q=100;w=60")],
                RateLimitReading.Bucket(
                    resource: .requests, window: .minute, limit: 100, remaining: 50, resetAfter: .seconds(30))
            ),
            (
                [("ratelimit", "limit=100, remaining=50, reset=30"), ("ratelimit-policy", "100;w=3600")],
                .init(resource: .requests, window: .hour, limit: 100, remaining: 50, resetAfter: .seconds(30))
            ),
            (
                [("ratelimit", "limit=100, remaining=0, reset=30")],
                .init(resource: .requests, window: .unknown, limit: 100, remaining: 0, resetAfter: .seconds(30))
            ),
            (
                [
                    ("ratelimit", "\"tokens, per day\";r=0;t=3600"),
                    ("ratelimit-policy", "\"burst\";q=10;w=1, \"tokens, per day\";q=5000;w=86400"),
                ], .init(resource: .tokens, window: .day, limit: 5_000, remaining: 0, resetAfter: .seconds(3_600))
            ),
            (
                [("ratelimit", "r=3;t=7"), ("ratelimit-policy", "q=9;w=604800")],
                .init(resource: .requests, window: .week, limit: 9, remaining: 3, resetAfter: .seconds(7))
            ),
        ] as [([(String, String)], RateLimitReading.Bucket)])
    func structured(headers: [(String, String)], bucket: RateLimitReading.Bucket) {
        #expect(Self.read(headers)?.buckets == [bucket])
    }

    @Test(
        "a policy alone, or nonsense, is no bucket", arguments: ["\"a\";q=1;w=60", "", ";;;", "\"", "r=x;t=y", "=,="])
    func noBucket(value: String) {
        #expect(Self.read([("ratelimit-policy", value)]) == nil)
        if !value.contains("q=") { #expect(Self.read([("ratelimit", value)]) == nil) }
    }

    @Test(
        "a unit in the name counts",
        arguments: [
            "retry-after-ms", "x-retry-after-ms", "x-ms-retry-after-ms", "retry-after-milliseconds",
            "llm_provider-retry-after-ms",
        ])
    func milliseconds(name: String) { #expect(Self.read([(name, "1500")])?.retryAfter == .milliseconds(1_500)) }

    @Test(
        "resets have many names, with a unit, a preposition or a gateway's prefix",
        arguments: [
            ("x-ratelimit-reset-requests-ms", "90000"), ("x-ratelimit-reset-requests-after", "90"),
            ("x-ratelimit-reset-requests-in-seconds", "90"), ("x-ratelimit-requests-reset-at", "1795996890"),
            ("llm_provider-x-ratelimit-reset-requests", "1m30s"),
            ("x-ratelimit-reset-requests-timestamp", "1795996890"),
            ("X-RateLimit-Reset-Requests", "PT1M30S"),
        ])
    func resets(name: String, value: String) {
        let reading = Self.read([("x-ratelimit-remaining-requests", "0"), (name, value)])
        #expect(
            reading?.buckets == [
                .init(resource: .requests, window: .unknown, remaining: 0, resetAfter: .seconds(90))
            ])
    }

    @Test(
        "retry-after of any shape is a wait, a date gone by is none, and nonsense is unknown",
        arguments: [
            ("1.5", Duration.milliseconds(1_500)), ("1500ms", .milliseconds(1_500)), ("1, 60", .seconds(60)),
            ("PT0.5S", .milliseconds(500)), ("P1DT1H", .seconds(90_000)), ("Sun, 29 Nov 2026 23:59:00 GMT", .zero),
            ("1795996799", .zero), ("-5", nil), ("-1", nil), ("NaN", nil), ("inf", nil), ("PT", nil), ("P", nil),
            ("PTS", nil), ("P1X", nil), ("later", nil),
        ] as [(String, Duration?)])
    func retryAfter(value: String, wait: Duration?) { #expect(Self.read([("retry-after", value)])?.retryAfter == wait) }

    @Test("of Codex's limits the one that is spent is waited for")
    func codex() {
        let primary = ("x-codex-primary-reset-after-seconds", "7200")
        let secondary = ("x-codex-secondary-reset-after-seconds", "500000")
        #expect(Self.read([primary])?.retryAfter == .seconds(7_200))
        for (used, other, seconds) in [("100", "45", 7_200), ("12.5", "100.0", 500_000), ("100", "100", 500_000)] {
            let reading = Self.read([
                primary, secondary, ("x-codex-primary-used-percent", used), ("x-codex-secondary-used-percent", other),
                ("x-codex-primary-window-minutes", "300"),
            ])
            #expect(reading == RateLimitReading(retryAfter: .seconds(seconds)), "\(used) \(other)")
        }
        #expect(Self.read([primary, ("x-codex-primary-used-percent", "99")]) == nil)
        #expect(Self.read([("x-ratelimit-used", "100")]) == nil)
    }

    @Test("a Date that was never set, or is days away from ours, is not the clock, one that differs by less is")
    func skew() {
        let reset = ("x-ratelimit-reset", "1795996890")
        for (date, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 90), ("nonsense", 90), ("Mon, 30 Nov 2026 00:01:00 GMT", 30),
            ("Sun, 29 Nov 2026 23:00:00 GMT", 3_690), ("Tue, 03 Feb 2026 00:00:00 GMT", 90),
            ("Thu, 03 Dec 2026 00:00:00 GMT", 90),
        ] {
            #expect(Self.read([("date", date), reset])?.buckets.first?.resetAfter == .seconds(seconds), "\(date)")
        }
    }
}
