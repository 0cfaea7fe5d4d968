import LLMCore

/// A test of an error's words for a reached rate limit or quota, whatever its status.
enum LimitMeaning {
    private static let limits: Set<String> = [
        "limit", "limits", "quota", "quotas", "allowance", "usage", "cap", "capacity",
    ]

    /// A quota that comes back: it names its window, or when.
    static func isQuotaReached(_ words: MessageWords, comesBack: Bool) -> Bool {
        guard comesBack || RetryHint.window(in: words) != nil else { return false }
        if words.pair(["many"], counted, gap: 1), RetryHint.window(in: words) != nil { return true }
        guard words.has(limits) else { return false }
        return words.hasStem(["exceed", "exhaust", "deplet", "reach"]) || words.has(["hit", "used", "over"])
            || words.pair(["ran", "run"], ["out"]) || words.pair("not", "enough")
    }

    private static let counted: Set<String> = ["tokens", "messages", "calls", "queries", "requests", "prompts"]

    /// The same by the sentence alone, for a status that means something else: a header of a busy server names a wait too.
    static func isQuotaTold(_ text: ErrorText) -> Bool {
        let words = text.words
        let isQuota = words.has(limits.subtracting(["capacity"])) || words.pair(["many"], counted, gap: 1)
        let comesBack = WordedWait.longest(in: words).map { $0 > .zero } ?? (text.dated != nil)
        return isQuota && !words.has(["overloaded", "context"]) && isQuotaReached(words, comesBack: comesBack)
    }

    /// `ThrottlingException`, `RateLimitExceeded`, `TooManyRequestsException`.
    static func isRateCode(_ code: MessageWords) -> Bool {
        code.hasStem(["throttl"]) || code.has("ratelimit") || code.pair("many", "requests")
            || code.pair("rate", "limit")
    }

    /// Too many requests in a time, in whatever words, where the status does not say it.
    static func isRateExceeded(_ words: MessageWords) -> Bool {
        // Requests of many pictures have a size.
        if words.has(["pixel", "pixels", "dimension", "dimensions"]) { return false }
        if words.pair(["many"], ["requests", "request"], gap: 1)
            || words.pair(["requests", "request"], ["many"], gap: 2)
        {
            return true
        }
        let names =
            words.pair(["rate", "concurrency", "concurrent"], ["limit", "limits", "limited"], gap: 1)
            || words.pair(["request", "requests"], ["limit", "limits"])
            || words.pair(["limit", "limits"], ["requests", "rate"], gap: 1) || words.has("ratelimit")
        return names
            && (words.hasStem(["exceed", "exhaust", "reach", "limited", "throttl"]) || words.has(["hit", "over"]))
            || words.has(["throttled", "throttling"])
    }
}
