public import LLMCore

/// What would help after a failure of each class, in a few words.
public enum FailureAdvice {
    static func text(for report: AttemptReport) -> String {
        text(
            for: report.outcome, model: report.model, endpoint: report.endpoint,
            retryAfter: report.rateLimit?.retryAfter)
    }

    /// - Parameters:
    ///   - endpoint: Where the call went, without credentials.
    ///   - retryAfter: How long the provider asked to wait.
    public static func text(
        for outcome: AttemptClass, model: ModelID, endpoint: String, retryAfter: Duration? = nil
    ) -> String {
        let provider = model.provider
        switch outcome {
        case .ok: return "nothing is wrong"
        case .rateLimited: return rateLimit(retryAfter)
        case .quotaExhausted: return "waiting does not help: add credit or raise the spending cap at \(provider)"
        case .auth: return "check the key of \(provider)"
        case .account:
            return "the account behind the key is refused: look at its state at \(provider), or use another key"
        case .permission: return "the key may not use this model: ask for access at \(provider)"
        case .region: return "\(provider) does not accept this region"
        case .badRequest: return "the request is at fault: check its parameters"
        case .modelNotFound:
            return provider == .local ? "pull the model first" : "check the model's name against the provider's list"
        case .payloadTooLarge, .contextOverflow: return "shorten the prompt or choose a model with a larger context"
        case .conflict, .serverError, .overloaded: return "the provider's fault: try again later"
        case .contentFilter: return "the provider's filter blocked it: rephrase the prompt"
        case .refusal: return "the model declined"
        case .timeoutConnect, .connectionReset, .tlsOrDNS: return "check that \(endpoint) can be reached"
        case .timeoutFirstToken, .timeoutIdle, .timeoutTotal: return "allow more time or choose a faster model"
        case .streamTruncated, .malformedSSE, .malformedJSON:
            return "the answer broke on the way: check what stands between here and \(endpoint)"
        case .emptyOutput: return "the model wrote nothing: try again"
        case .lengthTruncated: return "raise the output limit"
        case .toolCallInvalid: return "the model's call or JSON was not valid: try again"
        case .cancelled: return "ask again"
        }
    }

    private static func rateLimit(_ retryAfter: Duration?) -> String {
        guard let wait = retryAfter else { return "wait for the limit to reset, or use another key" }
        let seconds = Int(min(wait.milliseconds / 1_000, 1e9).rounded(.up))
        guard seconds <= 86_400 else { return "the limit resets in more than a day: use another key" }
        return "wait \(seconds) s for the limit to reset, or use another key"
    }
}
