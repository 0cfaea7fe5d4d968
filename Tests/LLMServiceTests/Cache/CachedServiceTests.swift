import LLMCore
import LLMService
import TestSupport
import Testing

@Suite("The service behind a cache", .timeLimit(.minutes(2)))
struct CachedServiceTests {
    /// A service over scripted providers, whose background runs.
    private func service(_ background: BackgroundWork, _ clients: [ScriptedClient], _ clock: ManualClock) -> LLMService
    {
        LLMService(
            configuration: ServiceConfiguration(
                targets: clients.map { client in
                    ProviderTarget(
                        client: client,
                        defaultModel: ServiceHarness.models[client.provider]
                            ?? ModelID(provider: client.provider, name: "default"))
                }), tables: FixedTables(), recorder: InMemoryCallRecorder(), background: background,
            time: clock.source, jitter: { 0.5 }, logger: ServiceHarness.quietLogger)
    }

    private func cached(_ service: LLMService, _ clock: ManualClock) -> CachedAsker {
        service.cached(
            by: AnswerCache(
                storage: InMemoryCacheStorage(), time: clock.source, logger: ServiceHarness.quietLogger))
    }

    private func ask(_ asker: CachedAsker, _ id: String, _ change: (inout AskRequest) -> Void = { _ in }) async throws
        -> Transcript
    {
        var request = AskRequest(
            id: CallID(rawValue: id), model: .auto, chat: ServiceHarness.question, task: .verification)
        change(&request)
        var transcript = Transcript()
        for try await event in asker.ask(request) { transcript.events.append(event) }
        return transcript
    }

    @Test("a repeated request reaches no provider; one with other settings does")
    func repeated() async throws {
        try await withBackground { background in
            let clock = ManualClock()
            let client = ScriptedClient("openai", clock: clock, .text("yes, ", "it is"))
            let asker = cached(service(background, [client], clock), clock)
            let first = try await ask(asker, "first")
            let second = try await ask(asker, "second")
            #expect(first.text == "yes, it is" && second.text == "yes, it is" && client.calls.count == 1)
            #expect(second.record?.decision.cache?.saved == first.record?.cost && second.record?.cost == .zero)
            _ = try await ask(asker, "warmer") { $0.chat.parameters.temperature = 1 }
            // What the profile fills in is part of what is asked.
            _ = try await ask(asker, "profile") {
                $0.model = .model(ModelID(provider: "openai", name: "gpt-5"))
                $0.profile = .builtIn
            }
            #expect(client.calls.count == 3)
        }
    }

    @Test("while the first model fails its fallback answers, and its answer is not taken for the first's")
    func fallback() async throws {
        try await withBackground { background in
            let clock = ManualClock()
            let first = ScriptedClient("gemini", clock: clock, .failure(.auth, status: 401), .text("well"))
            let second = ScriptedClient("openai", clock: clock, .text("instead"))
            let asker = cached(service(background, [first, second], clock), clock)
            var texts: [String] = []
            for id in ["a", "b", "c"] { texts.append(try await ask(asker, id).text) }
            #expect(texts == ["instead", "well", "well"])
            #expect(first.calls.count == 2 && second.calls.count == 1)
        }
    }

    @Test("a request that nobody can answer passes, and its failure says why")
    func nobody() async throws {
        try await withBackground { background in
            let clock = ManualClock()
            let transcript = try await ask(cached(service(background, [], clock), clock), "call")
            #expect(transcript.record?.error != nil && transcript.record?.decision.cache == nil)
        }
    }
}
