package import LLMCore

/// Turns a provider's usage object into one form, whatever that provider counts inside what.
///
/// | API | prompt total | cached read | cache write | reasoning |
/// |---|---|---|---|---|
/// | OpenAI chat, Groq, llama.cpp | `prompt_tokens` | inside | inside | inside `completion_tokens` |
/// | xAI chat | `prompt_tokens` | inside | - | outside `completion_tokens` |
/// | Responses (OpenAI, xAI) | `input_tokens` | inside | inside | inside `output_tokens` |
/// | Anthropic | input + read + creation | outside | outside | inside `output_tokens` |
/// | Gemini | prompt + tool use | inside | - | outside `candidatesTokenCount`, inside where the total says so |
package enum UsageNormalizer {
    /// Reads a raw usage object.
    ///
    /// - Returns: `nil` when `usage` is not an object with a count in it. An object that contradicts itself (more cached than
    ///   read, a negative count) keeps its raw form and leaves its tokens unknown.
    package static func read(_ usage: JSONValue, dialect: WireDialect, quirks: DialectQuirks) -> UsageReading? {
        let fields = UsageFields(usage)
        guard fields.holdsCounts else { return nil }
        var tokens =
            switch dialect {
            case .openai: chat(fields, countsReasoningOutside: quirks.reasoningOutsideOutput)
            case .openaiResponses: responses(fields)
            case .anthropic: anthropic(fields)
            case .gemini: gemini(fields)
            }
        if !fields.isSound || !tokens.promptHoldsItsParts || fields.totalIsBelowItsParts || fields.totalExceeds(tokens)
        {
            tokens = TokenUsage()
        }
        tokens.mendReasoning()
        // No model answers nothing: a gateway that did not count fills in zeros.
        if tokens.promptTokens == 0, tokens.outputTokens ?? 0 > 0 { tokens.forgetPrompt() }
        if tokens.webSearches == nil { tokens.webSearches = SearchTally.count(inUsage: usage) }
        var reading = UsageReading(
            raw: usage, tokens: tokens, billed: billed(usage, quirks: quirks), priceContext: context(usage),
            unpricedParts: UnpricedParts.inUsage(usage))
        reading.searchesAreUncounted = tokens.webSearches == nil && SearchTally.isShown(inUsage: usage)
        if dialect == .anthropic {
            reading.turns = UsageTurns.turns(of: usage, read: anthropic)
            reading.promptIsSum = UsageTurns.usedServerTools(usage)
        }
        return reading
    }

    /// Reads a whole response body, with what stands beside its usage: service tier, speed, region, searches made.
    ///
    /// A bare usage object is accepted too.
    package static func readBody(_ body: JSONValue, dialect: WireDialect, quirks: DialectQuirks) -> UsageReading? {
        let answer = body["response"]?.object != nil ? body["response"] ?? body : body
        let found = UsagePlaces.find(in: answer, quirks: quirks)
        guard var reading = read(found ?? answer, dialect: dialect, quirks: quirks) else { return nil }
        guard found != nil else { return reading }
        reading.priceContext.merge(context(answer)) { $1 }
        reading.unpricedParts = UnpricedParts.unique(reading.unpricedParts + UnpricedParts.inBody(answer))
        reading.take(SearchTally(answer, dialect: dialect))
        return reading
    }

    // MARK: Dialects

    private static func chat(_ usage: UsageFields, countsReasoningOutside: Bool) -> TokenUsage {
        let named = usage["prompt_tokens"] ?? usage["input_tokens"] ?? usage["promptTokens"] ?? usage["inputTokens"]
        let completion =
            usage["completion_tokens"] ?? usage["output_tokens"] ?? usage["completionTokens"] ?? usage["outputTokens"]
        let reasoning = usage.largest(reasoningNames, within: outputDetails, or: ownReasoningNames)
        let written = usage.largest(cacheWriteNames, within: promptDetails, or: ownCacheWriteNames)
        let read = usage.largest(cacheReadNames, within: promptDetails, or: ownCacheReadNames)
        let rest = UsageFields.sum(named, completion).flatMap { counted in usage.total.map { $0 - counted } }
        // An answer's own total tells what was counted beside its prompt and its completion; the quirks only when it does not.
        let outside =
            rest.flatMap { TokensOutside(explaining: $0, read: read, written: written, reasoning: reasoning) }
            ?? TokensOutside(reasoning: countsReasoningOutside ? reasoning ?? 0 : 0)
        return TokenUsage(
            promptTokens: named.map { $0 + outside.caches }, cacheReadTokens: read, cacheWriteTokens: written,
            outputTokens: completion.map { $0 + outside.reasoning }, reasoningTokens: reasoning)
    }

    private static let promptDetails = [
        "prompt_tokens_details", "input_tokens_details", "prompt_token_details", "input_token_details",
    ]
    private static let outputDetails = [
        "completion_tokens_details", "output_tokens_details", "completion_token_details", "output_token_details",
    ]
    private static let reasoningNames = ["reasoning_tokens", "thinking_tokens", "reasoning"]
    private static let ownReasoningNames = ["reasoning_tokens", "thinking_tokens", "reasoningTokens"]
    // Gateways before Anthropic keep its cache fields in a usage of OpenAI's shape.
    private static let cacheWriteNames = [
        "cache_write_tokens", "cache_creation_tokens", "cache_creation_input_tokens", "cache_creation",
    ]
    private static let ownCacheWriteNames = [
        "cache_creation_input_tokens", "cache_write_tokens", "cacheWriteInputTokens",
    ]
    private static let cacheReadNames = [
        "cached_tokens", "cache_read_input_tokens", "cache_read_tokens", "cached_input_tokens", "cache_read",
    ]
    private static let ownCacheReadNames = [
        "prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens", "cache_read_tokens",
        "cached_input_tokens", "prompt_cached_tokens", "num_cached_tokens", "cached_prompt_tokens",
        "cached_content_token_count", "cachedContentTokenCount", "cacheReadInputTokens", "cachedInputTokens",
    ]

    private static func responses(_ usage: UsageFields) -> TokenUsage {
        var tokens = chat(usage, countsReasoningOutside: false)
        tokens.webSearches = usage["server_side_tool_usage_details", "web_search_calls"]
        return tokens
    }

    private static func anthropic(_ usage: UsageFields) -> TokenUsage {
        let read = usage["cache_read_input_tokens"]
        let hour = usage["cache_creation", "ephemeral_1h_input_tokens"]
        let split = UsageFields.sum(usage["cache_creation", "ephemeral_5m_input_tokens"], hour)
        let written = usage["cache_creation_input_tokens"] ?? split
        let prompt = usage["input_tokens"].flatMap { UsageFields.sum($0, read ?? 0, written ?? 0) }
        return TokenUsage(
            promptTokens: prompt, cacheReadTokens: read,
            // The total holds both kinds of write; what was not kept for an hour was kept for minutes.
            cacheWriteTokens: written.map { max(0, $0 - (hour ?? 0)) }, cacheWrite1hTokens: hour,
            outputTokens: usage["output_tokens"], reasoningTokens: usage["output_tokens_details", "thinking_tokens"],
            webSearches: usage["server_tool_use", "web_search_requests"])
    }

    private static func gemini(_ usage: UsageFields) -> TokenUsage {
        let thoughts = usage["thoughtsTokenCount"]
        let prompt = usage["promptTokenCount"].flatMap {
            UsageFields.sum($0, usage["toolUsePromptTokenCount"] ?? 0)
        }
        // Google leaves out a count that is zero.
        let candidates = usage["candidatesTokenCount"] ?? 0
        // Some versions and gateways count the thoughts among the candidates too: then these make up the total without them.
        let isInside = candidates >= thoughts ?? 0 && UsageFields.sum(prompt, candidates) == usage.total
        return TokenUsage(
            promptTokens: prompt, cacheReadTokens: usage["cachedContentTokenCount"],
            outputTokens: isInside ? candidates : UsageFields.sum(candidates, thoughts ?? 0), reasoningTokens: thoughts)
    }

    // MARK: Money

    /// The cost that the server charged: in ticks, in dollars or in cents.
    static func billed(_ usage: JSONValue, quirks: DialectQuirks) -> USD? {
        if let field = quirks.billedTicksField, let ticks = usage[field]?.int, ticks >= 0 {
            let picoPerTick: Int64 = 100
            let amount = Int64(ticks).multipliedReportingOverflow(by: picoPerTick)
            return amount.overflow ? nil : USD(pico: amount.partialValue)
        }
        let cost = BilledCost.find(in: usage)
        // With a key of one's own the gateway's share, which may be nothing, comes beside what the upstream charges.
        let upstream = usage["is_byok"] == true || cost == nil ? BilledCost.upstream(usage) : nil
        guard let cost, let upstream else { return (cost ?? upstream).flatMap { USD(rounding: $0) } }
        return cost.plus(upstream).flatMap { USD(rounding: $0) }
    }

    private static let contextFields = [
        "service_tier": "service_tier", "serviceTier": "service_tier", "speed": "speed",
        "inference_geo": "inference_geo",
    ]

    /// The facts that move the price, from a usage object or from the body around it.
    static func context(_ value: JSONValue) -> [String: String] {
        var context: [String: String] = [:]
        for (field, key) in contextFields {
            if let text = value[field]?.string { context[key] = text }
        }
        return context
    }
}

