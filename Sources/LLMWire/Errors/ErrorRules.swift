import LLMCore

/// One line of the table that classifies errors: all conditions that are set must hold.
struct ErrorRule: Sendable {
    /// Empty: any status.
    var statuses: Set<Int> = []
    /// The body's code, type or one of its reasons is one of these, in any case. Empty: any.
    var words: Set<String> = []
    /// The message holds all of these, in any case. Empty: any.
    var phrases: [String] = []
    /// A test of the error's meaning, however it is worded. `nil`: any.
    var meaning: (@Sendable (ErrorText) -> Bool)?
    /// Does not hold when the provider says when to come back: then waiting helps.
    var unlessRetryDelay = false
    /// Does not hold for this dialect.
    var exceptDialect: WireDialect?
    var outcome: AttemptClass
    /// The same request can never pass at this server, whatever the wait.
    var neverRetry = false

    func holds(for text: ErrorText) -> Bool {
        (statuses.isEmpty || text.status.map(statuses.contains) ?? false)
            && (words.isEmpty || !words.isDisjoint(with: text.codes)) && phrases.allSatisfy(text.message.contains)
            && !(unlessRetryDelay && text.comesBack) && exceptDialect != text.dialect && (meaning?(text) ?? true)
    }
}

/// The table, first match wins. The order is the point: what waiting does not cure is found before what it does, and the body's
/// words before the status. Codes are looked up; sentences are read for what they mean, so that a new wording finds its class.
enum ErrorRules {
    static let all: [ErrorRule] =
        account + money + tooLarge + credentials + context + models + content + places + quotas + limits + servers
        + statuses

    private static func phrase(_ phrases: String..., statuses: Set<Int> = [], as outcome: AttemptClass) -> ErrorRule {
        ErrorRule(statuses: statuses, phrases: phrases, outcome: outcome)
    }
    private static func words(_ words: Set<String>, as outcome: AttemptClass) -> ErrorRule {
        ErrorRule(words: words, outcome: outcome)
    }
    private static func status(_ statuses: Set<Int>, as outcome: AttemptClass) -> ErrorRule {
        ErrorRule(statuses: statuses, outcome: outcome)
    }
    private static func meaning(
        _ outcome: AttemptClass, statuses: Set<Int> = [], _ meaning: @escaping @Sendable (ErrorText) -> Bool
    ) -> ErrorRule {
        ErrorRule(statuses: statuses, meaning: meaning, outcome: outcome)
    }

    /// Refusals of the account behind the key, whatever their status.
    private static let account: [ErrorRule] = [
        words(
            [
                "account_deactivated", "organization_restricted", "organization_disabled", "billing_not_active",
                "consumer_suspended", "billing_disabled", "arrearage", "accountoverdueerror",
            ], as: .account),
        // With a time to come back a limit is meant.
        meaning(.account) { text in
            let isTold =
                !text.isOfRequest && AccountMeaning.isAccountRefused(text.ownWords)
                && !(text.status.map { $0 >= 500 } ?? true && AccountMeaning.isOfMachine(text.ownWords))
            return (isTold || text.codeWords.contains(where: AccountMeaning.isRefusalCode))
                && !(text.status == 429 && text.comesBack)
        },
    ]

    /// Credits, quota that is money, spend caps: a 429 or a 400 of these never clears by waiting.
    private static let money: [ErrorRule] = [
        words(
            [
                "insufficient_quota", "credit_balance_exhausted", "billing_error", "billing_hard_limit_reached",
                "enforced_spend_limit_reached", "insufficient_credits", "insufficient_balance",
                "payment_required", "exceeded_current_quota_error",
            ], as: .quotaExhausted),
        status([402], as: .quotaExhausted),
        phrase("specified api usage limits", as: .quotaExhausted),
        phrase("purchase more credits", as: .quotaExhausted),
        meaning(.quotaExhausted) {
            !$0.isOfRequest && AccountMeaning.isSpent($0.ownWords)
                && !($0.words.has(["allowance", "extra"]) && $0.comesBack)
        },
        meaning(.quotaExhausted) { text in
            !text.comesBack && ([text.words] + text.codeWords).contains(where: AccountMeaning.isGiftSpent)
                && RetryHint.window(in: text.words) == nil
        },
        // A model that the plan does not include at all.
        meaning(.quotaExhausted) { $0.words.pair("quota", "exceeded", gap: 2) && isLimitZero($0.words) },
        // Google uses OpenAI's sentence for limits that a wait does clear.
        ErrorRule(
            phrases: ["exceeded your current quota"], unlessRetryDelay: true, exceptDialect: .gemini,
            outcome: .quotaExhausted),
    ]

