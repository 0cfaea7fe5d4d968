import LLMCore
import Testing

@testable import LLMWire

@Suite("An account that is refused", .timeLimit(.minutes(2)))
struct AccountRefusalTests {
    static let sentences: [String] = {
        let owners = ["account", "organisation", "workspace", "team", "billing account", "subscription", "free plan"]
        let states = [
            "has been suspended", "was disabled by an administrator", "is temporarily locked", "is not active",
            "has been banned for abuse", "is restricted", "was closed", "is on hold", "has been terminated",
        ]
        return owners.flatMap { owner in states.map { "The \(owner) behind this key \($0)." } }
    }()

    @Test(
        "is recognised whatever the status and the form of the body", arguments: [400, 401, 402, 403, 422, 429, 500],
        ErrorShape.allCases)
    func generated(status: Int, shape: ErrorShape) {
        // A quarter each: every sentence meets every form.
        for (index, sentence) in Self.sentences.enumerated() where index % 4 == status % 4 {
            #expect(shape.classify(sentence, status: status).outcome == .account, "\(sentence)")
        }
    }

    /// As seen in public reports: one-api #1764 #271, generative-ai-docs #356, freellmapi #1201, AIClient2API #400, Flowise #4652.
    static let known: [(Int, String)] = [
        (400, "Organization has been restricted. Please reach out to support if you believe this was in error."),
        (
            401,
            "Your OpenAI account has been deactivated, please check your email for more information. If you feel this is an error, contact us."
        ),
        (403, "Permission denied: Consumer 'api_key:x' has been suspended."),
        (
            403,
            "The Free plan is temporarily disabled due to abuse. You can purchase a plan at the dashboard to continue using the API."
        ),
        (403, "Your User ID is temporarily suspended. We've locked your account as a security precaution."),
        (402, "Access denied. Your organization has past due payments."),
        (403, "Access denied. Your organization is under review."),
        (429, "Your account is not active, please check your billing details on our website."),
        (400, "Access denied, please make sure your account is in good standing."),
        (403, "This API method requires billing to be enabled. Please enable billing on project #1."),
        (403, "Key limit exceeded (total limit). Manage it in the settings of your keys"),
        (403, "Your project has been denied access. Please contact support."),
    ]

    /// The way in, the proof of who one is, the card: whatever the request asks for.
    static let entries: [String] =
        ["OAuth authentication", "This credential", "A subscription token", "Third-party access"].flatMap { subject in
            [
                "\(subject) is currently not allowed for this organization.",
                "\(subject) is only authorized for use with another product.", "\(subject) is not supported here.",
            ]
        }
        + ["account", "organization", "identity"].flatMap { owner in
            [
                "Your \(owner) is currently being verified. Until then models may not be invoked.",
                "Your \(owner) must be verified first.",
                "The verification of your \(owner) is pending: verify your \(owner) first.",
            ]
        }
        + [
            "The gateway requires a valid credit card on file.", "Please add a credit card to continue",
            "No payment card on file",
        ]
        + ["This project's billing account is in dunning status."]

    @Test("is one of the way in, of verification or of the card", arguments: [400, 403, 422], ErrorShape.allCases)
    func entry(status: Int, shape: ErrorShape) {
        for sentence in Self.entries {
            #expect(shape.classify(sentence, status: status).outcome == .account, "\(sentence)")
        }
    }

    @Test("is told by a code for verification", arguments: ["customer_verification_required", "ACCOUNT_NOT_VERIFIED"])
    func verification(code: String) {
        #expect(Samples.classify(403, #"{"error":{"message":"no","type":"\#(code)"}}"#).outcome == .account)
    }

    @Test(
        "of a place is one even where it speaks of models", arguments: [400, 403],
        ["unsupported countries, regions, or territories", "your country", "this territory"])
    func place(status: Int, place: String) {
        for text in [
            "Access to these models is not allowed from \(place).", "The models are not available in \(place)",
        ] {
            guard text.contains("from") || !place.hasPrefix("unsupported") else { continue }
            #expect(ErrorShape.message.classify(text, status: status).outcome == .region, "\(text)")
        }
    }

    @Test("as providers of today word it", arguments: known)
    func wordings(status: Int, message: String) {
        #expect(ErrorShape.openai.classify(message, status: status).outcome == .account)
    }

    @Test(
        "is recognised by its code",
        arguments: ["account_deactivated", "organization_restricted", "billing_not_active", "CONSUMER_SUSPENDED"])
    func codes(code: String) {
        #expect(Samples.classify(400, #"{"error":{"message":"no","code":"\#(code)"}}"#).outcome == .account)
        let google = #"{"error":{"code":403,"message":"no","details":[{"reason":"\#(code)"}]}}"#
        #expect(Samples.classify(403, google, .gemini, .gemini).outcome == .account)
    }

    /// Each speaks of accounts, keys or states, and none refuses the account.
    static let innocent: [(Int, String, AttemptClass)] = [
        (403, "The model `m` is disabled for your organization", .permission),
        (403, "The model `m` is blocked at the project level.", .permission),
        (403, "You are not allowed to sample from this model", .permission),
        (400, "Access to these models is not allowed for this account", .permission),
        (
            400, "Your prompt was flagged. Repeated violations may result in your account being suspended.",
            .contentFilter
        ),
        (
            400, "Third-party apps now draw from your extra usage, not your plan limits. Ask to add more.",
            .quotaExhausted
        ),
        (500, "your current token plan not support model, m-2 (2061)", .permission),
        (400, "The model m is not included in your subscription", .permission),
        (400, "Your organization must be verified to use the model `m`.", .badRequest),
        (400, "Invalid schema: 'credit_card' is a required property", .badRequest),
        (400, "The model m is not available in region us-east-7", .modelNotFound),
        (400, "The tool 'x' is disabled", .badRequest), (400, "Parameter 'user' was blocked: unknown", .badRequest),
        (404, "The model `m` has been deprecated and was closed to new projects", .modelNotFound),
        (429, "Rate limit reached for your organization. Your account could be upgraded.", .rateLimited),
        (429, "Your account is temporarily restricted: too many requests. Try again in 20 minutes", .rateLimited),
        (401, "Incorrect API key provided", .auth), (403, "This API key has been revoked", .auth),
        (403, "Key limit exceeded (daily limit).", .rateLimited),
        (429, "Insufficient balance or no resource package. Please recharge.", .quotaExhausted),
        (403, "Your team doesn't have any credits yet.", .quotaExhausted),
        (400, "Budget has been exceeded! Current cost: 5.1, max budget: 5.0", .quotaExhausted),
        (400, "Your credit balance is too low to access the API.", .quotaExhausted),
        (403, "Access from your region isn't available", .region), (451, "Unavailable for legal reasons", .region),
        (400, "Your location is not supported for the API use", .region),
        (500, "The account service had an internal error", .serverError),
    ]

    @Test("is not what a model, a key, a limit or an empty purse is about", arguments: innocent)
    func others(status: Int, message: String, outcome: AttemptClass) {
        for shape in [ErrorShape.openai, .anthropic, .message, .plain] {
            #expect(shape.classify(message, status: status).outcome == outcome, "\(shape)")
        }
    }
}