/// Tokens that a server counts beside its prompt and its completion.
private struct TokensOutside {
    var caches = 0
    var reasoning = 0

    init(reasoning: Int) { self.reasoning = reasoning }

    /// - Parameter rest: What the total holds beyond prompt and completion.
    /// - Returns: `nil` when no parts that were counted are so many.
    init?(explaining rest: Int, read: Int?, written: Int?, reasoning: Int?) {
        let (read, written, reasoning) = (read ?? 0, written ?? 0, reasoning ?? 0)
        for caches in [0, read + written, read, written] {
            for thought in [0, reasoning] where caches + thought == rest {
                (self.caches, self.reasoning) = (caches, thought)
                return
            }
        }
        return nil
    }
}

extension TokenUsage {
    /// Mends more reasoning than output. Seen at OpenRouter: eleven of ten; the total is what is billed, the part is not known. Where the
    /// reasoning is far more, the output is too little: it was counted beside it.
    fileprivate mutating func mendReasoning() {
        guard let output = outputTokens, let reasoning = reasoningTokens, reasoning > output else { return }
        if reasoning > output + max(output / 4, 1) { outputTokens = nil }
        reasoningTokens = nil
    }

    fileprivate var promptHoldsItsParts: Bool {
        let parts = (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0) + (cacheWrite1hTokens ?? 0)
        return promptTokens.map { parts <= $0 } ?? true
    }
}
