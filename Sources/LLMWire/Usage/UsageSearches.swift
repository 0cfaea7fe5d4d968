import LLMCore

/// Web searches that are billed per call and that a body shows without counting them in its usage.
enum UsageSearches {
    /// `nil` when the body shows none.
    static func count(in body: JSONValue, dialect: WireDialect) -> Int? {
        let count =
            switch dialect {
            case .openaiResponses: body["output"]?.array?.filter(isSearch).count ?? 0
            case .gemini: (body["candidates"]?.array ?? []).reduce(0) { $0 + queries(in: $1) }
            case .openai, .anthropic: 0
            }
        return count > 0 ? count : nil
    }

    /// Opening a page and looking for a word in it belong to the search that found it; one that failed is not billed.
    private static func isSearch(_ item: JSONValue) -> Bool {
        guard item["type"] == "web_search_call", item["status"] != "failed" else { return false }
        return item["action"]?["type"]?.string.map { $0 == "search" } ?? true
    }

    /// The searches that a Gemini candidate is grounded on: queries that differ and say something.
    static func queries(in candidate: JSONValue) -> Int {
        let queries = candidate["groundingMetadata"]?["webSearchQueries"]?.array ?? []
        return Set(queries.compactMap { $0.string?.trimmed }.filter { !$0.isEmpty }).count
    }
}