    private static func isLimitZero(_ words: MessageWords) -> Bool {
        words.tokens.indices.contains { index in
            guard index > 1, words.tokens[index] == .number(0), words.tokens[index - 1] == .mark(":") else {
                return false
            }
            return words.tokens[index - 2] == .word("limit")
        }
    }

    /// One request above what the account may ask in a minute is not a rate limit: no wait cures it, and the key is fine.
    private static let tooLarge: [ErrorRule] = [
        ErrorRule(statuses: [413, 429], phrases: ["request too large"], outcome: .payloadTooLarge, neverRetry: true),
        ErrorRule(
            words: ["rate_limit_exceeded"], phrases: ["request too large"], outcome: .payloadTooLarge, neverRetry: true),
    ]

    private static let credentials: [ErrorRule] = [
        words(["credits_required", "model_terms_required"], as: .permission),
        // The key is good, and this model is not for it.
        meaning(.permission, statuses: [401]) { text in
            text.words.pair(["access"], ["model", "models"], gap: 2) && text.words.has(["not", "only"])
                || text.codeWords.contains { $0.has("model") && $0.has("denied") }
        },
        meaning(.modelNotFound, statuses: [401]) { text in
            ModelMeaning.isGone(text.words) && !AccountMeaning.isKeyRefused(text.ownWords)
        },
        meaning(.contextOverflow, statuses: [401]) { text in
            text.words.has("context") && text.words.has(["shorten", "reduce", "exceeds", "exceeded"])
        },
        // The key is limited, and comes back: it is not refused.
        meaning(.rateLimited, statuses: [401, 403]) { LimitMeaning.isQuotaTold($0) },
        phrase("missing scopes", as: .permission),
        // Anthropic's sentence for it speaks of the key, which is fine.
        words(["permission_error"], as: .permission),
        words(
            [
                "invalid_api_key", "authentication_error", "api_key_invalid", "unauthenticated",
                "api_key_service_blocked",
            ],
            as: .auth),
        meaning(.auth) { !$0.isOfRequest && AccountMeaning.isKeyRefused($0.ownWords) },
        phrase("api key", statuses: [401, 403], as: .auth),
        status([401], as: .auth),
    ]

    private static let models: [ErrorRule] = [
        words(["model_not_found", "invalid_model", "model_decommissioned", "model_not_available"], as: .modelNotFound),
        ErrorRule(words: ["not_found_error"], phrases: ["model:"], outcome: .modelNotFound),
        phrase("model", "not found", statuses: [400, 404], as: .modelNotFound),
        phrase("model", "does not exist", statuses: [400, 404], as: .modelNotFound),
        phrase("model", "has been deprecated", statuses: [400, 404, 410], as: .modelNotFound),
        phrase("model", "decommissioned", statuses: [400, 404, 410], as: .modelNotFound),
        phrase("models/", "is not found", as: .modelNotFound),
        phrase("invalid model", statuses: [400, 404, 422], as: .modelNotFound),
        phrase("unknown model", statuses: [400, 404, 422], as: .modelNotFound),
        phrase("supported api model names are", as: .modelNotFound),
        meaning(.modelNotFound, statuses: [400, 404, 410, 422]) {
            ModelMeaning.isGone($0.words) || $0.codeWords.contains(where: ModelMeaning.isCode)
        },
    ]

    private static let context: [ErrorRule] = [
        meaning(.contextOverflow) {
            // A list of what was wrong with the request echoes it.
            ContextMeaning.isOverflow(
                $0.message.hasPrefix("[{") ? $0.ownWords : $0.words, codes: $0.codeWords, status: $0.status)
        },
        words(["request_too_large", "payload_too_large"], as: .payloadTooLarge),
        phrase("request too large", as: .payloadTooLarge),
    ]

