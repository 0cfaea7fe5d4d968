import LLMCore
import Testing

@testable import LLMWire

@Suite("Limits, durations and dates", .timeLimit(.minutes(2)))
struct RateLimitReaderTests {
    @Test(
        "durations as Go prints them are exact",
        arguments: [
            ("2ms", Duration.milliseconds(2)), ("0s", .zero), ("0", .zero), ("1.2s", .milliseconds(1_200)),
            ("6m0s", .seconds(360)),
            ("5m45.6s", .milliseconds(345_600)), ("10.974999999s", .nanoseconds(10_974_999_999)),
            ("1h2m3.4s", .milliseconds(3_723_400)),
            ("635ms", .milliseconds(635)), ("1.5h", .seconds(5_400)), ("250µs", .microseconds(250)),
            ("250us", .microseconds(250)),
            ("17ns", .nanoseconds(17)), (".5s", .milliseconds(500)), ("48.939935699s", .nanoseconds(48_939_935_699)),
        ])
    func goDurations(text: String, duration: Duration) {
        #expect(GoDuration.parse(text) == duration)
    }

    @Test(
        "what is no duration is none",
        arguments: ["", "-1s", "5", "s", "1d", "1.2.3s", "1 s", "5s ", "٣s", "99999999999999999999s", ".s"])
    func notDurations(text: String) {
        #expect(GoDuration.parse(text) == nil)
    }

