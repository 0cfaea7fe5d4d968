import LLMCore
import Testing

@testable import LLMWire

@Suite("Quotas told in words and in the body", .timeLimit(.minutes(2)))
struct WordedQuotaTests {
    /// 2026-11-30 at 00:00 UTC.
    static let now: Int64 = 1_795_996_800_000_000

    @Test(
        "a wait is found in any sentence about coming back",
        arguments: [
            ("2hr 57min", 10_620.0), ("2h57m", 10_620), ("2 hours and 57 minutes", 10_620), ("15 days", 1_296_000),
            ("161h39m41s", 581_981), ("1 day, 3 hours", 97_200), ("about 40 minutes", 2_400), ("90s", 90),
            ("1.5 hours", 5_400), ("3 weeks", 1_814_400), ("750ms", 0.75), ("6m0s", 360),
        ])
    func waits(span: String, seconds: Double) {
        let templates = [
            "Usage limit reached, try again in %.", "Your quota resets in %", "Please wait % and retry",
            "You used it all. Come back in % — it renews by itself", "Limit resets in: % (UTC)",
            "The quota will reset after %.", "available again in %", "Please retry after %",
        ]
        for template in templates {
            let text = template.replacing("%", with: span)
            #expect(RetryHint.delay(in: text)?.milliseconds.rounded() == seconds * 1_000, "\(text)")
        }
    }

    @Test(
        "a span of time that is no wait is none",
        arguments: [
            "Limit of 20 requests per 1 minute", "the 5-hour limit was reached", "your plan renews every 30 days",
            "requests of the last 24 hours: 1000", "answers within 30 seconds are typical", "a trial of 14 days",
        ])
    func noWait(text: String) { #expect(RetryHint.delay(in: text) == nil) }

    @Test(
        "the date at which a limit ends is a wait until then",
        arguments: [
            ("2026-12-05 12:00:00", 475_200.0), ("2026-12-05T12:00:00Z", 475_200), ("2026-12-05 at 12:00 UTC", 475_200),
            ("2026-12-05T13:00:00+01:00", 475_200), ("2026/12/05 12:00", 475_200), ("December 5, 2026 12:00", 475_200),
            ("Dec 5th at 12:00 PM", 475_200), ("5 Dec 2026, 12:00", 475_200), ("2026-12-05 07:00 EST", 475_200),
            ("2026-12-05", 432_000), ("January 2nd", 2_851_200), ("2026-11-30T00:00:07.500Z", 7.5),
            ("12/05/2026", 432_000), ("12/05/2026 12:00", 475_200), ("13/12/2026", 1_123_200),
            ("5-Dec-2026 12:00", 475_200), ("Saturday, 05-Dec-26 12:00:00 GMT", 475_200),
        ])
    func dates(date: String, seconds: Double) {
        for template in [
            "[1310][Weekly/Monthly Limit Exhausted. Your limit will reset at %]", "Quota used up until %.",
            "You will regain access on %",
        ] {
            let limits = ErrorShape.openai.classify(
                template.replacing("%", with: date), status: 429, now: Self.now
            ).limits
            #expect(limits?.retryAfter?.milliseconds == seconds * 1_000, "\(template)")
        }
    }

    @Test(
        "a date in Chinese without a zone is Beijing's time",
        arguments: [
            ("2026-12-05 12:00:00", 446_400.0), ("2026-12-05", 403_200), ("2026-12-05 12:00 UTC", 475_200),
            ("2026-12-05T12:00:00Z", 475_200), ("2026-12-05T12:00:00+02:00", 468_000),
        ])
    func chineseDates(date: String, seconds: Double) {
        for template in ["已达到使用上限。您的限额将在 % 重置。", "本周额度已用完，请于 % 后重试"] {
            let limits = ErrorShape.openai.classify(
                template.replacing("%", with: date), status: 429, now: Self.now
            ).limits
            #expect(limits?.retryAfter?.milliseconds == seconds * 1_000, "\(template)")
        }
    }

    @Test(
        "a wait is found in words, as a countdown and in ISO 8601",
        arguments: [
            ("an hour", 3_600.0), ("a minute", 60), ("one day", 86_400), ("two weeks", 1_209_600),
            ("half an hour", 1_800), ("02:57:13", 10_633), ("0:00:30", 30), ("P2DT3H", 183_600), ("PT1M30.5S", 90.5),
            ("PT45S", 45),
        ])
    func wordedWaits(span: String, seconds: Double) {
        for template in [
            "Usage limit reached. Please try again in %.", "Quota exceeded; retry in %",
            "Rate limit exceeded. Resets in %",
        ] {
            let text = template.replacing("%", with: span)
            #expect(RetryHint.delay(in: text)?.milliseconds.rounded() == (seconds * 1_000).rounded(), "\(text)")
        }
    }

    @Test(
        "the start of the next period is a wait until then",
        arguments: [
            ("next month", 86_400.0), ("at the start of next month", 86_400), ("at the end of the month", 86_400),
            ("on the 1st of each month", 86_400), ("next week", 604_800), ("at the end of this week", 604_800),
            ("the next day", 86_400), ("on the first day of the month", 86_400),
        ])
    func periods(period: String, seconds: Double) {
        for template in ["Quota exhausted. It will be refreshed %.", "Usage limit reached, resets %"] {
            let limits = ErrorShape.openai.classify(
                template.replacing("%", with: period), status: 429, now: Self.now
            ).limits
            #expect(limits?.retryAfter?.milliseconds == seconds * 1_000, "\(template)")
        }
        #expect(ErrorShape.openai.classify("Slow down \(period)", status: 429, now: Self.now).limits?.retryAfter == nil)
    }

    @Test("an error inside a stream names its date as well")
    func inStream() {
        let event =
            #"data: {"error":{"message":"Weekly limit reached, resets at 2026-12-05 12:00","code":429}}"# + "\n\n"
        let decoded = Decoded(
            event.utf8, dialect: .openai, quirks: .generic, status: 200,
            headers: [(name: "date", value: "Mon, 30 Nov 2026 00:00:00 GMT")], cuts: [9])
        #expect(decoded.answer.outcome == .rateLimited)
        #expect(decoded.answer.rateLimit?.retryAfter == .seconds(475_200))
        #expect(decoded.answer.rateLimit?.window == .week)
    }

    @Test("a date gone by, or one without a clock to see it from, is no wait")
    func pastDates() {
        #expect(
            ErrorShape.openai.classify("limit since 2026-11-01", status: 429, now: Self.now).limits?.retryAfter == nil)
        #expect(ErrorShape.openai.classify("resets at 2027-11-01", status: 429).limits?.retryAfter == nil)
    }

