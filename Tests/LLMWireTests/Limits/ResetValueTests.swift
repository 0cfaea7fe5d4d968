import LLMCore
import Testing

@testable import LLMWire

@Suite("Points in time and waits in headers", .timeLimit(.minutes(1)))
struct ResetValueTests {
    /// 2026-11-30 at 00:00 UTC.
    static let now: Int64 = 1_795_996_800_000_000

    /// One reset, 90 seconds ahead, in every form.
    static let forms = [
        "90", "90.0", "1m30s", "90s", "1796-", "1795996890", "1795996890.0", "1795996890000", "1795996890000000",
        "1795996890000000000", "\"90\"", "2026-11-30T00:01:30Z", "2026-11-30T01:01:30+01:00", "2026-11-30 00:01:30",
        "2026-11-30T00:01:30.000Z", "Mon, 30 Nov 2026 00:01:30 GMT", "90 seconds", "1 minute 30 seconds",
        "1.79599689e9", "1.795996890E+09", "9e1", "Monday, 30-Nov-26 00:01:30 GMT", "Mon Nov 30 00:01:30 2026",
        "PT90S", "PT1M30S", "pt1m30.0s", "try again in 90 seconds", "90 s",
    ].filter { $0 != "1796-" }
    static let resets = [
        "x-ratelimit-reset", "X-RateLimit-Reset-Requests", "x-ratelimit-reset-tokens",
        "x-ratelimit-reset-tokens-minute",
        "x-ratelimit-reset-requests-day", "anthropic-ratelimit-requests-reset",
        "anthropic-ratelimit-input-tokens-reset",
        "ratelimit-reset", "x-ratelimit-reset-after",
    ]

    @Test("a reset is the same in every form and under every name", arguments: resets, forms)
    func reset(name: String, form: String) {
        let remaining = name.lowercased().replacing("reset-after", with: "remaining").replacing(
            "reset", with: "remaining")
        let headers = [(name: remaining, value: "0"), (name: name, value: form)]
        let reading = RateLimitReader.read(headers: headers, quirks: .generic, failed: true, receivedAt: Self.now)
        #expect(reading?.buckets.map(\.resetAfter) == [.seconds(90)])
    }

    @Test("retry-after is the same in every form", arguments: ["retry-after", "Retry-After", "x-retry-after"], forms)
    func retryAfter(name: String, form: String) {
        let reading = RateLimitReader.read(
            headers: [(name: name, value: form)], quirks: .generic, failed: true, receivedAt: Self.now)
        #expect(reading?.retryAfter == .seconds(90))
    }

    @Test(
        "retry-after-ms counts milliseconds, or is a date",
        arguments: [("1500", 1.5), ("1795996890000", 90), ("1795996890", 90)])
    func milliseconds(value: String, seconds: Double) {
        let reading = RateLimitReader.read(
            headers: [(name: "retry-after-ms", value: value)], quirks: .generic, failed: true, receivedAt: Self.now)
        #expect(reading?.retryAfter?.milliseconds == seconds * 1_000)
    }

    @Test(
        "a number below a thousand million is a wait, from there on a date",
        arguments: [
            ("999999999", Duration.seconds(315_360_000)), ("1000000000", .zero), ("86400", .seconds(86_400)),
        ])
    func border(value: String, wait: Duration) {
        #expect(ResetValue.wait(value, now: Self.now) == wait)
    }

    @Test("a date is unknown without a clock, a wait is not", arguments: ["1795996890", "2026-11-30T00:01:30Z"])
    func clockless(value: String) {
        #expect(ResetValue.wait(value, now: nil) == nil)
        #expect(ResetValue.wait("90", now: nil) == .seconds(90))
    }

    @Test("the response's own clock is taken before ours")
    func ownClock() {
        let headers = [
            (name: "date", value: "Mon, 30 Nov 2026 00:01:00 GMT"), (name: "x-ratelimit-reset", value: "1795996890"),
            (name: "retry-after", value: "Mon, 30 Nov 2026 00:01:10 GMT"),
        ]
        let reading = RateLimitReader.read(headers: headers, quirks: .generic, failed: true, receivedAt: Self.now - 999)
        #expect(reading?.buckets.first?.resetAfter == .seconds(30))
    }

    @Test("a header that is repeated counts once", arguments: forms)
    func repeated(form: String) {
        let twice = [(name: "retry-after", value: form), (name: "Retry-After", value: form)]
        let joined = [(name: "retry-after", value: "\(form), \(form)")]
        for headers in [twice, joined] {
            let reading = RateLimitReader.read(headers: headers, quirks: .generic, failed: true, receivedAt: Self.now)
            #expect(reading?.retryAfter == .seconds(90), "\(headers)")
        }
    }

    @Test("of counts that differ the least is taken, of waits the longest")
    func differing() {
        let headers = [
            (name: "x-ratelimit-limit-requests", value: "100, 100;w=60"),
            (name: "x-ratelimit-remaining-requests", value: "7"),
            (name: "x-ratelimit-remaining-requests", value: "3"), (name: "x-ratelimit-reset-requests", value: "1s"),
            (name: "x-ratelimit-reset-requests", value: "9s"), (name: "x-should-retry", value: "false"),
            (name: "x-should-retry", value: "false"),
        ]
        let reading = RateLimitReader.read(headers: headers, quirks: .openai, failed: true)
        #expect(
            reading?.buckets == [
                .init(resource: .requests, window: .minute, limit: 100, remaining: 3, resetAfter: .seconds(9))
            ])
        #expect(reading?.shouldRetry == false)
    }

    @Test("a limit in other units is waited for when it is spent, and never mistaken for requests")
    func foreign() {
        func read(_ headers: [(name: String, value: String)]) -> RateLimitReading? {
            RateLimitReader.read(headers: headers, quirks: .anthropic, failed: true, receivedAt: Self.now)
        }
        let unified = [
            (name: "anthropic-ratelimit-unified-status", value: "rejected"),
            (name: "anthropic-ratelimit-unified-reset", value: "1796000400"),
            (name: "anthropic-ratelimit-unified-5h-status", value: "allowed"),
            (name: "anthropic-ratelimit-unified-7d-reset", value: "1799999999"),
        ]
        #expect(read(unified) == RateLimitReading(retryAfter: .seconds(3_600)))
        let images = [
            (name: "x-ratelimit-remaining-input-images", value: "9"),
            (name: "x-ratelimit-reset-input-images", value: "600"),
        ]
        #expect(read(images) == nil)
    }

    @Test(
        "nonsense is unknown",
        arguments: ["", "soon", "-5", "1e400", "NaN", "12:30", "99999999999999999999999999", "٣"])
    func nonsense(value: String) {
        let wait = ResetValue.wait(value, now: Self.now)
        #expect(wait == nil || wait == .seconds(315_360_000))
    }
}
