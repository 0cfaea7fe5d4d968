import LLMCore

extension AnswerState {
    /// Takes in what a chat's message, or a piece of one, shows beside its tokens.
    mutating func takeParts(ofMessage message: JSONObject) {
        // A text alone, as in nearly every piece of a stream, shows nothing.
        guard
            message.contains(where: {
                Self.telling.contains($0.key) && ($0.value.array ?? $0.value.object.map { _ in [] }) != nil
            })
        else { return }
        searches.takeMessage(.object(message))
        add(UnpricedParts.inMessage(.object(message)))
    }

    /// Takes in what a candidate of Gemini's shows beside its tokens: every chunk of a stream may show more.
    mutating func takeParts(ofCandidate candidate: JSONValue, at index: Int) {
        searches.take(candidate, at: index)
        add(UnpricedParts.inCandidate(candidate))
    }

    private mutating func add(_ parts: [String]) {
        if !parts.isEmpty { unpricedParts = UnpricedParts.unique(unpricedParts + parts) }
    }

    /// Members of a message that may cost more than its tokens.
    private static let telling: Set<String> = [
        "annotations", "audio", "citations", "content", "executed_tools", "images", "search_results",
    ]

    /// The usage as far as it can be trusted, with all that the answer shows beside it.
    func usageReading() -> UsageReading? {
        guard var reading = usage.flatMap({ UsageNormalizer.read($0, dialect: dialect, quirks: quirks) }) else {
            let cost = usage.flatMap { UsageNormalizer.billed($0, quirks: quirks) } ?? costInHead
            return cost.map { UsageReading(raw: usage ?? .null, tokens: TokenUsage(), billed: $0) }
        }
        if let serviceTier { reading.priceContext["service_tier"] = serviceTier }
        reading.billed = reading.billed ?? costInHead
        reading.take(searches)
        reading.unpricedParts = UnpricedParts.unique(reading.unpricedParts + unpricedParts)
        // A gateway that did not count fills in zeros: a text that was read from nothing, or written with nothing, is unknown.
        if deliveredSize > 0 {
            if reading.tokens.outputTokens == 0 {
                reading.tokens.outputTokens = nil
                reading.tokens.reasoningTokens = nil
            }
            if reading.tokens.promptTokens == 0 { reading.tokens.forgetPrompt() }
        }
        // A cut stream's count so far is not what will be billed.
        if !outputIsFinal {
            reading.tokens.outputTokens = nil
            reading.tokens.reasoningTokens = nil
        }
        return reading
    }
}

extension UsageReading {
    /// Takes in the searches that stand beside the usage, where it counts none itself.
    mutating func take(_ searches: SearchTally) {
        guard tokens.webSearches == nil else { return }
        tokens.webSearches = searches.count
        if searches.isUncounted { searchesAreUncounted = true }
        if tokens.webSearches != nil { searchesAreUncounted = false }
    }
}

extension TokenUsage {
    /// The prompt was not counted, nor any part of it.
    mutating func forgetPrompt() {
        promptTokens = nil
        cacheReadTokens = nil
        cacheWriteTokens = nil
        cacheWrite1hTokens = nil
    }
}
