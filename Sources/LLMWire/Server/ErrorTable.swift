import LLMCore

/// The table of each provider's status, type and code for each failure class, read only by ``ErrorWriter``.
enum ErrorTable {
    /// `type` is the body's `type` or `status` word, or xAI's slug; `code` its `code`.
    struct Row: Sendable {
        var status: Int
        var type: String
        var code: String?
        /// `%m` stands for the model.
        var message: String
        init(_ status: Int, _ type: String, _ code: String?, _ message: String) {
            self.status = status
            self.type = type
            self.code = code
            self.message = message
        }
    }

    static func row(_ kind: AttemptClass, _ shape: ServerFlavour.ErrorShape, responses: Bool = false) -> Row {
        if responses, shape == .openai, kind == .modelNotFound { return openAIResponsesNotFound }
        return rows[shape]?[kind] ?? fallback(shape)
    }

    private static func fallback(_ shape: ServerFlavour.ErrorShape) -> Row {
        rows[shape]?[.serverError] ?? Row(500, "server_error", nil, "Internal server error")
    }

    private static let openAIResponsesNotFound = Row(
        400, "invalid_request_error", "model_not_found", "The requested model '%m' does not exist.")

    private static let rows: [ServerFlavour.ErrorShape: [AttemptClass: Row]] = [
        .openai: openai, .groq: groq, .xai: xai, .anthropic: anthropic, .gemini: gemini, .llamaCpp: llamaCpp,
        .plainText: plainText,
    ]

    private static let openai: [AttemptClass: Row] = [
        .badRequest: Row(400, "invalid_request_error", nil, "Invalid request."),
        .auth: Row(
            401, "invalid_request_error", "invalid_api_key",
            "Incorrect API key provided: ***. You can find your API key at https://platform.openai.com/account/api-keys."
        ),
        .account: Row(
            401, "invalid_request_error", "account_deactivated",
            "The account behind this API key has been deactivated."),
        .permission: Row(
            403, "invalid_request_error", "permission_denied", "You do not have access to this resource."),
        .region: Row(
            403, "request_forbidden", "unsupported_country_region_territory",
            "Country, region, or territory not supported"),
        .modelNotFound: Row(
            404, "invalid_request_error", "model_not_found",
            "The model `%m` does not exist or you do not have access to it."),
        .conflict: Row(409, "conflict_error", nil, "The request conflicts with another one."),
        .payloadTooLarge: Row(413, "invalid_request_error", nil, "Maximum content size limit exceeded."),
        .contextOverflow: Row(
            400, "invalid_request_error", "context_length_exceeded",
            "Your input exceeds the context window of this model. Please adjust your input and try again."),
        .contentFilter: Row(
            400, "invalid_request_error", "content_policy_violation",
            "Your request was rejected as a result of our safety system."),
        .rateLimited: Row(429, "requests", "rate_limit_exceeded", "Rate limit reached for %m"),
        .quotaExhausted: Row(
            429, "insufficient_quota", "insufficient_quota",
            "You exceeded your current quota, please check your plan and billing details."),
        .serverError: Row(
            500, "server_error", nil,
            "The server had an error while processing your request. Sorry about that!"),
        .overloaded: Row(
            503, "service_unavailable_error", "server_is_overloaded",
            "Our servers are currently overloaded. Please try again later."),
    ]

    private static let groq: [AttemptClass: Row] = [
        .badRequest: Row(400, "invalid_request_error", nil, "Invalid request."),
        .auth: Row(401, "invalid_request_error", "invalid_api_key", "Invalid API Key"),
        .account: Row(
            400, "invalid_request_error", "organization_restricted",
            "Organization has been restricted. Please reach out to support if you believe this was in error."),
        .permission: Row(
            403, "permissions_error", "model_permission_blocked_project",
            "The model `%m` is blocked at the project level."),
        .contentFilter: Row(
            400, "invalid_request_error", "content_policy_violation", "The request was blocked by a content filter."),
        .modelNotFound: Row(
            404, "invalid_request_error", "model_not_found",
            "The model `%m` does not exist or you do not have access to it."),
        .payloadTooLarge: Row(413, "invalid_request_error", "request_too_large", "Request Entity Too Large"),
        .contextOverflow: Row(
            400, "invalid_request_error", "context_length_exceeded",
            "Please reduce the length of the messages or completion."),
        .toolCallInvalid: Row(
            400, "invalid_request_error", "tool_use_failed",
            "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details."),
        .rateLimited: Row(429, "requests", "rate_limit_exceeded", "Rate limit reached for model `%m`"),
        .quotaExhausted: Row(
            429, "insufficient_quota", "insufficient_quota", "Your organization has no credits left."),
        .serverError: Row(500, "internal_server_error", nil, "Internal Server Error"),
        .overloaded: Row(503, "service_unavailable", nil, "Service Unavailable"),
    ]

