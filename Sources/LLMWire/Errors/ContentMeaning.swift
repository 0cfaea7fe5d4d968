/// A test of an error's words and codes for a filter that stopped what was asked or answered.
enum ContentMeaning {
    private static let bad: Set<String> = [
        "inappropriate", "harmful", "unsafe", "sensitive", "prohibited", "objectionable", "disallowed",
        "offensive", "toxic", "unlawful", "illicit", "abusive",
    ]
    private static let matter: Set<String> = ["content", "contents", "material", "language", "information", "text"]
    private static let guards: Set<String> = ["safety", "moderation", "guardrail", "guardrails", "censorship"]
    private static let stops: Set<String> = [
        "blocked", "rejected", "refused", "flagged", "filtered", "stopped", "denied", "triggered", "violates",
        "violate",
        "violated", "violation", "violations", "intervened",
    ]

    static func isFiltered(_ words: MessageWords) -> Bool {
        if words.pair(bad, matter, gap: 2) || words.pair("sexually", "explicit") { return true }
        // Settings of a filter are a parameter.
        if words.has(["settings", "setting", "identifier", "parameter", "field"]) { return false }
        return words.pair(stops, guards, gap: 5) || words.pair(guards, stops, gap: 4)
            || words.pair(stops, ["content", "usage", "acceptable"], gap: 4)
                && words.pair(
                    ["content", "usage", "acceptable", "use"], ["policy", "policies", "guidelines", "filter"], gap: 2)
            || words.pair(["content", "usage", "acceptable", "use"], ["policy", "policies", "guidelines"], gap: 2)
                && words.pair(["policy", "policies", "guidelines"], stops, gap: 4)
            || words.pair(["content"], ["filter", "filters"]) && words.has(stops)
    }

    /// `data_inspection_failed`, `safety_violation`, `ContentFiltered`, `moderation_blocked`.
    static func isCode(_ code: MessageWords) -> Bool {
        code.pair(["data", "content"], ["inspection", "filter", "filtered", "moderation", "violation"])
            || code.has(guards) && code.has(stops) || code.pair(["content"], ["policy"]) && code.has(stops)
            || code.pair(bad, matter)
    }
}