    @Test("all of Anthropic's buckets are read, with times from the response's own clock")
    func anthropic() {
        var headers = [(name: "Date", value: "Wed, 19 Aug 2026 14:34:27 GMT")]
        for kind in ["requests", "tokens", "input-tokens", "output-tokens"] {
            headers.append((name: "Anthropic-Ratelimit-\(kind)-Limit", value: "50"))
            headers.append((name: "Anthropic-Ratelimit-\(kind)-Remaining", value: "48"))
            headers.append((name: "Anthropic-Ratelimit-\(kind)-Reset", value: "2026-08-19T14:34:57Z"))
        }
        let buckets = RateLimitReader.read(headers: headers, quirks: .anthropic, failed: false)?.buckets
        #expect(buckets?.map(\.resource) == [.requests, .tokens, .inputTokens, .outputTokens])
        #expect(
            buckets?.allSatisfy {
                $0.limit == 50 && $0.remaining == 48 && $0.resetAfter == .seconds(30) && $0.window == .minute
            } == true)
    }

    @Test("a date without any clock to see it from is unknown; one gone by is no wait")
    func dates() {
        let reset = [(name: "anthropic-ratelimit-tokens-reset", value: "2026-08-19T14:34:57Z")]
        #expect(RateLimitReader.read(headers: reset, quirks: .anthropic, failed: false) == nil)
        let early = RateLimitReader.read(
            headers: reset, quirks: .anthropic, failed: false, receivedAt: 1_787_150_096_500_000)
        #expect(early?.buckets.first?.resetAfter == .milliseconds(500))
        let late = RateLimitReader.read(
            headers: reset, quirks: .anthropic, failed: false, receivedAt: 1_887_150_096_500_000)
        #expect(late?.buckets.first?.resetAfter == .zero)
    }

    @Test(
        "retry-after takes every form, on failures only",
        arguments: [
            ("retry-after", "7", Duration.seconds(7)), ("retry-after", "0.25", .milliseconds(250)),
            ("retry-after-ms", "1500.5", .microseconds(1_500_500)),
            ("Retry-After", "Wed, 19 Aug 2026 14:35:00 GMT", .seconds(3)), ("retry-after", "2m", .seconds(120)),
        ])
    func retryAfter(name: String, value: String, wait: Duration) {
        let headers = [(name: name, value: value), (name: "date", value: "Wed, 19 Aug 2026 14:34:57 GMT")]
        #expect(RateLimitReader.read(headers: headers, quirks: .openai, failed: true)?.retryAfter == wait)
        #expect(RateLimitReader.read(headers: headers, quirks: .openai, failed: false)?.retryAfter == nil)
    }

    @Test("nonsense in headers is unknown, never zero")
    func nonsense() {
        let headers = [
            (name: "x-ratelimit-limit-tokens", value: "many"), (name: "x-ratelimit-reset-tokens", value: "soon"),
            (name: "retry-after", value: "later"), (name: "x-should-retry", value: "maybe"),
        ]
        #expect(RateLimitReader.read(headers: headers, quirks: .openai, failed: true) == nil)
    }

    @Test("a count below zero is none: beside a good answer it leaves no limit, and a refusal keeps its own wait")
    func belowZero() {
        let counts = ["limit", "remaining"].flatMap { part in
            ["requests", "tokens", "input-tokens"].map { (name: "x-ratelimit-\(part)-\($0)", value: "-1") }
        }
        #expect(RateLimitReader.read(headers: counts, quirks: .openai, failed: false) == nil)
        let reset = [(name: "x-ratelimit-reset-tokens", value: "0")]
        let buckets = RateLimitReader.read(headers: counts + reset, quirks: .openai, failed: false)?.buckets
        #expect(buckets?.map(\.remaining) == [nil] && buckets?.map(\.limit) == [nil])
        let refused = RateLimitReader.read(
            headers: counts + [(name: "retry-after", value: "7")], quirks: .openai, failed: true)
        #expect(refused?.retryAfter == .seconds(7))
        let partly = [(name: "x-ratelimit-remaining-requests", value: "-1, 4")]
        #expect(RateLimitReader.read(headers: partly, quirks: .openai, failed: false)?.buckets.first?.remaining == 4)
    }

    @Test("the names of Mistral and Cerebras tell their windows themselves")
    func namedWindows() {
        let headers = [
            (name: "x-ratelimit-limit-req-minute", value: "4"),
            (name: "x-ratelimit-remaining-tokens-minute", value: "249891"),
            (name: "x-ratelimit-reset-requests-day", value: "33011.5"),
            (name: "x-ratelimit-limit-tokens_usage_based", value: "1"),
        ]
        let buckets = RateLimitReader.read(headers: headers, quirks: .generic, failed: false)?.buckets
        #expect(buckets?.map(\.window) == [.minute, .day, .minute])
        #expect(buckets?[1].resetAfter == .milliseconds(33_011_500))
    }

    @Test(
        "Gemini names in its refusal what ran out, of which window, and how much of it there is",
        arguments: [
            ("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", #""15""#, .requests, LimitWindow.minute, 15),
            ("GenerateRequestsPerDayPerProjectPerModel-FreeTier", #""250""#, .requests, .day, 250),
            ("GenerateContentInputTokensPerModelPerMinute-FreeTier", #""250000""#, .inputTokens, .minute, 250_000),
            ("GenerateContentPaidTierInputTokensPerModelPerMinute", "4000000", .inputTokens, .minute, 4_000_000),
            ("GenerateRequestsPerMinutePerProjectPerModel", "null", .requests, .minute, nil),
            ("GenerateRequestsPerMinutePerProjectPerModel", #""-1""#, .requests, .minute, nil),
            ("SomethingPerMinute", #""15""#, nil, .minute, nil), ("Requests", #""15""#, nil, .unknown, nil),
        ] as [(String, String, RateLimitReading.Bucket.Resource?, LimitWindow, Int?)])
    func geminiQuota(
        id: String, value: String, resource: RateLimitReading.Bucket.Resource?, window: LimitWindow, limit: Int?
    ) throws {
        let body = """
            {"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[
            {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"\(id)","quotaValue":\(value)}]},
            {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"48s"}]}}
            """
        let (outcome, _, reading) = ErrorClassifier.classify(
            status: 429, headers: [], body: Array(body.utf8), dialect: .gemini, quirks: .init())
        #expect(outcome == .rateLimited)
        #expect(reading?.window == window && reading?.retryAfter == .seconds(48))
        let bucket = resource.map { RateLimitReading.Bucket(resource: $0, window: window, limit: limit, remaining: 0) }
        #expect(reading?.buckets == [bucket].compactMap(\.self))
    }

    @Test("every recorded response with limit headers gives buckets", .enabled(if: Corpus.isPresent, Corpus.absence))
    func recorded() throws {
        let exchanges = try Corpus.recorded
        var read = 0
        for exchange in exchanges {
            let names = exchange.headers.map { $0.name.lowercased() }
            guard names.contains(where: { $0.hasPrefix("x-ratelimit-limit-") || $0.hasPrefix("anthropic-ratelimit-") })
            else { continue }
            let reading = RateLimitReader.read(headers: exchange.headers, quirks: exchange.quirks, failed: false)
            #expect(reading?.buckets.isEmpty == false, "\(exchange.id)")
            #expect(reading?.retryAfter == nil)
            if names.contains("x-ratelimit-reset-tokens") {
                #expect(
                    reading?.buckets.contains { $0.resource == .tokens && $0.resetAfter != nil } == true,
                    "\(exchange.id)")
            }
            read += 1
        }
        #expect(read > 0)
    }
}
