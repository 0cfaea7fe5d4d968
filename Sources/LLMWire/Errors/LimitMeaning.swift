import LLMCore

/// A test of an error's words for a reached rate limit or quota, whatever its status.
enum LimitMeaning {
    private static let limits: Set<String> = [
        "limit", "limits", "quota", "quotas", "allowance", "usage", "cap", "capacity", "限额", "额度",
    ]

    /// A quota that comes back: it names its window, or when.
    static func isQuotaReached(_ words: MessageWords, comesBack: Bool) -> Bool {
        guard words.has(limits) || isUsageWord(words) else { return false }
        guard comesBack || RetryHint.window(in: words) != nil else { return false }
        return words.hasStem(["exceed", "exhaust", "deplet", "reach"]) || words.has(["hit", "used", "over"])
            || words.pair(["ran", "run"], ["out"]) || isUsageWord(words)
    }

    /// Chinese is written without blanks: "已达到 5 小时的使用上限".
    private static func isUsageWord(_ words: MessageWords) -> Bool {
        words.sentences.joined().contains { $0.contains("上限") || $0.contains("限额") || $0.contains("额度") }
    }
}
