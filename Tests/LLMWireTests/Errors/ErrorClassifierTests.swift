import LLMCore
import Testing

@testable import LLMWire

@Suite("What a failed response means", .timeLimit(.minutes(2)))
struct ErrorClassifierTests {
    private static func openai(_ code: String, _ message: String = "x", type: String = "invalid_request_error")
        -> String
    {
        #"{"error":{"message":"\#(message)","type":"\#(type)","param":null,"code":"\#(code)"}}"#
    }
    private static func anthropic(_ type: String, _ message: String = "x") -> String {
        #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"},"request_id":"r"}"#
    }
    private static func gemini(_ code: Int, _ status: String, _ message: String = "x") -> String {
        #"{"error":{"code":\#(code),"message":"\#(message)","status":"\#(status)"}}"#
    }

    @Test(
        "OpenAI's table",
        arguments: [
            (400, openai("context_length_exceeded"), AttemptClass.contextOverflow),
            (
                400,
                openai(
                    "unsupported_parameter", "Unsupported parameter: 'max_tokens' is not supported with this model."),
                .badRequest
            ),
            (400, openai("content_policy_violation"), .contentFilter), (400, openai("empty_array"), .badRequest),
            (401, openai("invalid_api_key"), .auth),
            (
                401,
                openai("x", "You have insufficient permissions for this operation. Missing scopes: model.request."),
                .permission
            ),
            (
                403, openai("unsupported_country_region_territory", "Country, region, or territory not supported"),
                .region
            ),
            (403, openai("x", "You are not allowed"), .permission), (404, openai("model_not_found"), .modelNotFound),
            (
                404,
                openai("x", "This is not a chat model and thus not supported in the v1/chat/completions endpoint."),
                .badRequest
            ),
            (408, "", .serverError), (409, openai("x"), .conflict), (413, "", .payloadTooLarge),
            (422, openai("x"), .badRequest),
            (
                429,
                openai(
                    "rate_limit_exceeded", "Rate limit reached for gpt-4o. Please try again in 41.724s.", type: "tokens"
                ), .rateLimited
            ),
            (429, openai("slow_down", type: "rate_limit_error"), .rateLimited),
            (429, openai("insufficient_quota"), .quotaExhausted),
            (500, openai("x", type: "server_error"), .serverError),
            (502, "<html><head><title>502 Bad Gateway</title></head></html>", .serverError),
            (503, openai("server_is_overloaded"), .overloaded), (503, openai("slow_down"), .overloaded),
            (504, "upstream timed out", .serverError),
            (301, "", .tlsOrDNS), (308, "moved", .tlsOrDNS),
        ])
    func openaiTable(status: Int, body: String, outcome: AttemptClass) {
        #expect(Samples.classify(status, body).outcome == outcome)
    }

    @Test(
        "Anthropic's table",
        arguments: [
            (400, anthropic("invalid_request_error"), AttemptClass.badRequest),
            (
                400, anthropic("invalid_request_error", "prompt is too long: 3333404 tokens > 200000 maximum"),
                .contextOverflow
            ),
            (
                400, anthropic("invalid_request_error", "You have reached your specified API usage limits."),
                .quotaExhausted
            ),
            (401, anthropic("authentication_error", "invalid x-api-key"), .auth),
            (402, anthropic("billing_error"), .quotaExhausted),
            (403, anthropic("permission_error"), .permission),
            (404, anthropic("not_found_error", "model: claude-x"), .modelNotFound),
            (404, anthropic("not_found_error", "Not found"), .badRequest),
            (413, anthropic("request_too_large"), .payloadTooLarge),
            (413, "<html><title>413</title></html>", .payloadTooLarge),
            (429, anthropic("rate_limit_error"), .rateLimited),
            (500, anthropic("api_error"), .serverError), (504, anthropic("timeout_error"), .serverError),
            (529, anthropic("overloaded_error", "Overloaded"), .overloaded),
        ])
    func anthropicTable(status: Int, body: String, outcome: AttemptClass) {
        #expect(Samples.classify(status, body, .anthropic, .anthropic).outcome == outcome)
    }

