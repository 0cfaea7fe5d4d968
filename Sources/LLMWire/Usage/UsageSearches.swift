import LLMCore

/// Web searches that are billed per call and that a body shows without counting them in its usage.
enum UsageSearches {
    /// `nil` when the body shows none.
    static func count(in body: JSONValue, dialect: WireDialect) -> Int? {
        let count =
            switch dialect {
            case .openaiResponses:
                body["output"]?.array?.filter { $0["type"] == "web_search_call" }.count ?? 0
            case .gemini: (body["candidates"]?.array ?? []).reduce(0) { $0 + queries(in: $1) }
            case .openai, .anthropic: 0
            }
        return count > 0 ? count : nil
    }

    /// The searches that a Gemini candidate is grounded on.
    static func queries(in candidate: JSONValue) -> Int {
        candidate["groundingMetadata"]?["webSearchQueries"]?.array?.count ?? 0
    }
}
