import LLMCore

/// The name of a limit's header taken apart: `x-ratelimit-reset-tokens-minute`, `anthropic-ratelimit-input-tokens-reset`, `ratelimit-limit`.
struct LimitHeader: Sendable, Hashable {
    enum Part: String, Sendable {
        case limit, remaining, reset, status
        /// The used share, in percent.
        case used
    }
    /// The name without its part: headers of one limit share it. Empty for `x-ratelimit-reset`.
    var family: [String]
    var part: Part
    /// `nil` for what is counted in neither requests nor tokens (images, spending).
    var resource: RateLimitReading.Bucket.Resource?
    /// `nil` where the name does not say.
    var window: LimitWindow?
    /// The unit of a plain number in a reset.
    var unit: ResetValue.Unit
    /// The name of a reset says that it is a wait, and of which unit.
    var isWait: Bool

    private static let prefixes = [
        "x-ratelimit-", "x-rate-limit-", "anthropic-ratelimit-", "ratelimit-", "rate-limit-", "x-codex-",
    ]
    private static let passedOn = "llm_provider-"
    private static let firstLetters = Set((prefixes + [passedOn]).compactMap(\.utf8.first))
    private static let fillers: Set<String> = [
        "after", "in", "at", "ms", "millis", "milliseconds", "s", "seconds", "time", "timestamp", "epoch", "date",
        "percent",
    ]
    private static let windows: [String: LimitWindow] = [
        "minute": .minute, "min": .minute, "1m": .minute, "hour": .hour, "1h": .hour, "5h": .hour, "day": .day,
        "daily": .day, "1d": .day, "week": .week, "7d": .week, "month": .month,
    ]

    /// `nil` for a header that is about no limit.
    init?(_ name: String) {
        // By bytes, and most by one: every header of every response is asked here.
        guard let first = name.utf8.first, Self.firstLetters.contains(first) else { return nil }
        // LiteLLM passes on what the provider said under a prefix of its own.
        let name = name.hasPrefix(Self.passedOn) ? name.dropFirst(Self.passedOn.count) : name[...]
        guard let prefix = Self.prefixes.first(where: { name.utf8.starts(with: $0.utf8) }) else { return nil }
        var words = name.dropFirst(prefix.count).split { $0 == "-" || $0 == "_" }.map(String.init)
        guard let index = words.firstIndex(where: { Part(rawValue: $0) != nil }),
            let part = Part(rawValue: words[index])
        else { return nil }
        // A count of what is used says nothing without its limit.
        if part == .used, !words.contains("percent") { return nil }
        words.remove(at: index)
        unit = words.contains { ["ms", "millis", "milliseconds"].contains($0) } ? .milliseconds : .seconds
        // `reset-after` is a wait, as a plain reset may be, and so is `reset-in-seconds`.
        isWait = !Set(words).isDisjoint(with: ["after", "in"])
        words.removeAll(where: Self.fillers.contains)
        self.part = part
        family = words
        let places = words.compactMap { Self.windows[$0] }
        window = places.first
        resource = Self.resource(of: words.filter { Self.windows[$0] == nil })
    }

    private static func resource(of words: [String]) -> RateLimitReading.Bucket.Resource? {
        switch words {
        case [], ["requests"], ["request"], ["req"]: .requests
        case ["tokens"], ["token"]: .tokens
        case ["input", "tokens"], ["prompt", "tokens"]: .inputTokens
        case ["output", "tokens"], ["completion", "tokens"]: .outputTokens
        default: nil
        }
    }
}