    @Test(
        "Gemini's table",
        arguments: [
            (400, gemini(400, "INVALID_ARGUMENT"), AttemptClass.badRequest),
            (
                400,
                gemini(
                    400, "INVALID_ARGUMENT",
                    "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576)."),
                .contextOverflow
            ),
            (400, gemini(400, "FAILED_PRECONDITION", "User location is not supported for the API use."), .region),
            (400, gemini(400, "FAILED_PRECONDITION"), .badRequest),
            (402, gemini(402, "RESOURCE_EXHAUSTED"), .quotaExhausted),
            (403, gemini(403, "PERMISSION_DENIED"), .permission),
            (
                403,
                gemini(403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."),
                .auth
            ),
            (404, gemini(404, "NOT_FOUND", "models/x is not found for API version v1beta"), .modelNotFound),
            (429, gemini(429, "RESOURCE_EXHAUSTED"), .rateLimited),
            (
                429, gemini(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: m, limit: 0, model: gemini-2.5-pro"),
                .quotaExhausted
            ),
            (499, gemini(499, "CANCELLED"), .cancelled), (500, gemini(500, "INTERNAL"), .serverError),
            (503, gemini(503, "UNAVAILABLE"), .overloaded), (504, gemini(504, "DEADLINE_EXCEEDED"), .serverError),
        ])
    func geminiTable(status: Int, body: String, outcome: AttemptClass) {
        #expect(Samples.classify(status, body, .gemini, .gemini).outcome == outcome)
    }

    @Test(
        "what Groq, xAI and local servers add",
        arguments: [
            (400, openai("tool_use_failed"), AttemptClass.toolCallInvalid),
            (400, openai("model_decommissioned"), .modelNotFound),
            (498, openai("capacity_exceeded"), .overloaded),
            (
                429,
                openai(
                    "rate_limit_exceeded",
                    "Rate limit reached for model `g` on tokens per minute (TPM): Limit 15000, Used 11972, Requested 4351. Please try again in 5.289s.",
                    type: "tokens"), .rateLimited
            ),
            (
                400,
                #"{"code":"c","error":"This model's maximum prompt length is 131072 but the request contains 200000 tokens."}"#,
                .contextOverflow
            ),
            (403, #"{"code":"c","error":"Content violates usage guidelines."}"#, .contentFilter),
            (
                429,
                #"{"code":"c","error":"Too many tokens for team t and model m. Tokens per Minute (actual/limit): 65605/16000"}"#,
                .rateLimited
            ),
            (404, #"{"error":"model \"x\" not found, try pulling it first"}"#, .modelNotFound),
            (503, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#, .overloaded),
            (401, #"{"detail":"Invalid API Key"}"#, .auth),
            (422, #"{"detail":[{"loc":["body"],"msg":"field required"}]}"#, .badRequest),
            (
                500, "data: {\"error\":{\"code\":503,\"message\":\"overloaded\",\"type\":\"overloaded_error\"}}\n\n",
                .overloaded
            ),
        ])
    func othersTable(status: Int, body: String, outcome: AttemptClass) {
        #expect(Samples.classify(status, body, .openai, .generic).outcome == outcome)
    }

    @Test("one request above the limit per minute is too large, not limited: no wait, no retry", arguments: [413, 429])
    func requestTooLarge(status: Int) {
        let body = Self.openai(
            "rate_limit_exceeded", "Request too large for gpt-4o on tokens per min (TPM): Limit 1, Requested 30.",
            type: "tokens")
        let verdict = Samples.classify(status, body, headers: [(name: "retry-after", value: "60")])
        #expect(verdict.outcome == .payloadTooLarge)
        #expect(verdict.limits?.shouldRetry == false)
        #expect(verdict.limits?.retryAfter == nil)
        #expect(verdict.words.code == "rate_limit_exceeded")
    }

    @Test(
        "the window of a limit is read from quota names, words and empty buckets",
        arguments: [
            ("Rate limit reached on requests per day (RPD): Limit 1000", LimitWindow.day),
            ("Rate limit reached on tokens per day (TPD)", .day), ("… on tokens per minute (TPM): Limit 6000", .minute),
            ("Tokens per Minute (actual/limit): 65605/16000", .minute), ("slow down", .unknown),
        ])
    func windows(message: String, window: LimitWindow) {
        #expect(
            Samples.classify(429, Self.openai("rate_limit_exceeded", message), .openai, .groq).limits?.window == window)
    }

    @Test("an empty bucket tells the window when the words do not")
    func emptyBucket() {
        let headers = [
            (name: "x-ratelimit-remaining-requests", value: "0"), (name: "x-ratelimit-limit-requests", value: "1000"),
            (name: "x-ratelimit-remaining-tokens", value: "5000"),
        ]
        let verdict = Samples.classify(429, Self.openai("rate_limit_exceeded"), .openai, .groq, headers: headers)
        #expect(verdict.limits?.window == .day)
    }

    @Test("the longest wait that the provider names counts, and x-should-retry is kept")
    func waits() {
        let body = Self.openai("rate_limit_exceeded", "Please try again in 41.724s.")
        let headers = [
            (name: "retry-after", value: "30"), (name: "retry-after-ms", value: "30500"),
            (name: "X-Should-Retry", value: "false"),
        ]
        let limits = Samples.classify(429, body, headers: headers).limits
        #expect(limits?.retryAfter == .milliseconds(41_724))
        #expect(limits?.shouldRetry == false)
        #expect(
            Samples.classify(503, "", headers: [(name: "retry-after", value: "7")]).limits?.retryAfter == .seconds(7))
        #expect(Samples.classify(503, "").limits == nil)
    }

    @Test(
        "waits are found in sentences",
        arguments: [
            ("Please try again in 5.289s. Visit", Duration.milliseconds(5_289)),
            ("Please retry in 48.9s.", .milliseconds(48_900)),
            ("try again in 6m0s.", .seconds(360)), ("Retry after 30 seconds", .seconds(30)),
            ("try again in 2 minutes", .seconds(120)),
            ("try again in 20ms", .milliseconds(20)),
        ])
    func sentences(message: String, wait: Duration) {
        #expect(RetryHint.delay(in: message) == wait)
    }

    @Test(
        "sentences without a figure name no wait",
        arguments: ["", "try again in a while", "Please retry later.", "try again in "])
    func noWait(message: String) {
        #expect(RetryHint.delay(in: message) == nil)
    }

    @Test("words of a failure are kept, in every shape")
    func words() {
        let openai = Samples.classify(400, #"{"error":{"message":"m","type":"t","param":"p","code":null}}"#).words
        #expect(openai == ProviderFailure(status: 400, type: "t", code: nil, param: "p", message: "m"))
        let gemini = Samples.classify(400, Self.gemini(400, "INVALID_ARGUMENT", "m"), .gemini, .gemini).words
        #expect(gemini == ProviderFailure(status: 400, type: "INVALID_ARGUMENT", code: "400", message: "m"))
        let list = Samples.classify(422, #"{"detail":[{"msg":"a"},{"msg":"b"}]}"#).words
        #expect(list.message == "a; b")
        #expect(
            Samples.classify(502, "<html><head><title>502 Bad Gateway</title></head></html>").words.message
                == "HTML page: 502 Bad Gateway")
        #expect(Samples.classify(500, "").words.message == "status 500 without a message")
    }

    @Test("a hostile error body gives a short printable message without keys")
    func hostile() {
        let secret = APIKey("canary-with-no-known-shape")
        let noise = String(repeating: "A\u{1B}[31m\u{202E}\u{0}B ", count: 5_000)
        let body = JSONValue.object([
            "error": [
                "message": .string("key sk-proj-abcdefghijklmnop canary-with-no-known-shape " + noise),
                "code": .string(noise),
            ]
        ])
        let verdict = ErrorClassifier.classify(
            status: 400, headers: [], body: body.bytes, dialect: .openai, quirks: .openai, secrets: [secret])
        let message = verdict.1.message
        #expect(message.count <= 500)
        #expect(!message.contains("canary") && !message.contains("abcdefghijklmnop"))
        #expect(!message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E || $0.value == 0x1B })
        #expect(verdict.1.code.map { $0.count <= 120 } == true)
        for body in [
            [UInt8](repeating: 0xFF, count: 100), [0], Array("[[[[".utf8), Array("\"text\"".utf8), Array("[]".utf8),
            Array("7".utf8),
        ] {
            let plain = ErrorClassifier.classify(
                status: 500, headers: [], body: body, dialect: .gemini, quirks: .gemini)
            #expect(plain.0 == .serverError)
        }
    }

    @Test("the failure of a refused request reaches the answer with the limits of its head")
    func throughTheDecoder() {
        let decoded = Decoded(
            Self.openai("rate_limit_exceeded", "slow").utf8, dialect: .openai, quirks: .openai, status: 429,
            headers: [(name: "Retry-After", value: "3"), (name: "x-ratelimit-remaining-tokens", value: "0")],
            cuts: [5, 9])
        #expect(decoded.events.isEmpty)
        #expect(decoded.answer.outcome == .rateLimited)
        #expect(decoded.answer.rateLimit?.retryAfter == .seconds(3))
        #expect(decoded.answer.rateLimit?.window == .minute)
        #expect(decoded.answer.failure?.status == 429)
    }
}
