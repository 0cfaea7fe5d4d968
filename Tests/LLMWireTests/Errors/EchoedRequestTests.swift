import LLMCore
import Testing

@testable import LLMWire

@Suite("What an error quotes of the request", .timeLimit(.minutes(1)))
struct EchoedRequestTests {
    /// Classes that retire or limit a key.
    private static let costly: Set<AttemptClass> = [.account, .auth, .quotaExhausted, .region, .rateLimited]

    /// Sentences that refuse an account, a key, a purse or a place where they are the provider's own.
    private static let sentences = [
        "my account has been suspended", "your organization was disabled", "insufficient balance", "invalid api key",
        "country not supported", "weekly limit reached",
    ]
    /// Ways to quote them.
    private static let frames: [@Sendable (String) -> String] = [
        { "[{'type': 'missing', 'loc': ('body', 'n'), 'msg': 'Field required', 'input': {'content': '\($0)'}}]" },
        { "1 validation error: messages.0.content Input should be shorter [input_value=\"\($0)\"]" },
        { "Could not parse the field `\($0)` of the tool" }, { "Unknown role in “\($0)” at place 3" },
    ]

    @Test("says nothing of the account", arguments: sentences, [400, 422])
    func quoted(sentence: String, status: Int) {
        for frame in Self.frames {
            for shape in [ErrorShape.openai, .message, .plain] {
                let text = frame(sentence)
                let outcome = shape.classify(text, status: status).outcome
                #expect(!Self.costly.contains(outcome), "\(shape): \(text)")
            }
        }
    }

    @Test(
        "names of members and addresses say nothing of it either",
        arguments: [
            "Invalid schema for function 'update_user': In context=('properties', 'account_status', 'enum'), ['active', 'suspended']",
            "Invalid schema for function get_account_balance: missing 'balance'",
            "Failed to download image from https://x.test/account/suspended.png",
            "properties[country].format: unsupported", "property 'api_key' is not valid under any of the given schemas",
            "tools.0.web_search_20250305: Country code SG is not supported.",
            "Access to the URL was blocked by robots.txt",
        ])
    func names(text: String) {
        let outcome = ErrorShape.openai.classify(text, status: 400).outcome
        #expect(!Self.costly.contains(outcome), "\(outcome)")
    }

    @Test("a parameter that is named is at fault, whatever the sentence says of an organization")
    func parameter() {
        let body = """
            {"error":{"message":"Your organization must be verified to generate reasoning summaries.",
            "type":"invalid_request_error","param":"reasoning.summary","code":"unsupported_value"}}
            """
        #expect(Samples.classify(400, body).outcome == .badRequest)
    }

    @Test("a wrapped error keeps the provider's sentence, in any quotes")
    func wrapped() {
        for text in [
            #"upstream: {"error":{"message":"Your account has been suspended"}}"#,
            #"upstream: {\"error\": {\"message\": \"Your account has been suspended\"}}"#,
            "upstream: {'error': {'message': 'Your account has been suspended'}}",
            "The organization's account has been suspended", "'acme' has refused: your account has been suspended",
        ] {
            #expect(ErrorShape.message.classify(text, status: 400).outcome == .account, "\(text)")
        }
    }

    @Test(
        "machinery that ends is no account",
        arguments: [
            "Stream for project p1 ended unexpectedly", "Error in access layer: connection closed by peer",
            "all upstream accounts are cooling down or blocked",
            "ResourceExhausted: Worker local total request limit reached (71/32)",
        ])
    func machinery(text: String) {
        for status in [500, 503] {
            let outcome = ErrorShape.message.classify(text, status: status).outcome
            #expect(outcome != .account && outcome != .auth, "\(outcome)")
        }
    }

    @Test(
        "what resembles an account in a schema or a step is none",
        arguments: [
            ("Agent plan step was blocked: tool 'x' is undefined", nil),
            ("Expected at most 5000 object properties in total, exceeded limit.", nil),
            ("Function calling with a mime type is unsupported for location property", nil),
            ("Error while downloading. Upstream status code: 429 Too Many Requests.", "invalid_image_url"),
            ("[{'type': 'missing', 'msg': 'Field required', 'input': 'maximum context length exceeded'}]", nil),
        ] as [(String, String?)])
    func resemblances(message: String, code: String?) {
        let code = code.map { "\"\($0)\"" } ?? "null"
        let body = #"{"error":{"message":"\#(message)","type":"invalid_request_error","code":\#(code)}}"#
        #expect(Samples.classify(400, body).outcome == .badRequest)
    }

    @Test("a model that is given out on conditions is for others")
    func conditions() {
        let text = "Model use case details have not been submitted for this account. Fill out the form."
        #expect(ErrorShape.message.classify(text, status: 404).outcome == .permission)
        let body =
            #"{"type":"error","error":{"type":"rate_limit_error","message":"Usage credits are required for this model.","error_code":"credits_required"}}"#
        let terms = #"{"error":{"message":"The model requires terms acceptance.","code":"model_terms_required"}}"#
        #expect(Samples.classify(400, terms).outcome == .permission)
        #expect(Samples.classify(429, body, .anthropic, .anthropic).outcome == .permission)
    }

    @Test("a good key may lack a model")
    func modelsOfKeys() {
        let text = "key not allowed to access model. This key can only access models=['gpt-5']. Tried to access m-1"
        #expect(ErrorShape.openai.classify(text, status: 401).outcome == .permission)
        #expect(ErrorShape.openai.classify("Model nobody-x is not supported", status: 401).outcome == .modelNotFound)
        let long = "This model supports only 256K context. Please shorten your input."
        #expect(ErrorShape.openai.classify(long, status: 401).outcome == .contextOverflow)
    }
}

@Suite("Notices beside an answer", .timeLimit(.minutes(1)))
struct NoticeTests {
    @Test(
        "are no errors",
        arguments: [
            "event: warning\ndata: {\"message\":\"This model is deprecated and will be removed\"}\n\n",
            "event: info\ndata: {\"message\":\"Routing to provider X\"}\n\n",
            "event: hermes.tool.progress\ndata: {\"tool\":\"search\",\"status\":\"failed\",\"message\":\"retrying\"}\n\n",
            "data: {\"reason\":\"cache miss\"}\n\n",
            "data: {\"type\":\"info\",\"message\":\"retrying after upstream timeout\"}\n\n",
            "data: {\"code\":\"PROCESSING\",\"message\":\"still working\"}\n\n",
            "data: {\"status\":\"pending\",\"code\":1001,\"message\":\"queued\"}\n\n",
        ])
    func ignored(notice: String) {
        let text = Samples.sse([Samples.chunk(#"{"content":"Half"}"#)])
        let end = Samples.sse([Samples.chunk("{}", finish: "stop")])
        let decoded = Decoded("\(text)\(notice)\(end)data: [DONE]\n\n", dialect: .openai, quirks: .generic)
        #expect(decoded.answer.outcome == .ok && decoded.text == "Half", "\(decoded.answer.outcome)")
    }

    @Test("reach a caller who wants the provider's events as they came")
    func passedOn() {
        let notice = #"{"message":"This model is deprecated"}"#
        let body = Samples.sse([Samples.chunk(#"{"content":"Half"}"#)]) + "event: warning\ndata: \(notice)\n\n"
        let decoded = Decoded(body.utf8, dialect: .openai, quirks: .generic, emitsRaw: true)
        let raw = decoded.events.compactMap { event -> String? in
            guard case .raw(_, let bytes) = event else { return nil }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(raw.last == notice)
    }
}
