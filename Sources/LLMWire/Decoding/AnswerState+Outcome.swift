import LLMCore

extension AnswerState {
    /// The outcome of the answer, decided once, when no more bytes will come.
    ///
    /// A failure in the body comes first, then a missing terminal marker: neither may pass for a success, whatever text came
    /// before.
    func outcome() -> (AttemptClass, ProviderFailure?) {
        if let failure { return (failure.outcome, failure.words) }
        guard isWhole else {
            return (.streamTruncated, ProviderFailure(message: "the stream ended without its terminal marker"))
        }
        let words = finishMessage.map {
            ProviderFailure(type: finish?.raw, message: Redaction.message($0, secrets: secrets))
        }
        if let blockReason {
            let words = ProviderFailure(code: blockReason, message: "the prompt was blocked: \(blockReason)")
            return (.contentFilter, words)
        }
        let word = finish?.raw ?? ""
        switch finishMeaning {
        case .failure(let outcome):
            return (outcome, words ?? ProviderFailure(message: "the server broke off: its finish reason is \(word)"))
        case .contentFilter: return (.contentFilter, words)
        case .refusal: return (.refusal, words)
        case .length: return (.lengthTruncated, words ?? spentOnReasoning ?? blankAnswer)
        case .toolFailure:
            return (
                .toolCallInvalid,
                words ?? ProviderFailure(message: "the model's output was unusable: its finish reason is \(word)")
            )
        case .stop, .toolCalls, .pause, .unknown, nil: break
        }
        if refused { return (.refusal, words) }
        if let trouble = toolTrouble { return (.toolCallInvalid, words ?? ProviderFailure(message: trouble)) }
        if isEmpty, finish?.kind != .pause {
            return (.emptyOutput, words ?? spentOnReasoning ?? blankAnswer)
        }
        return (.ok, nil)
    }

    /// An answer that is empty because the model only reasoned says so.
    private var spentOnReasoning: ProviderFailure? {
        guard isEmpty else { return nil }
        let tokens = usageReading()?.tokens
        guard thinkingCharacters > 0 || tokens?.reasoningTokens ?? 0 > 0 else { return nil }
        let count = (tokens?.reasoningTokens ?? tokens?.outputTokens).map { " \($0)" } ?? ""
        return ProviderFailure(
            message: "all\(count) output tokens went into reasoning, and nothing was left for the answer")
    }

    private var blankAnswer: ProviderFailure? {
        guard isEmpty, answerCharacters > 0 else { return nil }
        return ProviderFailure(message: "the answer is white space only")
    }

    func answer(rateLimit: RateLimitReading?) -> DecodedAnswer {
        let (outcome, words) = outcome()
        return DecodedAnswer(
            outcome: outcome, failure: words, usage: usageReading(), finish: finish, servedModel: servedModel,
            responseID: responseID, systemFingerprint: systemFingerprint,
            rateLimit: Self.merged(rateLimit, failure?.limits), answerCharacters: isBlank ? 0 : answerCharacters,
            thinkingCharacters: thinkingCharacters, toolCallDelivered: toolCallDelivered,
            failureIsOfContent: failure?.isOfContent ?? false, notes: notes)
    }

    private var toolTrouble: String? {
        for (place, arguments) in calls.arguments.enumerated() where !arguments.isEmpty {
            if (try? JSONValue.parseLenient(arguments)) == nil {
                return "the arguments of tool call \(place) are not valid JSON"
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
