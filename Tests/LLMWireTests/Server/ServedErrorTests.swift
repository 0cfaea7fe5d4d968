import LLMCore
import LLMWire
import Testing

@Suite("Errors our servers write", .timeLimit(.minutes(2)))
struct ServedErrorTests {
    /// What a client makes of each class; a provider without a word of its own for one is left out.
    private static let expected: [AttemptClass] = [
        .badRequest, .auth, .permission, .modelNotFound, .contextOverflow, .rateLimited, .quotaExhausted, .serverError,
        .overloaded,
    ]
    /// llama.cpp knows neither permissions nor money.
    private static func isSpoken(_ kind: AttemptClass, by flavour: ServerFlavour) -> Bool {
        flavour.errors != .llamaCpp || ![.permission, .quotaExhausted].contains(kind)
    }

    private func classify(_ error: ServedError, _ test: FlavourCase) -> (
        AttemptClass, ProviderFailure, RateLimitReading?
    ) {
        let response = ErrorWriter.response(error, flavour: test.flavour, requestID: "req_1")
        return ErrorClassifier.classify(
            status: response.status, headers: response.headers.map { ($0.name, $0.value) }, body: response.body,
            dialect: test.flavour.dialect, quirks: test.quirks)
    }

    @Test("an error response is classified as what it was written for", arguments: FlavourCase.all, expected)
    func classes(test: FlavourCase, kind: AttemptClass) {
        guard Self.isSpoken(kind, by: test.flavour) else { return }
        var error = ServedError(kind, model: "some-model")
        if kind == .rateLimited {
            error.limit = .init(resource: .requests, window: .minute, limit: 5, used: 5, requested: 1)
            error.retryAfter = .seconds(7)
        }
        let (outcome, failure, reading) = classify(error, test)
        #expect(outcome == kind)
        #expect(!failure.message.isEmpty)
        guard kind == .rateLimited else { return }
        #expect(reading?.retryAfter == .seconds(7))
    }

    @Test("what a provider of the client's dialect told keeps its type, code and parameter")
    func told() {
        var error = ServedError(.badRequest, message: "No.", status: 422)
        error.told = ProviderFailure(type: "odd_error", code: "odd_value", param: "messages[0].role", message: "No.")
        for flavour in [ServerFlavour.gatewayChat, .gatewayAnthropic, .gatewayGemini] {
            let response = ErrorWriter.response(error, flavour: flavour)
            let body = try? JSONValue.parse(response.body)["error"]
            #expect(response.status == 422)
            #expect((body?["type"] ?? body?["status"])?.string == "odd_error")
            #expect(body?["message"]?.string == "No.")
            guard flavour.errors == .openai else { continue }
            #expect(body?["code"]?.string == "odd_value")
            #expect(body?["param"]?.string == "messages[0].role")
        }
    }

    @Test("a daily limit is told from one of the minute", arguments: FlavourCase.all)
    func windows(test: FlavourCase) {
        guard ![.anthropic, .xai, .llamaCpp].contains(test.flavour.errors) else { return }
        for window in [LimitWindow.minute, .day] {
            let error = ServedError(
                .rateLimited, model: "some-model",
                limit: .init(resource: .requests, window: window, limit: 5, used: 5, requested: 1),
                retryAfter: .seconds(7))
            #expect(classify(error, test).2?.window == window)
        }
    }

    @Test("a missing key is an authentication failure everywhere", arguments: FlavourCase.all)
    func missingKey(test: FlavourCase) {
        #expect(classify(ServedError(.auth, keyMissing: true), test).0 == .auth)
    }

    @Test("an error inside a stream is that error, not a success", arguments: FlavourCase.all)
    func inBand(test: FlavourCase) {
        var encoder = AnswerStreamEncoder(head: test.head, flavour: test.flavour, includeUsage: true)
        var bytes: [UInt8] = []
        encoder.start(into: &bytes)
        encoder.append(.text("half"), into: &bytes)
        encoder.fail(ServedError(.overloaded, model: "some-model"), into: &bytes)
        let decoded = Decoded(bytes, dialect: test.flavour.dialect, quirks: test.quirks)
        #expect([.overloaded, .serverError].contains(decoded.answer.outcome))
        #expect(decoded.text == "half")
        #expect(decoded.answer.failure != nil)
    }

    @Test(
        "a refused request says which field and why, in each provider's words", arguments: FlavourCase.all,
        [
            RequestRejection("temperature", .outOfRange(JSONNumber(3), minimum: 0, maximum: 2)),
            RequestRejection("messages", .missing),
            RequestRejection("messages", .empty),
            RequestRejection("messages[0].role", .unknownValue("boss", allowed: ["user", "assistant"])),
            RequestRejection("stream", .wrongType(expected: "boolean", found: "string")),
            RequestRejection("logprobs", .unsupported(instead: nil)),
            RequestRejection("", .invalidJSON("1:5: expected a value")),
        ])
    func rejections(test: FlavourCase, rejection: RequestRejection) {
        let (outcome, failure, _) = classify(ServedError(rejection, model: "some-model"), test)
        #expect(outcome == .badRequest)
        let names = failure.message.contains(rejection.field.split(separator: ".").last ?? "")
        // OpenAI names a role's path in `param` alone, Gemini not at all, and nobody names the body.
        #expect(names || failure.param == rejection.field || test.flavour.errors == .gemini || rejection.field.isEmpty)
    }

    @Test("plain text errors of Docker Model Runner are one line")
    func plainText() {
        var flavour = ServerFlavour.llamaCpp
        flavour.errors = .plainText
        let response = ErrorWriter.response(ServedError(.modelNotFound), flavour: flavour)
        #expect(response.status == 404)
        #expect(String(decoding: response.body, as: UTF8.self) == "failed to get model: model not found\n")
    }
}
