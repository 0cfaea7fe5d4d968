/// A test of words for any failure at all, where a text stands in the place of an answer.
enum FailureMeaning {
    private static let stems = [
        "error", "fail", "exception", "fault", "unavailab", "timeout", "unauthor", "forbid", "denied", "overload",
        "throttl", "exceed", "exhaust", "insufficien", "refus", "reject", "abort", "expired", "disabled", "suspend",
        "disconnect", "unreachable", "unsupported", "invalid", "incorrect", "missing", "crash",
    ]

    /// Words for the end of a server, a worker or a connection.
    private static let ends: Set<String> = [
        "died", "dead", "dies", "killed", "lost", "broken", "broke", "wrong", "problem", "panic", "panicked", "oom",
        "cannot", "unable", "terminated", "cancelled", "canceled", "interrupted", "corrupt", "corrupted",
    ]
    private static let endings: Set<String> = [
        "complete", "finish", "continue", "respond", "responding", "process", "handle", "connect", "reach", "generate",
        "load", "serve",
    ]
    /// Words of a server that is at work, or done.
    private static let life = [
        "process", "queue", "wait", "start", "load", "warm", "ping", "pong", "alive", "heart", "beat", "progress",
        "ok", "success", "connect", "ready", "running", "work", "think", "generat", "hello", "welcome", "ack",
        "accept", "receiv", "schedul", "pend", "init", "begin", "begun", "complet", "finish", "done", "stream",
        "search", "keep", "open", "prepar", "stage", "step", "final", "bye", "thank", "info", "status", "end",
    ]

    /// The words of a text tell that its server lives, and of no failure.
    static func isSignOfLife(_ words: MessageWords) -> Bool {
        words.sentences.isEmpty || !isTold(in: words) && words.hasStem(life)
    }

    static func isTold(in words: MessageWords) -> Bool {
        words.hasStem(stems) || words.pair("too", "many") || words.pair("timed", "out") || words.pair("not", "found")
            || words.pair("bad", "gateway") || words.pair(["limit", "quota"], ["reached", "hit"], gap: 2)
            || words.pair("try", "again", gap: 1)
            || words.pair(["not", "no"], ["available", "enough", "allowed"], gap: 2) || words.has(ends)
            || words.pair("out", "memory", gap: 1) || words.pair(["not", "cannot"], endings, gap: 1)
    }
}
