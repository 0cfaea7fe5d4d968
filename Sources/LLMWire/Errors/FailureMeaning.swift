/// A test of words for any failure at all, where a text stands in the place of an answer.
enum FailureMeaning {
    private static let stems = [
        "error", "fail", "exception", "fault", "unavailab", "timeout", "unauthor", "forbid", "denied", "overload",
        "throttl", "exceed", "exhaust", "insufficien", "refus", "reject", "abort", "expired", "disabled", "suspend",
        "disconnect", "unreachable", "unsupported", "invalid", "incorrect", "missing", "crash",
    ]

    static func isTold(in words: MessageWords) -> Bool {
        words.hasStem(stems) || words.pair("too", "many") || words.pair("timed", "out") || words.pair("not", "found")
            || words.pair("bad", "gateway") || words.pair(["limit", "quota"], ["reached", "hit"], gap: 2)
            || words.pair("try", "again", gap: 1)
            || words.pair(["not", "no"], ["available", "enough", "allowed"], gap: 2)
    }
}
