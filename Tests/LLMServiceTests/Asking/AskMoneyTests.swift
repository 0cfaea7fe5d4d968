import LLMCore
import LLMService
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct AskMoneyTests {
    @Test("an answer costs what its usage says at the day's price")
    func cost() async throws {
        let harness = ServiceHarness(["openai": [.text("hi")]])
        let record = try #require(try await harness.ask(harness.request()).record)
        // 100 tokens at 1.25 and 20 at 10 dollars a million.
        #expect(record.cost == USD("0.000325"))
        #expect(record.attempts.first?.cost.priceAsOf != nil)
    }

    @Test("a refused attempt is free and a stream that broke off has an unknown cost")
    func failedAttempts() async throws {
        let refused = ServiceHarness(["openai": [.failure(.overloaded, status: 503), .text("hi")]])
        #expect(try await refused.ask(refused.request()).record?.cost == USD("0.000325"))

        let broken = ServiceHarness(["openai": [.failure(.streamTruncated, status: 200, after: "ha")]])
        let record = try #require(try await broken.ask(broken.request()).record)
        #expect(record.cost == nil)
        #expect(record.attempts.first?.cost.unknownBecause != nil)
    }

    @Test("each attempt is reserved at its worst case before it is sent")
    func worstCase() async throws {
        let harness = ServiceHarness(["openai": [.text("hi")]])
        _ = try await harness.ask(harness.request())
        let intent = try #require(harness.recorder.intents.first)
        // 12 bytes + 16 at 1.25, 1,000 at 10 dollars a million, and the dearest region's surcharge where one exists.
        let worst = try #require(intent.worstCase)
        #expect(worst >= USD(pico: 10_035_000_000) && worst < USD(pico: 12_000_000_000))
        #expect(intent.key == APIKey("key-of-openai").fingerprint)
    }

    @Test("a model whose worst case exceeds the request's limit is left out and a cheaper one asked")
    func limitSkips() async throws {
        let harness = ServiceHarness(["openai": [.text("dear")], "local": [.text("free")]])
        let policy = AskPolicy(maxCost: USD("0.001"))
        let transcript = try await harness.ask(
            harness.request(.model(ModelID(provider: "openai", name: "gpt-5")), policy: policy))
        #expect(transcript.attempts == ["local:ok"])
        #expect(transcript.record?.stoppedBy == nil)
        #expect(transcript.record?.decision.candidates.first?.skipped == true)
    }

    @Test("a limit that nothing fits stops the call before anything is sent")
    func limitStops() async throws {
        let harness = ServiceHarness(["openai": [.text("dear")]])
        let record = try #require(
            try await harness.ask(harness.request(policy: AskPolicy(maxCost: USD("0.001")))).record)
        #expect(record.attempts.isEmpty)
        #expect(record.stoppedBy?.limit == USD("0.001"))
        #expect(record.error?.contains("budget") == true)
        #expect(harness.clients.flatMap(\.calls).isEmpty)
    }

    @Test("a limit that nothing fits names the cheapest model that was refused, wherever it stood in the order")
    func cheapestRefused() async throws {
        let harness = ServiceHarness(["openai": [.text("a")], "groq": [.text("b")]])
        let record = try #require(
            try await harness.ask(harness.request(policy: AskPolicy(maxCost: USD("0.0000001")))).record)
        #expect(record.attempts.isEmpty && record.decision.candidates.count == 2)
        let stop = try #require(record.stoppedBy)
        let worst = record.decision.candidates.compactMap { candidate -> USD? in
            let words = candidate.why.split(separator: " ")
            return words.firstIndex(of: "cost").flatMap { USD(String(words[$0 + 1])) }
        }
        #expect(Set(worst).count == 2 && stop.needed == worst.min(), "\(worst)")
        let model = try #require(stop.model)
        let needed = try #require(stop.needed)
        #expect(record.error?.contains("the cheapest model that was refused, \(model), may cost \(needed) USD") == true)
    }

    @Test("what a failed attempt may have cost counts against the limit")
    func limitCountsUnknown() async throws {
        let harness = ServiceHarness(["openai": [.failure(.streamTruncated, status: 200), .text("again")]])
        let record = try #require(
            try await harness.ask(harness.request(policy: AskPolicy(maxCost: USD("0.015")))).record)
        #expect(record.attempts.count == 1)
        #expect(record.stoppedBy?.needed != nil)
    }

    @Test("a model without a known price cannot be asked under a limit")
    func unpriced() async throws {
        let clock = ManualClock()
        let harness = ServiceHarness(clock: clock, clients: [ScriptedClient("unheard-of", clock: clock, .text("hi"))])
        let record = try #require(
            try await harness.ask(harness.request(policy: AskPolicy(maxCost: USD("1")))).record)
        #expect(record.attempts.isEmpty)
        #expect(record.stoppedBy != nil)
        #expect(record.error?.contains(" is unknown; `prices:` in dirgen.yaml") == true)
        #expect(try await harness.ask(harness.request()).text == "hi")
    }

    @Test("a limit that nothing can be held against names what is missing, not a price that is known")
    func unbounded() async throws {
        let harness = ServiceHarness(["gemini": [.text("hi")]])
        var request = harness.request(
            .model(ModelID(provider: "gemini", name: "gemini-4-neon")), policy: AskPolicy(maxCost: USD("1")))
        request.policy.fallback = false
        request.chat.parameters.maxOutputTokens = nil
        let record = try #require(try await harness.ask(request).record)
        #expect(record.attempts.isEmpty && record.stoppedBy?.missing == .outputLimit)
        #expect(record.error?.contains("nothing limits the answer of gemini/gemini-4-neon: an output limit") == true)
        #expect(record.error?.contains("is unknown") == false)
        #expect(record.decision.candidates.first?.why.contains("nothing limits its answer") == true)
    }

    @Test("a recorder whose budget is exhausted ends the call without sending")
    func recorderBudget() async throws {
        let exhausted = BudgetExhausted(limit: USD.zero, spent: .zero, needed: USD("0.01"))
        let recorder = InMemoryCallRecorder(onReserve: { intent in
            if intent.model.provider == "openai" { throw exhausted }
        })
        let harness = ServiceHarness(["groq": [.failure(.auth)], "openai": [.text("hi")]], recorder: recorder)
        let record = try #require(try await harness.ask(harness.request()).record)
        #expect(record.attempts.count == 1)
        #expect(record.stoppedBy == exhausted)
        #expect(harness.clients.last?.calls.isEmpty == true)
    }

    @Test("a reservation that cannot be written keeps the call from being sent")
    func reservationFails() async throws {
        struct DiskFull: Error {}
        let recorder = InMemoryCallRecorder(onReserve: { _ in throw DiskFull() })
        let harness = ServiceHarness(["gemini": [.text("hi")]], recorder: recorder)
        let record = try #require(try await harness.ask(harness.request()).record)
        #expect(record.attempts.isEmpty)
        #expect(record.error?.contains("DiskFull") == true)
        #expect(harness.clients.first?.calls.isEmpty == true)
    }

    @Test("a record that cannot be written is said, and the answer stays")
    func recordFails() async throws {
        struct DiskFull: Error {}
        let recorder = InMemoryCallRecorder(onRecord: { _ in throw DiskFull() })
        let harness = ServiceHarness(["gemini": [.text("hi")]], recorder: recorder)
        let transcript = try await harness.ask(harness.request())
        #expect(transcript.text == "hi")
        #expect(transcript.record?.outcome == .ok)
        #expect(transcript.record?.error?.contains("could not be recorded") == true)
    }

    @Test("a request's own recorder takes the place of the service's")
    func ownRecorder() async throws {
        let harness = ServiceHarness(["gemini": [.text("hi")]])
        let own = InMemoryCallRecorder()
        var request = harness.request()
        request.recorder = own
        _ = try await harness.ask(request)
        #expect(own.calls.count == 1 && own.intents.count == 1)
        #expect(harness.recorder.calls.isEmpty && harness.recorder.intents.isEmpty)
    }
}
