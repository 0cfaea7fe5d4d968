import LLMCore

/// The words of a member's name in a usage object: `prompt_audio_seconds`, `candidatesTokenCount`, `num-searches`.
struct UsageWords {
    let words: [String]

    /// The usual names of counts of text, which need not be taken apart.
    static let plain: Set<String> = [
        "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "reasoning_tokens", "input_tokens",
        "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "promptTokenCount",
        "candidatesTokenCount", "totalTokenCount", "thoughtsTokenCount", "cachedContentTokenCount",
    ]

    init(_ name: String) { words = NameWords.split(name) }

    /// `input` or `output`; `nil` where the name does not say.
    var side: String? {
        if words.contains(where: Self.inputWords.contains) { return "input" }
        return words.contains(where: Self.outputWords.contains) ? "output" : nil
    }

    /// The part with a price of its own that the member counts; `nil` where it counts text, or no part at all.
    var part: String? {
        guard !words.contains(where: Self.otherWords.contains) else { return nil }
        if let medium = words.lazy.compactMap({ Self.media[$0] }).first { return medium }
        if namesSearches { return countsSearches(inside: false) ? nil : words.joined(separator: " ") }
        guard words.contains(where: Self.tokenWords.contains) else { return nil }
        let rest = words.filter { word in
            !Self.textWords.contains(word) && !Self.tokenWords.contains(word) && !Self.inputWords.contains(word)
                && !Self.outputWords.contains(word) && !word.contains(where: \.isNumber)
        }
        return rest.isEmpty ? nil : rest.joined(separator: " ")
    }

    /// The member counts web searches: its name says nothing else.
    ///
    /// - Parameter isInside: A member with such a name holds it.
    func countsSearches(inside isInside: Bool) -> Bool {
        (isInside || namesSearches) && words.allSatisfy { Self.searchWords.contains($0) || Self.counting.contains($0) }
    }

    private var namesSearches: Bool { words.contains { $0 != "web" && Self.searchWords.contains($0) } }

    /// The member tells of money, time or a limit.
    var isOther: Bool { words.contains(where: Self.otherWords.contains) }

    private static let tokenWords: Set = ["token", "tokens"]
    private static let inputWords: Set = ["prompt", "input", "request"]
    private static let outputWords: Set = [
        "completion", "completions", "output", "candidates", "response", "generated",
    ]
    /// Kinds of tokens that cost as text does, or as the cache: those are read by their names.
    private static let textWords: Set = [
        "accepted", "assistant", "billed", "cache", "cached", "candidate", "cleared", "content", "context", "count",
        "creation", "deleted", "detail", "details", "draft", "drafted", "ephemeral", "eval", "evaluated", "fresh",
        "function", "functions", "hidden", "history", "hit", "hits", "in", "internal", "message", "messages", "miss",
        "missed", "misses", "n", "native", "new", "non", "num", "number", "of", "out", "predicted", "prediction",
        "processed", "read", "reads", "reason", "reasoning", "rejected", "schema", "speculative", "standard", "system",
        "text", "thinking", "thought", "thoughts", "tool", "tools", "total", "uncached", "units", "usage", "use",
        "used", "user", "visible", "write", "writes", "written",
    ]
    private static let media = [
        "audio": "audio", "speech": "audio", "voice": "audio", "video": "video", "videos": "video", "image": "image",
        "images": "image", "picture": "image", "pictures": "image", "vision": "image", "music": "audio",
        "page": "page", "pages": "page", "file": "file", "files": "file", "document": "document",
        "documents": "document", "citation": "citation", "citations": "citation",
    ]
    private static let otherWords: Set = [
        "budget", "cost", "costs", "discount", "latency", "limit", "max", "maximum", "min", "ms", "per", "price",
        "prices", "rate", "ratio", "remaining", "ticks", "time", "usd",
    ]
    private static let searchWords: Set = ["web", "search", "searches", "searched"]
    private static let counting: Set = [
        "call", "calls", "count", "live", "made", "n", "num", "number", "of", "online", "performed", "queries", "query",
        "request", "requests", "total", "used",
    ]
}
