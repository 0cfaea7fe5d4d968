import LLMCore
import LLMProviders
import ProviderSimulator
import Testing

@Suite("Faults a scenario scripts, as a real client meets them", .serialized, .timeLimit(.minutes(2)))
struct FaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var then: String
        var streamed: AttemptClass
        /// The same when nothing is streamed; `nil` for faults of streams alone.
        var whole: AttemptClass?
        var testDescription: String { then }
        init(_ then: String, _ streamed: AttemptClass, whole: AttemptClass?) {
            self.then = then
            self.streamed = streamed
            self.whole = whole
        }
    }

    static let faults: [Fault] = [
        .init("{fail: rate_limited, retry_after_ms: 7000}", .rateLimited, whole: .rateLimited),
        .init("{fail: overloaded}", .overloaded, whole: .overloaded),
        .init("{fail: server_error}", .serverError, whole: .serverError),
        .init("{fail: auth}", .auth, whole: .auth),
        .init(
            "{status: 502, body: '<html><head><title>502 Bad Gateway</title></head></html>'}", .serverError,
            whole: .serverError),
        .init(
            "{status: 500, body: {error: {message: 'made up', type: server_error}}}", .serverError, whole: .serverError),
        .init("{cut: {after_events: 2, how: clean}}", .streamTruncated, whole: .malformedJSON),
        .init("{error_event: {after_events: 2, fail: overloaded}}", .overloaded, whole: nil),
        .init("{malformed_json: {at_event: 2}}", .malformedJSON, whole: .malformedJSON),
        .init("{empty_text: true}", .emptyOutput, whole: .emptyOutput),
        .init("{answer: 'cut short', finish: length}", .lengthTruncated, whole: .lengthTruncated),
    ]

    private func options(_ then: String, when: String = "") throws -> SimulatorOptions {
        let yaml = "faults:\n  - name: test\n\(when.isEmpty ? "" : "    when: \(when)\n")    then: \(then)\n"
        return SimulatorOptions(scenario: try Scenario.read(yaml: yaml, file: "test.yaml"))
    }

    @Test("a fault is met as what it is at every provider", arguments: faults)
    func classes(fault: Fault) async throws {
        try await SimulatedProviders.with(try options(fault.then)) { providers async throws in
            for provider in SimulatedProviders.names {
                let streamed = try await providers.ask(provider).report
                #expect(matches(streamed.outcome, fault.streamed), "\(provider) streamed: \(streamed.outcome)")
                guard let expected = fault.whole else { continue }
                let whole = try await providers.ask(provider, stream: false).report
                #expect(matches(whole.outcome, expected), "\(provider) whole: \(whole.outcome)")
            }
            let entries = try await providers.ledger()
            #expect(entries.allSatisfy { $0["fault"] == "test" })
        }
    }

    /// Not every provider has a word for overload.
    private func matches(_ found: AttemptClass, _ expected: AttemptClass) -> Bool {
        found == expected || (expected == .overloaded && found == .serverError)
    }

    @Test(
        "a connection that breaks inside a stream, or before a byte, is reset",
        arguments: [
            "{cut: {after_events: 2, how: abrupt}}", "{cut: {after_events: 2, how: reset}}", "{drop: true}",
        ])
    func resets(then: String) async throws {
        try await SimulatedProviders.with(try options(then)) { providers async throws in
            for provider in ["openai", "anthropic", "gemini"] as [ProviderID] {
                for stream in [true, false] {
                    let report = try await providers.ask(provider, stream: stream).report
                    #expect(
                        [.connectionReset, .streamTruncated].contains(report.outcome),
                        "\(provider) \(stream): \(report.outcome)")
                }
            }
        }
    }

    @Test("a 429 carries the provider's wait")
    func retryAfter() async throws {
        try await SimulatedProviders.with(try options("{fail: rate_limited, retry_after_ms: 7000}")) {
            providers async throws in
            for provider in SimulatedProviders.names where provider != "local" {
                let report = try await providers.ask(provider).report
                #expect(report.rateLimit?.retryAfter == .seconds(7), "\(provider)")
            }
        }
    }

    @Test("usage can be missing, and is then unknown; repeated, it counts once")
    func usage() async throws {
        try await SimulatedProviders.with(try options("{usage: missing}")) { providers async throws in
            for provider in ["openai", "groq", "gemini", "xai"] as [ProviderID] {
                #expect(try await providers.ask(provider).report.usage?.tokens.outputTokens == nil, "\(provider)")
                #expect(try await providers.ask(provider, stream: false).report.usage == nil, "\(provider)")
            }
        }
        try await SimulatedProviders.with(try options("{usage: repeated, answer: 'four words of text'}")) {
            providers async throws in
            for provider in SimulatedProviders.names {
                let report = try await providers.ask(provider).report
                let entry = try #require(try await providers.ledger().last)
                #expect(report.outcome == .ok, "\(provider)")
                #expect(report.usage?.tokens.outputTokens == entry["output_tokens"]?.int, "\(provider)")
            }
        }
    }

    @Test("any status with any headers and body is sent as written")
    func verbatim() async throws {
        let then = "{status: 418, headers: {x-odd: 'yes', retry-after: '2.5'}, body: 'short and stout'}"
        try await SimulatedProviders.with(try options(then)) { providers async throws in
            let answer = try await providers.http(
                "POST", "/openai/v1/chat/completions",
                body: #"{"model":"gpt-6-luna","messages":[{"role":"user","content":"x"}]}"#,
                headers: [("authorization", "Bearer k")])
            #expect(answer.status == 418)
            #expect(answer.headers["x-odd"] == "yes")
            #expect(answer.headers["retry-after"] == "2.5")
            #expect(answer.body == "short and stout")
        }
    }

    @Test(
        "a fault strikes as often as it says",
        arguments: [
            ("{nth: [2, 4]}", [false, true, false, true, false]), ("{first: 2}", [true, true, false, false, false]),
            ("{after: 3}", [false, false, false, true, true]), ("{every: 2}", [false, true, false, true, false]),
            ("{probability: 0}", [false, false, false, false, false]),
        ])
    func occurrences(when: String, expected: [Bool]) async throws {
        try await SimulatedProviders.with(try options("{fail: server_error}", when: when)) { providers async throws in
            var struck: [Bool] = []
            for _ in expected { struck.append(try await providers.ask("openai").report.outcome == .serverError) }
            #expect(struck == expected)
        }
    }

    @Test("a fault keeps to its provider, model and key")
    func matching() async throws {
        let yaml = """
            faults:
              - match: {provider: openai, model: 'gpt-6-l*', key: key-bad}
                then: {fail: server_error}
            """
        let options = SimulatorOptions(scenario: try Scenario.read(yaml: yaml, file: "test.yaml"))
        try await SimulatedProviders.with(options) { providers async throws in
            #expect(try await providers.ask("openai", key: "key-bad").report.outcome == .serverError)
            #expect(try await providers.ask("openai", key: "key-good").report.outcome == .ok)
            #expect(try await providers.ask("openai", model: "gpt-6.1-sol", key: "key-bad").report.outcome == .ok)
            #expect(try await providers.ask("groq", key: "key-bad").report.outcome == .ok)
        }
    }

    @Test("a slow first token, a stall and a delay take the time they say")
    func waiting() async throws {
        for (then, least) in [
            ("{first_token: {delay_ms: 20000}}", 20), ("{stall: {after_events: 2, hold_ms: 20000}}", 20),
            ("{delay_ms: 20000}", 20),
        ] {
            var options = try options(then)
            let clock = ManualClockBox()
            options.time = clock.source
            try await withSimulator(options: options) { address async throws in
                let before = clock.elapsed
                let url = try #require(address.baseURL(for: "openai"))
                let answer = try await PlainHTTP.post(
                    url + "/chat/completions",
                    #"{"model":"gpt-6-luna","stream":true,"messages":[{"role":"user","content":"x"}]}"#)
                #expect(answer.contains("[DONE]"))
                #expect(clock.elapsed - before >= .seconds(least), "\(then)")
            }
        }
    }

    @Test("a first token that never comes ends with the connection")
    func absent() async throws {
        try await SimulatedProviders.with(try options("{first_token: {absent: true, hold_ms: 1000}}")) {
            providers async throws in
            let report = try await providers.ask("openai").report
            #expect([.connectionReset, .streamTruncated].contains(report.outcome))
            #expect(report.timings.headers != nil)
            #expect(report.timings.firstToken == nil)
        }
    }

    @Test("a client that leaves is noticed while nothing is being sent")
    func clientLeaves() async throws {
        let options = try options("{stall: {after_events: 1, hold_ms: 600000}}")
        try await SimulatedProviders.with(options, realTime: true) { providers async throws in
            let call = ModelCall(
                model: ModelID(provider: "openai", name: "gpt-6-luna"),
                request: ChatRequest(messages: [.user("x")], parameters: .init(), stream: true),
                credential: APIKey("k"), deadline: TimeLimits().deadline(from: .now),
                attemptID: AttemptID(rawValue: "attempt"))
            for try await event in try providers.client("openai").open(call) {
                if case .text = event { break }
            }
            var outcome: String?
            let limit = ContinuousClock.now + .seconds(10)
            while outcome == nil, ContinuousClock.now < limit {
                outcome = try await providers.ledger().last?["outcome"]?.string
                await Task.yield()
            }
            #expect(outcome == "client_left")
        }
    }
}
