import LLMCore

extension AnswerState {
    /// The outcome of the answer, decided once, when no more bytes will come.
    ///
    /// A failure in the body comes first, then a missing terminal marker: neither may pass for a success, whatever text came
    /// before.
    func outcome() -> (AttemptClass, ProviderFailure?) {
        if let failure { return (failure.outcome, failure.words) }
        guard sawTerminal else {
            return (.streamTruncated, ProviderFailure(message: "the stream ended without its terminal marker"))
        }
        let words = finishMessage.map {
            ProviderFailure(type: finish?.raw, message: Redaction.message($0, secrets: secrets))
        }
        if let blockReason {
            let words = ProviderFailure(code: blockReason, message: "the prompt was blocked: \(blockReason)")
            return (.contentFilter, words)
        }
        if let word = finish?.raw, let outcome = FinishReasons.failures[word] {
            return (outcome, words ?? ProviderFailure(message: "the server broke off: its finish reason is \(word)"))
        }
        switch finish?.kind {
        case .contentFilter: return (.contentFilter, words)
        case .refusal: return (.refusal, words)
        case .length: return (.lengthTruncated, words)
        default: break
        }
        if refused { return (.refusal, words) }
        if let trouble = toolTrouble { return (.toolCallInvalid, words ?? ProviderFailure(message: trouble)) }
        if answerCharacters == 0, !toolCallDelivered, finish?.kind != .pause { return (.emptyOutput, words) }
        return (.ok, nil)
    }

    func answer(rateLimit: RateLimitReading?) -> DecodedAnswer {
        let (outcome, words) = outcome()
        return DecodedAnswer(
            outcome: outcome, failure: words, usage: usageReading(), finish: finish, servedModel: servedModel,
            responseID: responseID, systemFingerprint: systemFingerprint,
            rateLimit: Self.merged(rateLimit, failure?.limits), answerCharacters: answerCharacters,
            thinkingCharacters: thinkingCharacters, toolCallDelivered: toolCallDelivered)
    }

    private func usageReading() -> UsageReading? {
        guard let usage, var reading = UsageNormalizer.read(usage, dialect: dialect, quirks: quirks) else { return nil }
        if let serviceTier { reading.priceContext["service_tier"] = serviceTier }
        if let webSearches, reading.tokens.webSearches == nil { reading.tokens.webSearches = webSearches }
        // A gateway that did not count fills in zeros: a text that was read from nothing and written with nothing is unknown.
        let counted = [reading.tokens.promptTokens, reading.tokens.outputTokens].contains { $0 != 0 }
        if answerCharacters > 0, !counted { reading.tokens = TokenUsage() }
        // A cut stream's count so far is not what will be billed.
        if !outputIsFinal {
            reading.tokens.outputTokens = nil
            reading.tokens.reasoningTokens = nil
        }
        return reading
    }

    private var toolTrouble: String? {
        if let finish, FinishReasons.toolFailures.contains(finish.raw) {
            return "the model's tool call was \(finish.raw)"
        }
        for (index, arguments) in toolArguments.sorted(by: { $0.key < $1.key }) where !arguments.isEmpty {
            if (try? JSONValue.parse(arguments)) == nil {
                return "the arguments of tool call \(index) are not valid JSON"
            }
        }
        return nil
    }

    private static func merged(_ headers: RateLimitReading?, _ body: RateLimitReading?) -> RateLimitReading? {
        guard var reading = headers else { return body }
        guard let body else { return reading }
        reading.retryAfter = [reading.retryAfter, body.retryAfter].compactMap(\.self).max()
        reading.shouldRetry = body.shouldRetry ?? reading.shouldRetry
        reading.window = body.window ?? reading.window
        return reading
    }
}