    private static let content: [ErrorRule] = [
        words(
            ["content_filter", "content_policy_violation", "responsibleaipolicyviolation", "moderation_blocked"],
            as: .contentFilter),
        phrase("violates usage guidelines", as: .contentFilter),
        phrase("content management policy", as: .contentFilter),
        phrase("flagged", statuses: [400, 403], as: .contentFilter),
        meaning(.contentFilter) { text in
            text.status.map([400, 403, 421, 422].contains) ?? true
                && (ContentMeaning.isFiltered(text.words) || text.codeWords.contains(where: ContentMeaning.isCode))
        },
        // The model wrote no call or no JSON: its own failure, said as an error of the request or of the server.
        words(
            [
                "tool_use_failed", "json_validate_failed", "tool_call_validation_failed", "output_parse_failed",
            ], as: .toolCallInvalid),
        meaning(.toolCallInvalid) { $0.holdsFailedGeneration || ModelOutputMeaning.holds($0.words) },
        meaning(.toolCallInvalid, statuses: Set(500..<600)) { ModelOutputMeaning.isUnread($0.words) },
    ]

    private static let places: [ErrorRule] = [
        words(["unsupported_country_region_territory"], as: .region),
        status([451], as: .region),
        meaning(.region) { !$0.isOfRequest && AccountMeaning.isPlaceRefused($0.ownWords) },
    ]

    /// Quotas told with another status than 429.
    private static let quotas: [ErrorRule] = [
        meaning(.rateLimited, statuses: [400, 403, 404, 409, 410, 418, 420, 422, 500]) {
            !$0.isOfRequest && LimitMeaning.isQuotaReached($0.ownWords, comesBack: $0.comesBack)
        },
        meaning(.rateLimited, statuses: [502, 503, 504]) { LimitMeaning.isQuotaTold($0) },
        // A rate that another status tells, or none at all inside an answer.
        meaning(.rateLimited) { text in
            text.status.map([400, 403, 418, 420, 422, 500, 502, 503].contains) ?? true
                && (!text.isOfRequest && LimitMeaning.isRateExceeded(text.ownWords)
                    || text.codeWords.contains(where: LimitMeaning.isRateCode))
        },
        words(["permission_denied"], as: .permission),
        meaning(.permission, statuses: [400, 422]) { AccountMeaning.isAccessRefused($0.words) },
        meaning(.permission, statuses: [400, 404]) { AccountMeaning.isModelWithheld($0.words) },
        meaning(.permission, statuses: [404, 409, 500, 503]) { AccountMeaning.isOutsideOfPlan($0.words) },
        status([403], as: .permission),
    ]

    private static let limits: [ErrorRule] = [
        words(["overloaded_error", "server_is_overloaded", "capacity_exceeded", "unavailable_error"], as: .overloaded),
        ErrorRule(statuses: [503], words: ["slow_down"], outcome: .overloaded),
        status([429], as: .rateLimited),
        words(
            ["rate_limit_exceeded", "rate_limit_error", "resource_exhausted", "too_many_requests", "slow_down"],
            as: .rateLimited),
        status([409], as: .conflict),
        status([413], as: .payloadTooLarge),
    ]

    private static let servers: [ErrorRule] = [
        // Groq's flex tier answers 498 when it has no room.
        status([503, 529, 498], as: .overloaded),
        ErrorRule(words: ["unavailable", "service_unavailable_error", "service_unavailable"], outcome: .overloaded),
        meaning(.overloaded) { text in
            text.status.map([500, 502, 504].contains) ?? true && text.words.has(["overloaded", "overload"])
        },
        // The provider thinks that we hung up.
        status([499], as: .cancelled),
        words(["cancelled"], as: .cancelled),
        words(
            [
                "server_error", "api_error", "internal_error", "internal_server_error", "internal", "timeout_error",
                "deadline_exceeded",
            ], as: .serverError),
        // Worth another try, and no fault of the request: a server that gave up waiting.
        status([408, 425], as: .serverError),
        status(Set(500..<600), as: .serverError),
    ]

    private static let statuses: [ErrorRule] = [
        words(
            [
                "invalid_request_error", "invalid_argument", "failed_precondition", "not_found", "not_found_error",
                "bad_request", "bad request", "unprocessable_entity", "invalid_value",
            ], as: .badRequest),
        status(Set(400..<500), as: .badRequest),
    ]
}
