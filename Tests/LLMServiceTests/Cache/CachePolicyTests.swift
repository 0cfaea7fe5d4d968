import LLMCore
import LLMService
import TestSupport
import Testing

@Suite("What is cached", .timeLimit(.minutes(2)))
struct CachePolicyTests {
    static func request(_ task: TaskType = .verification, useCache: Bool? = nil) -> AskRequest {
        AskRequest(
            id: CallID(rawValue: "call"), model: .auto, chat: ChatRequest(messages: [.user("x")]), task: task,
            useCache: useCache)
    }

    @Test(
        "verification and simple generation are cached unless the caller says no, others when it says yes",
        arguments: [
            (.verification, nil, true), ("validation", nil, true), (.simpleGeneration, nil, true),
            (.general, nil, false), (.planning, nil, false), ("own", nil, false), (.verification, false, false),
            (.planning, true, true),
        ] as [(TaskType, Bool?, Bool)])
    func tasks(task: TaskType, wish: Bool?, expected: Bool) {
        #expect(CachePolicy().applies(to: Self.request(task, useCache: wish)) == expected)
    }

    @Test("a request that brings its own recorder, as each of a run does, is never served from the cache")
    func bench() {
        var own = Self.request(useCache: true)
        own.recorder = InMemoryCallRecorder()
        #expect(!CachePolicy().applies(to: own))
    }

    @Test("how long an answer serves depends on its task")
    func lifetimes() throws {
        let policy = CachePolicy(lifetimes: [.verification: .seconds(5)], lifetime: .seconds(2))
        #expect(policy.lifetime(of: .verification) == .seconds(5) && policy.lifetime(of: .general) == .seconds(2))
        let entry = try #require(policy.entry(of: CacheFixtures.call(Self.request()), at: 1_000))
        #expect(entry.storedAt == 1_000 && entry.expiresAt == 5_001_000 && entry.staleUntil == 5_001_000)
        let forgiving = CachePolicy(lifetimes: [.verification: .seconds(5)], staleIfError: .seconds(3))
        #expect(forgiving.entry(of: CacheFixtures.call(Self.request()), at: 1_000)?.staleUntil == 8_001_000)
        let none = CachePolicy(lifetimes: [.verification: .zero])
        #expect(none.entry(of: CacheFixtures.call(Self.request()), at: 1_000) == nil)
    }

    @Test("only complete and clean successes are kept", arguments: AttemptClass.allCases)
    func outcomes(outcome: AttemptClass) {
        let call = CacheFixtures.call(Self.request(), outcome: outcome)
        #expect((CachePolicy().entry(of: call, at: 1) != nil) == (outcome == .ok))
    }

    @Test(
        "how the model ended decides, too",
        arguments: [
            (.stop, true), (.toolCalls, true), (.length, false), (.contentFilter, false), (.refusal, false),
            (.pause, false), (.other, false), (nil, false),
        ] as [(FinishReason.Kind?, Bool)])
    func finishes(finish: FinishReason.Kind?, expected: Bool) {
        let call = CacheFixtures.call(Self.request(), finish: finish)
        #expect((CachePolicy().entry(of: call, at: 1) != nil) == expected)
    }

    @Test(
        "an answer without content, or a refusal, is not kept",
        arguments: [
            (Answer(), false), (Answer(thinking: "hm"), false), (Answer(text: "a", refusal: "no"), false),
            (Answer(text: " "), false), (Answer(toolCalls: [ToolCall(id: "1", name: "f", arguments: "{}")]), true),
        ])
    func answers(answer: Answer, expected: Bool) {
        #expect((CachePolicy().entry(of: CacheFixtures.call(Self.request(), answer), at: 1) != nil) == expected)
    }

    @Test("an entry has what is needed to give the answer again, and what it saves")
    func content() throws {
        var call = CacheFixtures.call(Self.request())
        call.attempts.insert(call.attempts[0], at: 0)
        call.attempts[0].report.outcome = .serverError
        let entry = try #require(CachePolicy().entry(of: call, at: 1))
        #expect(entry.model == CacheFixtures.model && entry.endpoint == CacheFixtures.endpoint)
        #expect(entry.answer.text == "fresh" && entry.finish?.kind == .stop && entry.tokens?.outputTokens == 20)
        // A later call would not repeat the failure before it.
        #expect(entry.cost == USD("0.5"))
    }
}
