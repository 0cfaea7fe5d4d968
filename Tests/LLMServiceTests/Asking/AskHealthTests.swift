import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import LLMService

@Suite("Questions under learnt health", .timeLimit(.minutes(2)))
struct AskHealthTests {
    private let clock = ManualClock()

    private func harness(keys: Int = 1, _ clients: ScriptedClient...) -> ServiceHarness {
        ServiceHarness(clock: clock, clients: clients, keys: keys)
    }

    @Test("a key that is limited gives way to the next at once, for the same model")
    func rotation() async throws {
        let openai = ScriptedClient("openai", clock: clock) { call, _ in
            call.credential == APIKey("key-0-of-openai")
                ? .failure(.rateLimited, status: 429, retryAfter: .seconds(30)) : .text("yes")
        }
        let harness = harness(keys: 3, openai)
        let before = clock.now
        let transcript = try await harness.ask(harness.request())
        #expect(transcript.text == "yes")
        #expect(transcript.attempts == ["openai:rate_limited", "openai:ok"])
        #expect(Set(openai.calls.map(\.credential)).count == 2)
        #expect(clock.now - before < .seconds(1))
        // The limited key rests: the next question does not meet it.
        #expect(try await harness.ask(harness.request()).attempts == ["openai:ok"])
    }

    @Test("a wait is told before it begins: for whom, why and how long; a retry's, and a limit's that is known")
    func waits() async throws {
        let openai = ScriptedClient(
            "openai", clock: clock, .failure(.rateLimited, status: 429, retryAfter: .seconds(30)), .text("yes"))
        let harness = harness(openai)
        let first = try await harness.ask(harness.request())
        #expect(first.text == "yes")
        let retry = try #require(first.waits.first)
        #expect(first.waits.count == 1 && retry.model.provider == "openai")
        #expect(retry.reason == "\(retry.model) is tried again after rate_limited")
        #expect(retry.expected.map { (.seconds(30)...(.seconds(40))).contains($0) } == true, "\(retry)")

        let groq = ScriptedClient(
            "groq", clock: clock, .failure(.rateLimited, status: 429, retryAfter: .seconds(30)), .text("yes"))
        let limited = self.harness(groq)
        _ = try await limited.ask(limited.request(policy: AskPolicy(retries: 0)))
        let known = try #require(try await limited.ask(limited.request(policy: AskPolicy(retries: 0))).waits.first)
        #expect(
            known.description == "waiting 30 s: the safety lock is engaged: every configured cloud is limited: groq")
    }

    @Test("a probe that streams lets the next request through from its first piece on")
    func longProbe() async throws {
        let pens = Mutex<[(ModelCall, HandClient.Pen)]>([])
        let openai = HandClient("openai") { call, pen in
            pens.withLock { $0.append((call, pen)) }
            if pens.withLock(\.count) <= 5 { pen.fail(.serverError, call) } else { pen.yield(.text("at ")) }
        }
        let service = ServiceHarness(clock: clock, clients: [openai])
        let request = service.request(policy: AskPolicy(retries: 0))
        for _ in 0..<5 { #expect(try await service.ask(request).record?.outcome == .serverError) }
        clock.advance(by: .seconds(7))
        var isHeld = true
        for try await event in service.service.ask(request) {
            guard case .text(let piece) = event, piece == "at " else { continue }
            let now = clock.source.wallMicroseconds()
            let health = service.service.health
            let states = await health.snapshot(now: now).entries.compactMap(\.state.breaker)
            isHeld = states.contains { $0.phase.name == .halfOpen }
            let (call, pen) = try #require(pens.withLock { $0.last })
            pen.answer("last", to: call)
        }
        #expect(!isHeld)
    }

    @Test("a dead key is never tried again, an overloaded provider keeps its key")
    func deadAndOverloaded() async throws {
        let gemini = ScriptedClient("gemini", clock: clock) { call, _ in
            call.credential == APIKey("key-0-of-gemini") ? .failure(.auth, status: 400) : .text("yes")
        }
        let harness = harness(keys: 2, gemini)
        #expect(try await harness.ask(harness.request()).attempts == ["gemini:auth", "gemini:ok"])
        for _ in 0..<4 { #expect(try await harness.ask(harness.request()).attempts == ["gemini:ok"]) }

        let anthropic = ScriptedClient(
            "anthropic", clock: clock, .failure(.overloaded, status: 529), .text("yes"))
        let other = self.harness(keys: 2, anthropic)
        #expect(try await other.ask(other.request()).attempts == ["anthropic:overloaded", "anthropic:ok"])
    }

    @Test("a rate-limited cloud goes to local next, before other clouds")
    func localNext() async throws {
        let gemini = ScriptedClient(
            "gemini", clock: clock, .failure(.rateLimited, status: 429, retryAfter: .seconds(60)))
        let groq = ScriptedClient("groq", clock: clock, .text("cloud"))
        let local = ScriptedClient("local", clock: clock, .text("here"))
        let harness = ServiceHarness(
            clock: clock, priority: ["gemini", "groq", "local"], clients: [gemini, groq, local])
        #expect(try await harness.ask(harness.request()).text == "here")
    }

    @Test("a cloud whose keys are all limited goes to local next, whichever of them said so")
    func localNextAfterRotation() async throws {
        let limited = ScriptedAnswer.failure(.rateLimited, status: 429, retryAfter: .seconds(60))
        let gemini = ScriptedClient("gemini", clock: clock, limited, .text("yes"), limited)
        let groq = ScriptedClient("groq", clock: clock, .text("cloud"))
        let local = ScriptedClient("local", clock: clock, .text("here"))
        let harness = ServiceHarness(
            clock: clock, priority: ["gemini", "groq", "local"], clients: [gemini, groq, local], keys: 2)
        let rotated = try await harness.ask(harness.request(policy: AskPolicy(retries: 0)))
        #expect(rotated.attempts == ["gemini:rate_limited", "gemini:ok"], "another key is tried at once")
        let next = try await harness.ask(harness.request(policy: AskPolicy(retries: 0)))
        #expect(
            next.attempts == ["gemini:rate_limited", "local:ok"], "no key is left: local comes before other clouds")
    }

    @Test("when every cloud is limited the lock engages: only local models are asked, and no cloud is sent anything")
    func locked() async throws {
        let limited = ScriptedAnswer.failure(.rateLimited, status: 429, retryAfter: .seconds(60))
        let gemini = ScriptedClient("gemini", clock: clock, limited)
        let groq = ScriptedClient("groq", clock: clock, limited)
        let local = ScriptedClient("local", clock: clock, .failure(.serverError, status: 500), .text("here"))
        let harness = ServiceHarness(
            clock: clock, priority: ["gemini", "groq", "local"], clients: [gemini, groq, local])
        _ = try await harness.ask(harness.request(policy: AskPolicy(retries: 0)))
        #expect(gemini.calls.count == 1 && groq.calls.count == 1)
        let second = try await harness.ask(harness.request(policy: AskPolicy(retries: 0)))
        #expect(second.text == "here")
        #expect(gemini.calls.count == 1 && groq.calls.count == 1)
        #expect(
            await harness.service.health.snapshot(now: clock.source.wallMicroseconds()).lock(of: "")?.isEngaged == true)
    }

    @Test("an engaged lock lets one request through now and then; when the cloud answers it, the lock is released")
    func lockProbe() async throws {
        let gemini = ScriptedClient(
            "gemini", clock: clock, .failure(.rateLimited, status: 429, retryAfter: .seconds(3_600)), .text("cloud"))
        let local = ScriptedClient("local", clock: clock, .text("here"))
        let harness = ServiceHarness(clock: clock, priority: ["gemini", "local"], clients: [gemini, local])
        #expect(try await harness.ask(harness.request()).text == "here")
        clock.advance(by: .seconds(30))
        #expect(try await harness.ask(harness.request()).text == "here")
        #expect(gemini.calls.count == 1)
        clock.advance(by: .seconds(60))
        let probe = try await harness.ask(harness.request())
        #expect(probe.text == "cloud")
        #expect(probe.record?.decision.steps.contains { $0.what == "sent as a probe" } == true)
        #expect(try await harness.ask(harness.request()).text == "cloud")
    }

    @Test("a model that keeps failing is not asked while its breaker is open, and the reason is kept")
    func breaker() async throws {
        let openai = ScriptedClient("openai", clock: clock, .failure(.serverError, status: 500))
        let harness = harness(openai)
        for _ in 0..<30 { _ = try await harness.ask(harness.request(policy: AskPolicy(retries: 0))) }
        let sent = openai.calls.count
        #expect(sent < 30)
        let limits = TimeLimits(total: .milliseconds(50))
        let transcript = try await harness.ask(harness.request(policy: AskPolicy(retries: 0, limits: limits)))
        #expect(openai.calls.count == sent)
        let record = try #require(transcript.record)
        #expect(record.outcome != .ok)
        #expect(record.error?.contains("not asked") == true, "\(record.error ?? "")")
        #expect(!record.decision.steps.isEmpty)
    }

    @Test("what is broken for long is not waited for: the request fails at once and says why")
    func failsFast() async throws {
        let openai = ScriptedClient("openai", clock: clock, .failure(.serverError, status: 500))
        let harness = harness(openai)
        // Each opening of the breaker doubles its time.
        for _ in 0..<60 { _ = try await harness.ask(harness.request(policy: AskPolicy(retries: 0))) }
        let (sent, before) = (openai.calls.count, clock.now)
        let record = try #require(try await harness.ask(harness.request()).record)
        #expect(openai.calls.count == sent)
        #expect(clock.now == before, "nobody waited")
        #expect(record.error?.contains("the breaker of model openai/gpt-5 is open") == true, "\(record.error ?? "")")
    }

    @Test("once its time is up a request waits for nothing but its record: its health is stored later")
    func lateLearning() async throws {
        let store = ScriptedHealthStore()
        let openai = ScriptedClient("openai", clock: clock, .failure(.serverError, status: 500, takes: .seconds(60)))
        let harness = ServiceHarness(clock: clock, clients: [openai], health: store)
        let limits = TimeLimits(total: .seconds(30))
        let transcript = try await harness.ask(harness.request(policy: AskPolicy(limits: limits)))
        #expect(transcript.attempts == ["openai:server_error"])
        #expect(store.updates == 0)
        await harness.jobs.runAll()
        #expect(store.updates == 1)
    }

    @Test("a run measures providers as they are: its calls neither ask learnt health nor change keys")
    func bench() async throws {
        let openai = ScriptedClient("openai", clock: clock, .failure(.rateLimited, status: 429))
        var harness = harness(keys: 3, openai)
        harness.isolate()
        let policy = AskPolicy(fallback: false, retries: 1)
        for _ in 0..<20 { _ = try await harness.ask(harness.request(policy: policy)) }
        #expect(openai.calls.count == 40)
        #expect(Set(openai.calls.map(\.credential)) == [APIKey("key-0-of-openai")])
    }
}
