import LLMCore

/// The wait that an error's message names, used when no header or field does.
enum RetryHint {
    /// The wait in "Please try again in 5.289s", "… in 6m0s", "retry after 30 seconds", "resets in 15 days", "wait 2hr 57min".
    static func delay(in message: String) -> Duration? { WordedWait.longest(in: MessageWords(message)) }

    /// The wait until the date that an error about a limit names, or until the time of day where it names neither date nor wait.
    static func wait(untilDateIn words: MessageWords, now: Int64?) -> Duration? {
        guard let now else { return nil }
        if let date = WordedDate.next(in: words, now: now) { return .microseconds(date - now) }
        guard WordedWait.longest(in: words) == nil, let date = WordedClock.next(in: words, now: now) else { return nil }
        return .microseconds(date - now)
    }

    /// The window of a rate limit: by Google's quota names, by the sentence, else by the one bucket that is empty.
    static func window(
        quotas: [QuotaViolation], words: MessageWords, buckets: [RateLimitReading.Bucket]
    ) -> LimitWindow {
        if quotas.contains(where: { $0.window == .day }) { return .day }
        if let told = window(in: words) { return told }
        if quotas.contains(where: { $0.window == .minute }) { return .minute }
        let spent = Set(buckets.filter { $0.remaining == 0 }.map(\.window))
        return spent.count == 1 ? spent.first ?? .unknown : .unknown
    }

    /// The longest window that a sentence names: `per day`, `requests/day`, `(TPD)`, `daily`, `weekly`, `5-hour`, `requests per 24 hours`.
    static func window(in words: MessageWords) -> LimitWindow? {
        // What is billed by the month comes back by the month.
        if words.pair(["billing", "subscription"], ["cycle", "period"]) { return .month }
        let named = rows.first { words.has($0.alone) || words.pair(lead, $0.unit, gap: 1) }?.window
        if let named, named.isLong { return named }
        return counted(words) ?? named
    }

    private struct Row: Sendable {
        var window: LimitWindow
        /// Words that name it by themselves.
        var alone: Set<String>
        /// Words that name it after "per".
        var unit: Set<String>
    }
    private static let rows = [
        Row(window: .month, alone: ["monthly"], unit: ["month", "months"]),
        Row(window: .week, alone: ["weekly"], unit: ["week", "weeks"]),
        Row(
            window: .day, alone: ["daily", "rpd", "tpd", "today", "perday"], unit: ["day", "days"]),
        Row(window: .hour, alone: ["hourly", "rph", "tph"], unit: ["hour", "hours", "hr"]),
        Row(window: .minute, alone: ["rpm", "tpm"], unit: ["min", "minute", "minutes"]),
    ]
    private static let lead: Set<String> = ["per", "each", "every", "a", "requests", "request", "tokens", "messages"]

    /// `24 hours`, `7-day`, `for 5 hour`: a number of units that a limit is for.
    private static func counted(_ words: MessageWords) -> LimitWindow? {
        let subjects: Set<String> = ["limit", "limits", "window", "quota", "usage", "per", "cap", "period"]
        guard words.has(subjects) else { return nil }
        var longest: LimitWindow?
        for (index, token) in words.tokens.enumerated() {
            guard case .number(let number) = token, let unit = unit(words.tokens, after: index) else { continue }
            guard isWindow(words.tokens, before: index) else { continue }
            let hours = number * unit
            longest = hours >= 24 * 28 ? .month : hours >= 24 * 7 ? .week : hours >= 24 ? .day : .hour
        }
        return longest
    }

    private static let hours: [String: Double] = [
        "hour": 1, "hours": 1, "hr": 1, "hrs": 1, "h": 1, "day": 24, "days": 24, "d": 24, "week": 168, "weeks": 168,
        "month": 720, "months": 720,
    ]

    private static func unit(_ tokens: [MessageWords.Token], after index: Int) -> Double? {
        var next = index + 1
        if next < tokens.count, tokens[next] == .mark("-") { next += 1 }
        guard next < tokens.count, case .word(let word) = tokens[next] else { return nil }
        return hours[word]
    }

    /// Not a wait: "resets in 5 hours" names no window.
    private static func isWindow(_ tokens: [MessageWords.Token], before index: Int) -> Bool {
        guard index > 0, case .word(let lead) = tokens[index - 1] else { return true }
        return !["in", "after", "wait", "another", "about", "resets"].contains(lead)
    }
}
