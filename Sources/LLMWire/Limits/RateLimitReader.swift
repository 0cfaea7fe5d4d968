public import LLMCore

/// Reads what response headers say about limits, in all the providers' forms.
///
/// Forms: `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` with Go durations, plain seconds or no reset at all (OpenAI,
/// Groq, xAI and kin), `anthropic-ratelimit-*` with RFC 3339 dates, `retry-after-ms`, `retry-after`, `x-should-retry`.
public enum RateLimitReader {
    /// - Parameters:
    ///   - failed: Whether the attempt failed: only then is `retry-after` a wait, since Anthropic sends it with successes too.
    ///   - receivedAt: Wall clock in microseconds since 1970, for dates, when the response has no `Date` of its own.
    /// - Returns: `nil` when no header says anything.
    public static func read(
        headers: [(name: String, value: String)], quirks: DialectQuirks, failed: Bool, receivedAt: Int64? = nil
    ) -> RateLimitReading? {
        read(headers: HeaderList(headers), quirks: quirks, failed: failed, receivedAt: receivedAt)
    }

    static func read(headers: HeaderList, quirks: DialectQuirks, failed: Bool, receivedAt: Int64?) -> RateLimitReading?
    {
        let now = headers["date"].flatMap(WireInstant.httpDate) ?? receivedAt
        var reading = RateLimitReading(buckets: buckets(headers, quirks: quirks, now: now))
        if failed { reading.retryAfter = retryAfter(headers, now: now) }
        switch headers["x-should-retry"]?.lowercased() {
        case "true": reading.shouldRetry = true
        case "false": reading.shouldRetry = false
        default: break
        }
        let isSilent = reading.buckets.isEmpty && reading.retryAfter == nil && reading.shouldRetry == nil
        return isSilent ? nil : reading
    }

    private typealias Resource = RateLimitReading.Bucket.Resource

    /// Suffixes of `x-ratelimit-limit-…`; no window here means the one of the quirks.
    private static let suffixes: [(text: String, resource: Resource, window: LimitWindow?)] = [
        ("requests", .requests, nil), ("tokens", .tokens, nil), ("req-minute", .requests, .minute),
        ("requests-minute", .requests, .minute), ("requests-day", .requests, .day),
        ("tokens-minute", .tokens, .minute), ("tokens-day", .tokens, .day),
    ]

    private static let anthropic: [(text: String, resource: Resource)] = [
        ("requests", .requests), ("tokens", .tokens), ("input-tokens", .inputTokens), ("output-tokens", .outputTokens),
    ]

    private static func buckets(
        _ headers: HeaderList, quirks: DialectQuirks, now: Int64?
    ) -> [RateLimitReading.Bucket] {
        let common = suffixes.compactMap { row in
            let window = row.window ?? (row.resource == .requests ? quirks.requestLimitWindow : quirks.tokenLimitWindow)
            return bucket(
                row.resource, window, limit: headers["x-ratelimit-limit-\(row.text)"],
                remaining: headers["x-ratelimit-remaining-\(row.text)"],
                reset: headers["x-ratelimit-reset-\(row.text)"], now: now)
        }
        let dated = anthropic.compactMap { row in
            let window = row.resource == .requests ? quirks.requestLimitWindow : quirks.tokenLimitWindow
            let name = "anthropic-ratelimit-\(row.text)"
            return bucket(
                row.resource, window, limit: headers["\(name)-limit"], remaining: headers["\(name)-remaining"],
                reset: headers["\(name)-reset"], now: now)
        }
        return common + dated
    }

    private static func bucket(
        _ resource: Resource, _ window: LimitWindow, limit: String?, remaining: String?, reset: String?, now: Int64?
    ) -> RateLimitReading.Bucket? {
        let bucket = RateLimitReading.Bucket(
            resource: resource, window: window, limit: limit.flatMap { Int($0) },
            remaining: remaining.flatMap { Int($0) },
            resetAfter: reset.flatMap { wait($0, now: now) })
        return bucket.limit == nil && bucket.remaining == nil && bucket.resetAfter == nil ? nil : bucket
    }

    private static func retryAfter(_ headers: HeaderList, now: Int64?) -> Duration? {
        let forms = [
            headers["retry-after-ms"].flatMap { GoDuration.milliseconds($0) },
            headers["retry-after"].flatMap { wait($0, now: now) },
        ]
        return forms.compactMap(\.self).max()
    }

    /// Seconds, a Go duration, or a date seen from `now`; a date gone by is no wait.
    private static func wait(_ text: String, now: Int64?) -> Duration? {
        if let duration = GoDuration.seconds(text) ?? GoDuration.parse(text) { return duration }
        guard let date = WireInstant.rfc3339(text) ?? WireInstant.httpDate(text), let now else { return nil }
        return .microseconds(max(0, date - now))
    }
}