    @Test(
        "the window of a quota is read in any spelling",
        arguments: [
            ("Rate limit exceeded: free-models-per-day", LimitWindow.day), ("requests_per_day used up", .day),
            ("PerDayPerProject", .day), ("your daily quota", .day), ("1000 requests/day", .day), ("limit (RPD)", .day),
            ("100 messages per 24 hours is the limit", .day), ("today's free usage is used up", .day),
            ("you have reached your weekly usage limit", .week), ("limit of 7 days reached", .week),
            ("the per-week cap", .week), ("monthly included requests", .month), ("quota per calendar-month", .month),
            ("the limit for 30 days", .month), ("Usage limit reached for 5 hour.", .hour), ("hourly limit", .hour),
            ("tokens per minute (TPM)", .minute), ("requests/min", .minute),
            ("limit reached, resets in 5 hours", .unknown), ("slow down", .unknown),
        ])
    func windows(text: String, window: LimitWindow) {
        #expect(ErrorShape.openai.classify(text, status: 429).limits?.window == window)
    }

    @Test(
        "a quota that comes back is a limit, whatever its status",
        arguments: [400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504])
    func statuses(status: Int) {
        for text in [
            "You have reached your monthly quota", "Daily limit exceeded for this key", "Weekly usage cap hit",
            "Quota exhausted; it resets in 6 hours", "Weekly usage quota reached",
            "You have exceeded today's quota for model m, please try again tomorrow",
            "Too many tokens per day, please wait before trying again.",
            "Daily request quota exceeded for this API key", "You've reached your usage limit for this billing cycle.",
        ] {
            for shape in ErrorShape.allCases {
                #expect(
                    shape.classify(text, status: status, now: Self.now).outcome == .rateLimited, "\(shape): \(text)")
            }
        }
    }

    @Test(
        "a limit of a time is a rate, whatever its code says",
        arguments: [("minute", LimitWindow.minute), ("hour", .hour), ("day", .day), ("month", .month)],
        ["token_quota_exceeded", "too_many_tokens_error", "tokens_limit_exceeded", "max_tokens_exceeded"])
    func codes(unit: (String, LimitWindow), code: String) {
        let body =
            #"{"message":"Tokens per \#(unit.0) limit exceeded - too many tokens processed.","type":"\#(code)","code":"\#(code)"}"#
        let verdict = Samples.classify(429, body, .openai, .generic)
        #expect(verdict.outcome == .rateLimited && verdict.limits?.window == unit.1)
    }

    @Test("an AWS throttle at 400 is a rate", arguments: ["ThrottlingException", "TooManyRequestsException"])
    func awsThrottle(code: String) {
        let body = #"{"__type":"\#(code)","message":"Slow down, please."}"#
        #expect(Samples.classify(400, body, .openai, .generic).outcome == .rateLimited)
    }

    @Test("a busy server that names a wait is no quota", arguments: [502, 503, 504])
    func busy(status: Int) {
        let headers = [(name: "retry-after", value: "30")]
        for text in ["Server capacity exceeded", "The model is overloaded, usage is over the limit"] {
            #expect(ErrorShape.openai.classify(text, status: status, headers: headers).outcome != .rateLimited)
        }
    }

    @Test("a gift that is used up is gone, unless it says when there is more")
    func gifts() {
        let body = #"{"code":"subscription:free-usage-exhausted","error":"It is gone"}"#
        #expect(Samples.classify(429, body, .openai, .generic).outcome == .quotaExhausted)
        for (text, outcome) in [
            ("You've used all the included free usage", AttemptClass.quotaExhausted),
            ("The trial quota is exhausted", .quotaExhausted),
            ("Free quota exhausted. It resets at midnight UTC.", .rateLimited),
            ("You have used all of today's free usage", .rateLimited), ("Rate limit exceeded: free tier", .rateLimited),
        ] { #expect(ErrorShape.openai.classify(text, status: 429, now: Self.now).outcome == outcome, "\(text)") }
    }

    @Test(
        "a member of the body that names the reset counts as a header does",
        arguments: [
            (#""retry_after": 90"#, 90.0), (#""retryAfterMs": 1500"#, 1.5), (#""resets_in_seconds": 86400"#, 86_400),
            (#""resets_at": 1796083200"#, 86_400), (#""resetAt": "1796083200000""#, 86_400),
            (#""quotaResetDelay": "161h39m41.5s""#, 581_981.5), (#""next_flush_time": "2026-12-01 00:00:00""#, 86_400),
            (#""reset_time": "2026-12-01T00:00:00Z""#, 86_400),
            (#""headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1796083200000"}"#, nil),
        ] as [(String, Double?)])
    func members(member: String, seconds: Double?) {
        let body =
            #"{"error":{"message":"Rate limit exceeded","code":429,"metadata":{\#(member),"provider_name":null}}}"#
        let limits = ErrorClassifier.classify(
            status: 429, headers: [], body: Array(body.utf8), dialect: .openai, quirks: .generic, receivedAt: Self.now
        ).2
        #expect(limits?.retryAfter?.milliseconds == seconds.map { $0 * 1_000 })
        guard seconds == nil else { return }
        #expect(limits?.buckets.first?.resetAfter == .seconds(86_400) && limits?.buckets.first?.remaining == 0)
    }

    /// As seen in public reports: antigravity2api #44, openclaude #936, model-hotel #955, dirge #818, claude-code #2127 #38038,
    /// freebuff #1050, gemini-cli #13004, vscode #260423.
    static let known: [(Int, String, AttemptClass, Double, LimitWindow?)] = [
        (
            429, "You have exhausted your capacity on this model. Your quota will reset after 8h44m7s.", .rateLimited,
            31_447, .unknown
        ),
        (
            429, "Usage limit reached for 5 hour. Your limit will reset at 2026-12-01 05:38:28", .rateLimited, 106_708,
            .hour
        ),
        (429, "已达到 5\n小时的使用上限。您的限额将在 2026-12-01 07:41:44 重置。", .rateLimited, 85_304, .unknown),
        (
            400, "You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC.",
            .quotaExhausted, 2_764_800, nil
        ),
        (
            429,
            "You have used all of today’s free usage on this account. Come back in 3h 47m — your free usage resets automatically at midnight Pacific.",
            .rateLimited, 13_620, .day
        ),
        (
            403, "You have reached your monthly chat messages quota. It resets on December 8th.", .rateLimited, 691_200,
            .month
        ),
    ]

    @Test("as providers of today word it", arguments: known)
    func wordings(status: Int, message: String, outcome: AttemptClass, seconds: Double, window: LimitWindow?) {
        let verdict = ErrorShape.openai.classify(message, status: status, now: Self.now)
        #expect(verdict.outcome == outcome && verdict.limits?.window == window)
        #expect(verdict.limits?.retryAfter?.milliseconds.rounded() == seconds * 1_000)
    }
}
