import LLMCore

/// A test of an error's words for a reached rate limit or quota, whatever its status.
enum LimitMeaning {
    private static let limits: Set<String> = [
        "limit", "limits", "quota", "quotas", "allowance", "usage", "cap", "capacity",
    ]

    /// A quota that comes back: it names its window, or when.
    static func isQuotaReached(_ words: MessageWords, comesBack: Bool) -> Bool {
        guard words.has(limits), comesBack || RetryHint.window(in: words) != nil else { return false }
        return words.hasStem(["exceed", "exhaust", "deplet", "reach"]) || words.has(["hit", "used", "over"])
            || words.pair(["ran", "run"], ["out"]) || words.pair("not", "enough")
    }

    /// Too many requests in a time, in whatever words, where the status does not say it.
    static func isRateExceeded(_ words: MessageWords) -> Bool {
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
