import LLMCore
import LLMService
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct AskTests {
    struct Story: CustomTestStringConvertible {
        var testDescription: String
        var scripts: KeyValuePairs<ProviderID, [ScriptedAnswer]>
        var fallback = true
        var retries = 2
        var total = Duration.seconds(300)
        var attempts: [String]
        var text = ""
        var sleeps: [Int] = []

        init(
            _ name: String, _ scripts: KeyValuePairs<ProviderID, [ScriptedAnswer]>, fallback: Bool = true,
            retries: Int = 2, total: Duration = .seconds(300), attempts: [String], text: String = "",
            sleeps: [Int] = []
        ) {
            testDescription = name
            self.scripts = scripts
            self.fallback = fallback
            self.retries = retries
            self.total = total
            self.attempts = attempts
            self.text = text
            self.sleeps = sleeps
        }
    }

    // Jitter is fixed at a half, so the first wait is 250 ms and the second 500 ms; every call takes 10 ms.
    static let stories: [Story] = [
        Story(
            "a success ends the call", ["gemini": [.text("Hello", " you")]], attempts: ["gemini:ok"], text: "Hello you"),
        Story(
            "an error before the first token falls back without a word",
            ["gemini": [.failure(.serverError, status: 500)], "openai": [.text("hi")]],
            attempts: ["gemini:server_error", "openai:ok"], text: "hi"),
        Story(
            "an error after the first token does not fall back",
            ["gemini": [.failure(.streamTruncated, after: "half an")], "openai": [.text("hi")]],
            attempts: ["gemini:stream_truncated"], text: "half an"),
        Story(
            "without fallback the same model is retried with growing waits, and none after the last attempt",
            ["gemini": [.failure(.overloaded, status: 503)]], fallback: false,
            attempts: ["gemini:overloaded", "gemini:overloaded", "gemini:overloaded"], sleeps: [250, 500]),
        Story(
            "a retry that succeeds ends the call",
            ["gemini": [.failure(.connectionReset), .text("back")]], fallback: false,
            attempts: ["gemini:conn_reset", "gemini:ok"], text: "back", sleeps: [250]),
        Story(
            "nobody sleeps while another candidate is ready, and retries come after every model was tried",
            [
                "gemini": [.failure(.rateLimited, status: 429, retryAfter: .seconds(2)), .text("later")],
                "groq": [.failure(.serverError, status: 500)], "openai": [.failure(.overloaded, status: 503)],
            ],
            retries: 1,
            attempts: [
                "gemini:rate_limited", "groq:server_error", "openai:overloaded", "groq:server_error",
                "openai:overloaded", "gemini:ok",
            ],
            text: "later", sleeps: [240, 1_720]),
        Story(
            "retry-after is the floor of the wait",
            ["gemini": [.failure(.rateLimited, status: 429, retryAfter: .seconds(48)), .text("ok")]], fallback: false,
            attempts: ["gemini:rate_limited", "gemini:ok"], text: "ok", sleeps: [48_000]),
        Story(
            "a wait past the deadline is not begun",
            ["gemini": [.failure(.rateLimited, status: 429, retryAfter: .seconds(48))]], fallback: false,
            total: .seconds(20), attempts: ["gemini:rate_limited"]),
        Story(
            "a deadline that passes ends the call",
            ["gemini": [.failure(.timeoutFirstToken, takes: .seconds(60))], "openai": [.text("late")]],
            total: .seconds(30), attempts: ["gemini:timeout_first_token"]),
        Story(
            "what may have been paid for before time ran out is tried once more, not twice",
            ["gemini": [.failure(.timeoutFirstToken)]], fallback: false,
            attempts: ["gemini:timeout_first_token", "gemini:timeout_first_token"], sleeps: [250]),
        Story(
            "a bad request is the caller's fault wherever it goes",
            ["gemini": [.failure(.badRequest, status: 400)], "openai": [.text("hi")]],
            attempts: ["gemini:bad_request"]),
        Story(
            "a bad key is not retried and the next provider is asked",
            ["gemini": [.failure(.auth, status: 400)], "openai": [.text("hi")]],
            attempts: ["gemini:auth", "openai:ok"], text: "hi"),
        Story(
            "a refused account is not retried and the next provider is asked",
            ["gemini": [.failure(.account, status: 400)], "openai": [.text("hi")]],
            attempts: ["gemini:account", "openai:ok"], text: "hi"),
        Story(
            "a refused region is not retried and the next provider is asked",
            ["gemini": [.failure(.region, status: 403)], "openai": [.text("hi")]],
            attempts: ["gemini:region", "openai:ok"], text: "hi"),
        Story(
            "an exhausted quota is not waited for",
            ["gemini": [.failure(.quotaExhausted, status: 429, retryAfter: .seconds(1))]],
            attempts: ["gemini:quota_exhausted"]),
        Story(
            "a blocked prompt may pass another model's filter",
            ["gemini": [.failure(.contentFilter)], "openai": [.text("hi")]],
            attempts: ["gemini:content_filter", "openai:ok"], text: "hi"),
        Story(
            "the provider's word that a retry is useless is taken",
            ["gemini": [.failure(.serverError, status: 500, shouldRetry: false)]], fallback: false,
            attempts: ["gemini:server_error"]),
        Story(
            "an answer cut at the output limit is an answer",
            ["gemini": [.failure(.lengthTruncated, status: 200, after: "long")], "openai": [.text("hi")]],
            attempts: ["gemini:length_truncated"], text: "long"),
    ]

    @Test("failures lead to the right attempts, waits and text", arguments: stories)
    func tell(_ story: Story) async throws {
        let harness = ServiceHarness(story.scripts)
        var policy = AskPolicy(fallback: story.fallback, retries: story.retries)
        policy.limits.total = story.total
        let transcript = try await harness.ask(harness.request(policy: policy))

        #expect(transcript.attempts == story.attempts)
        #expect(transcript.text == story.text)
        #expect(harness.clock.sleeps.map { Int($0.milliseconds) } == story.sleeps)
        let record = try #require(transcript.record)
        #expect(record.answer.text == story.text)
        #expect(harness.recorder.calls.count == 1)
        #expect(harness.recorder.intents.map(\.attempt) == record.attempts.map(\.report.id))
        #expect((record.error == nil) == (record.outcome == .ok))
        #expect(transcript.failures == record.attempts.count { $0.report.outcome != .ok })
    }

    @Test("a prompt too long for a small model goes on to one that is known to be larger")
    func largerContext() async throws {
        let harness = ServiceHarness([
            "groq": [.failure(.contextOverflow, status: 400)], "gemini": [.text("room enough")],
            "local": [.text("no")],
        ])
        let small = ServiceHarness.models["groq"].map(ModelChoice.model) ?? .auto
        let transcript = try await harness.ask(harness.request(small))
        #expect(transcript.attempts == ["groq:context_overflow", "gemini:ok"])
    }

    @Test(
        "an account that is refused retires its key for every model of the provider, and the next key answers",
        arguments: [AttemptClass.account, .quotaExhausted, .region, .auth], [400, 401, 402, 403, 429])
    func refusedAccount(outcome: AttemptClass, status: Int) async throws {
        let clock = ManualClock()
        let client = ScriptedClient("gemini", clock: clock) { call, _ in
            call.credential?.reveal() == "key-0-of-gemini" ? .failure(outcome, status: status) : .text("hi")
        }
        let harness = ServiceHarness(clock: clock, clients: [client], keys: 2)
        var policy = AskPolicy(fallback: false)
        policy.retries = 0
        for name in ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-pro"] {
            let model = ModelID(provider: "gemini", name: name)
            let transcript = try await harness.ask(harness.request(.model(model), policy: policy))
            #expect(transcript.text == "hi", "\(name)")
        }
        let keys = client.calls.map { $0.credential?.reveal() }
        #expect(keys.count { $0 == "key-0-of-gemini" } == 1)
        #expect(keys.count == 4)
    }

    @Test("when all fail the error names every attempt, every skipped provider and what would help")
    func everyAttemptIsNamed() async throws {
        let clock = ManualClock()
        let harness = ServiceHarness(
            clock: clock,
            skipped: [
                SkippedProvider(
                    provider: "xai", defaultModel: ModelID(provider: "xai", name: "grok-4"), reason: "no key",
                    help: "set XAI_API_KEY")
            ],
            clients: [
                ScriptedClient("gemini", clock: clock, .failure(.quotaExhausted, status: 429)),
                ScriptedClient("openai", clock: clock, .failure(.auth, status: 401)),
            ])
        let error = try #require(try await harness.ask(harness.request()).record?.error)
        #expect(error.contains("gemini/gemini-2.5-pro: quota_exhausted (HTTP 429) after 10 ms"))
        #expect(error.contains("openai/gpt-5: auth (HTTP 401) after 10 ms; check the key of openai"))
        #expect(error.contains("xai/grok-4: not asked: no key: set XAI_API_KEY"))
    }

    @Test("failures of one model that differ in their times only share a line")
    func repeatedFailures() async throws {
        let harness = ServiceHarness([
            "gemini": [.failure(.overloaded, status: 503), .failure(.overloaded, status: 503)]
        ])
        var request = harness.request()
        request.policy.retries = 1
        let error = try #require(try await harness.ask(request).record?.error)
        #expect(error.split(separator: "\n").filter { $0.contains("overloaded") }.count == 1, "\(error)")
        #expect(error.contains("gemini/gemini-2.5-pro: overloaded (HTTP 503) 2 times after "), "\(error)")
    }

    @Test("a failure after the first token says how much was delivered")
    func deliveredPart() async throws {
        let harness = ServiceHarness(["gemini": [.failure(.streamTruncated, after: "half an")]])
        let error = try #require(try await harness.ask(harness.request()).record?.error)
        #expect(error.contains("gemini/gemini-2.5-pro broke off (stream_truncated) after 7 characters"))
    }

    @Test("without any provider the call is recorded with what would help, and nothing was reserved")
    func nothingConfigured() async throws {
        let harness = ServiceHarness(
            skipped: [
                SkippedProvider(
                    provider: "gemini", defaultModel: ModelID(provider: "gemini", name: "g"), reason: "no key",
                    help: "set GEMINI_API_KEY")
            ], clients: [])
        let record = try #require(try await harness.ask(harness.request()).record)
        #expect(record.outcome == .cancelled)
        #expect(record.attempts.isEmpty)
        #expect(record.model == nil)
        #expect(record.error?.contains("set GEMINI_API_KEY") == true)
        #expect(harness.recorder.intents.isEmpty)
        #expect(harness.recorder.calls.count == 1)
    }

    @Test("the first key goes with the call and the record names only its fingerprint")
    func credentials() async throws {
        let harness = ServiceHarness(["gemini": [.text("hi")]])
        let record = try #require(try await harness.ask(harness.request()).record)
        let key = APIKey("key-of-gemini")
        #expect(harness.clients.first?.calls.first?.credential == key)
        #expect(record.attempts.first?.report.key == key.fingerprint)
        #expect(!"\(record)".contains("key-of-gemini"))
    }

    @Test("attempts are numbered from one within the call")
    func attemptNames() async throws {
        let harness = ServiceHarness(["gemini": [.failure(.auth)], "openai": [.text("hi")]])
        let record = try #require(try await harness.ask(harness.request()).record)
        #expect(record.attempts.map(\.report.id.rawValue) == ["call.1", "call.2"])
    }

    @Test("tool calls are joined per index whatever pieces they come in")
    func toolCalls() async throws {
        let answer = ScriptedAnswer(
            events: [
                .toolCall(index: 1, id: "b", name: "beta", arguments: "{}"),
                .toolCall(index: 0, id: "a", name: "alpha", arguments: "{\"x\""),
                .toolCall(index: 0, id: nil, name: nil, arguments: ":1}"),
            ], usage: .fixture())
        let record = try #require(
            try await ServiceHarness(["gemini": [answer]]).ask(
                AskRequest(id: CallID(rawValue: "c"), model: .auto, chat: ServiceHarness.question)
            ).record)
        #expect(
            record.answer.toolCalls == [
                ToolCall(id: "a", name: "alpha", arguments: "{\"x\":1}"),
                ToolCall(id: "b", name: "beta", arguments: "{}"),
            ])
    }
}
