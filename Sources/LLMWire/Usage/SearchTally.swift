import LLMCore

/// Web searches that are billed per call and that an answer shows beside its usage.
struct SearchTally: Sendable, Hashable {
    /// Each by what tells it from the others, so that one told twice is one.
    private var searches: Set<String> = []
    /// The answer shows that the web was searched, whatever it says of how often.
    private var showsSearch = false

    init() {}

    /// Of a whole body.
    init(_ body: JSONValue, dialect: WireDialect) {
        switch dialect {
        case .openaiResponses: takeItems(body["output"]?.array ?? [])
        case .gemini:
            for (index, candidate) in (body["candidates"]?.array ?? []).enumerated() { take(candidate, at: index) }
        case .openai:
            takeSources(of: body)
            for choice in body["choices"]?.array ?? [] {
                (choice["message"] ?? choice["delta"]).map { takeMessage($0) }
            }
        case .anthropic:
            for (index, block) in (body["content"]?.array ?? []).enumerated() { takeBlock(block, at: index) }
        }
    }

    /// `nil` when the answer shows none that could be counted.
    var count: Int? { searches.isEmpty ? nil : searches.count }

    /// The web was searched, and how often is not shown.
    var isUncounted: Bool { showsSearch && searches.isEmpty }

    /// The output of the Responses API. Opening a page and looking for a word in it belong to the search that found it; one that failed
    /// is not billed.
    mutating func takeItems(_ items: [JSONValue]) {
        for (index, item) in items.enumerated() {
            guard item["type"] == "web_search_call", item["status"] != "failed" else { continue }
            guard item["action"]?["type"]?.string.map({ $0 == "search" }) ?? true else { continue }
            searches.insert("\(index)")
        }
    }

    /// A content block of Anthropic's. A search whose result is an error is not billed.
    mutating func takeBlock(_ block: JSONValue, at index: Int) {
        if block["type"] == "web_search_tool_result", block["content"]?["type"] == "web_search_tool_result_error",
            let failed = block["tool_use_id"]?.string
        {
            searches.remove(failed)
        }
        guard block["type"] == "server_tool_use", block["name"] == "web_search" else { return }
        searches.insert(block["id"]?.string ?? "\(index)")
    }

    /// A candidate of Gemini's: it is billed by queries that differ and say something, over all chunks of a stream.
    mutating func take(_ candidate: JSONValue, at index: Int) {
        guard let grounding = candidate["groundingMetadata"] else { return }
        let queries = (grounding["webSearchQueries"]?.array ?? []).compactMap { $0.string?.trimmed }
        searches.formUnion(queries.filter { !$0.isEmpty }.map { "\(index) \($0)" })
        let pages = (grounding["groundingChunks"]?.array ?? []).contains { $0["web"] != nil }
        if pages || grounding["searchEntryPoint"]?.object?.isEmpty == false { showsSearch = true }
    }

    /// A message of a chat, or a piece of one: tools that its server ran, pages that it cites.
    mutating func takeMessage(_ message: JSONValue) {
        for (position, tool) in (message["executed_tools"]?.array ?? []).enumerated() where ExecutedTool.isSearch(tool)
        {
            searches.insert("\(tool["index"]?.int ?? position)")
        }
        if (message["annotations"]?.array ?? []).contains(where: { $0["type"] == "url_citation" }) {
            showsSearch = true
        }
        takeSources(of: message)
    }

    /// Lists of what a search found, as Perplexity and its like send them.
    mutating func takeSources(of body: JSONValue) {
        for source in ["citations", "search_results"].lazy.flatMap({ body[$0]?.array ?? [] }) {
            let address = source.string ?? source["url"]?.string
            if address?.lowercased().hasPrefix("http") == true { showsSearch = true }
        }
    }

    /// The searches that a usage object counts, under any name; `nil` when it counts none.
    static func count(inUsage usage: JSONValue) -> Int? {
        let count = largest(in: usage.object ?? JSONObject(), isInside: false)
        return count > 0 ? count : nil
    }

    /// A search whose number is not in the usage, only how it was made.
    static func isShown(inUsage usage: JSONValue) -> Bool { usage["search_context_size"]?.string?.isEmpty == false }

    private static func largest(in object: JSONObject, isInside: Bool) -> Int {
        object.reduce(0) { most, member in
            guard member.value.object != nil || UsageFields.amount(member.value) ?? 0 > 0,
                !UsageWords.plain.contains(member.key)
            else { return most }
            let words = UsageWords(member.key)
            guard !words.isOther else { return most }
            if let inner = member.value.object {
                return max(most, largest(in: inner, isInside: isInside || words.countsSearches(inside: false)))
            }
            guard words.countsSearches(inside: isInside), let amount = UsageFields.amount(member.value) else {
                return most
            }
            return max(most, Int(exactly: amount.rounded(.up)) ?? 0)
        }
    }
}

/// A tool that a server ran while it answered, as Groq lists them.
enum ExecutedTool {
    static func isSearch(_ tool: JSONValue) -> Bool {
        let words = UsageWords(name(of: tool)).words + UsageWords(tool["name"]?.string ?? "").words
        let opens = words.contains { ["find", "open", "visit", "click", "automation"].contains($0) }
        return words.contains("search") && !opens
    }

    static func name(of tool: JSONValue) -> String {
        let name = tool["type"]?.string ?? tool["name"]?.string ?? "tool"
        return UsageWords(name).words.joined(separator: " ")
    }
}