    private static let xai: [AttemptClass: Row] = [
        .badRequest: Row(400, "invalid-argument", nil, "Invalid request content."),
        .auth: Row(
            400, "invalid-argument", nil,
            "Incorrect API key provided. You can obtain an API key from https://console.x.ai."),
        .account: Row(
            403, "The caller does not have permission to execute the specified operation", nil,
            "Your team's account has been suspended."),
        .permission: Row(
            403, "The caller does not have permission to execute the specified operation", nil,
            "This team is not allowed to use this model or endpoint."),
        .contentFilter: Row(
            403, "The caller does not have permission to execute the specified operation", nil,
            "Content violates usage guidelines."),
        .modelNotFound: Row(
            400, "invalid-argument", nil,
            "Model not found: %m. Check the spelling, or list the models that your team may use."),
        .contextOverflow: Row(
            400, "invalid-argument", nil,
            "This model's maximum prompt length is exceeded by the request."),
        .payloadTooLarge: Row(413, "payload-too-large", nil, "The request body is too large."),
        .rateLimited: Row(
            429, "Some resource has been exhausted", nil, "Too many requests for team and model %m."),
        .quotaExhausted: Row(
            429, "Some resource has been exhausted", nil,
            "Your team has either used all available credits or reached its monthly spending limit."),
        .serverError: Row(500, "internal-error", nil, "Internal error, please try again."),
        .overloaded: Row(503, "The service is currently unavailable", nil, "Service temporarily unavailable."),
    ]

    private static let anthropic: [AttemptClass: Row] = [
        .badRequest: Row(400, "invalid_request_error", nil, "Invalid request."),
        .auth: Row(401, "authentication_error", nil, "invalid x-api-key"),
        .quotaExhausted: Row(
            402, "billing_error", nil,
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."
        ),
        .account: Row(400, "invalid_request_error", nil, "This organization has been disabled."),
        .permission: Row(
            403, "permission_error", nil, "Your API key does not have permission to use the specified resource."),
        .modelNotFound: Row(404, "not_found_error", nil, "model: %m"),
        .conflict: Row(409, "conflict_error", nil, "The request conflicts with another one."),
        .payloadTooLarge: Row(
            413, "request_too_large", nil, "Request exceeds the maximum allowed number of bytes."),
        .contextOverflow: Row(400, "invalid_request_error", nil, "prompt is too long"),
        .contentFilter: Row(400, "invalid_request_error", nil, "Output blocked by content filtering policy"),
        .rateLimited: Row(
            429, "rate_limit_error", nil,
            "This request would exceed your organization's rate limit. Please reduce your request rate or try again later."
        ),
        .serverError: Row(500, "api_error", nil, "Internal server error"),
        .timeoutTotal: Row(504, "timeout_error", nil, "Request timed out"),
        .overloaded: Row(529, "overloaded_error", nil, "Overloaded"),
    ]

    private static let gemini: [AttemptClass: Row] = [
        .badRequest: Row(400, "INVALID_ARGUMENT", nil, "Request contains an invalid argument."),
        .auth: Row(
            400, "INVALID_ARGUMENT", "API_KEY_INVALID", "API key not valid. Please pass a valid API key."),
        .region: Row(400, "FAILED_PRECONDITION", nil, "User location is not supported for the API use."),
        .account: Row(
            403, "PERMISSION_DENIED", "CONSUMER_SUSPENDED", "Permission denied: the consumer has been suspended."),
        .permission: Row(403, "PERMISSION_DENIED", nil, "The caller does not have permission"),
        .modelNotFound: Row(
            404, "NOT_FOUND", nil,
            "models/%m is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods."
        ),
        .contextOverflow: Row(
            400, "INVALID_ARGUMENT", nil,
            "The input token count exceeds the maximum number of tokens allowed."),
        .contentFilter: Row(400, "INVALID_ARGUMENT", nil, "The request was blocked by a content filter."),
        .payloadTooLarge: Row(
            413, "INVALID_ARGUMENT", nil, "Request payload size exceeds the limit: 20971520 bytes."),
        .quotaExhausted: Row(
            402, "RESOURCE_EXHAUSTED", nil, "Your prepayment credits are depleted. Please add credits."),
        .rateLimited: Row(
            429, "RESOURCE_EXHAUSTED", nil,
            "You exceeded your current quota, please check your plan and billing details."),
        .cancelled: Row(499, "CANCELLED", nil, "The operation was cancelled."),
        .serverError: Row(500, "INTERNAL", nil, "An internal error has occurred. Please retry."),
        .overloaded: Row(503, "UNAVAILABLE", nil, "The model is overloaded. Please try again later."),
        .timeoutTotal: Row(504, "DEADLINE_EXCEEDED", nil, "Deadline expired before operation could complete."),
    ]

    private static let llamaCpp: [AttemptClass: Row] = [
        .badRequest: Row(400, "invalid_request_error", nil, "Invalid request"),
        .auth: Row(401, "authentication_error", nil, "Invalid API Key"),
        .modelNotFound: Row(404, "not_found_error", nil, "model not found: %m"),
        .contextOverflow: Row(
            400, "exceed_context_size_error", nil,
            "the request exceeds the available context size, try increasing it"),
        .rateLimited: Row(429, "rate_limit_error", nil, "Too many requests"),
        .serverError: Row(500, "server_error", nil, "Internal error"),
        .overloaded: Row(503, "unavailable_error", nil, "Loading model"),
    ]

    private static let plainText: [AttemptClass: Row] = [
        .badRequest: Row(400, "", nil, "invalid request"),
        .auth: Row(401, "", nil, "Unauthorized"),
        .modelNotFound: Row(404, "", nil, "failed to get model: model not found"),
        .payloadTooLarge: Row(400, "", nil, "request too large"),
        .conflict: Row(409, "", nil, "runner is active"),
        .serverError: Row(500, "", nil, "unable to load runner: error waiting for runner to be ready"),
        .overloaded: Row(503, "", nil, "service unavailable"),
    ]
}
