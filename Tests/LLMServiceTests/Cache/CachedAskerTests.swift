import LLMCore
import LLMService
import Synchronization
import TestSupport
import Testing

@Suite("Answers from the cache", .timeLimit(.minutes(2)))
struct CachedAskerTests {
    static let scope = CacheCounters.Scope(simulated: false, task: .verification)

    /// Each call delivers its index in pieces, and ends well.
    static func counting() -> FakeUpstream {
        FakeUpstream { request, index in
            [
                .text("answer "), .text("\(index)"),
                .ended(CacheFixtures.call(request, Answer(text: "answer \(index)"))),
            ]
        }
    }

    @Test("the first request goes out, the second is served, as a stream, at no cost")
    func hit() async throws {
        let harness = try await withBackground { background in
            let harness = CacheHarness(upstream: Self.counting(), background: background)
            let first = try await harness.ask(CacheHarness.request("first"))
            #expect(first.text == "answer 0" && first.record?.decision.cache?.kind == .miss)
            #expect(first.record?.cost == USD("0.5"))
            let second = try await harness.ask(CacheHarness.request("second"))
            let record = try #require(second.record)
            #expect(second.text == "answer 0" && second.events.count == 2)
            #expect(record.id.rawValue == "second" && record.outcome == .ok && record.attempts.isEmpty)
            #expect(record.cost == .zero && record.model == CacheFixtures.model)
            #expect(record.decision.reason.hasPrefix("answered from the cache"))
            let use = try #require(record.decision.cache)
            #expect(use.kind == .hit && use.call?.rawValue == "first" && use.saved == USD("0.5"))
            #expect(use.finish?.kind == .stop && use.tokens?.promptTokens == 100)
            return harness
        }
        #expect(harness.upstream.requests.count == 1)
        #expect(harness.recorder.calls.map(\.id.rawValue) == ["second"])
        let saved = try #require(USD("0.5"))
        #expect(harness.storage.counts == [Self.scope: CacheCounts(hits: 1, misses: 1, saved: saved)])
        #expect(Array(harness.storage.hits.values) == [1])
    }

    @Test("thinking, tool calls and their order come again")
    func replay() async throws {
        let answer = Answer(
            text: "calling", thinking: "hm",
            toolCalls: [.init(id: "1", name: "f", arguments: "{}"), .init(id: "2", name: "g", arguments: "[]")])
        try await withBackground { background in
            let upstream = FakeUpstream { request, _ in
                [.ended(CacheFixtures.call(request, answer, finish: .toolCalls))]
            }
            let harness = CacheHarness(upstream: upstream, background: background)
            _ = try await harness.ask(CacheHarness.request())
            let events = try await harness.ask(CacheHarness.request()).events
            let lines = events.map { event -> String in
                switch event {
                case .thinking(let piece): "thinking \(piece)"
                case .text(let piece): "text \(piece)"
                case .toolCall(let index, let id, let name, let arguments):
                    "tool \(index) \(id ?? "") \(name ?? "") \(arguments)"
                case .ended(let record): record.answer == answer ? "ended" : "ended otherwise"
                case .refusal, .image, .file, .logprobs, .thinkingSignature, .native, .raw, .responded, .attempting,
                    .waiting,
                    .attemptFailed:
                    "unexpected"
                }
            }
            #expect(lines == ["thinking hm", "text calling", "tool 0 1 f {}", "tool 1 2 g []", "ended"])
        }
    }

    @Test("what the policy does not let through passes, and leaves nothing")
    func bypass() async throws {
        try await withBackground { background in
            let harness = CacheHarness(upstream: Self.counting(), background: background)
            for _ in 0..<2 {
                let transcript = try await harness.ask(CacheHarness.request(task: .planning))
                #expect(transcript.record?.decision.cache == nil)
            }
            #expect(harness.upstream.requests.count == 2)
            #expect(harness.storage.entries.isEmpty && harness.storage.looks == 0)
        }
    }

    @Test("tenants do not see each other's answers")
    func tenants() async throws {
        try await withBackground { background in
            let harness = CacheHarness(upstream: Self.counting(), background: background)
            var answers: [String] = []
            for tenant in ["a", "b", nil, "a"] as [String?] {
                answers.append(try await harness.ask(CacheHarness.request(tenant: tenant)).text)
            }
            #expect(answers == ["answer 0", "answer 1", "answer 2", "answer 0"])
        }
    }

    @Test("another process's answer is found in the storage, once, and then in memory")
    func storage() async throws {
        try await withBackground { background in
            let harness = CacheHarness(background: background)
            let request = CacheHarness.request()
            try await harness.storage.store(CacheFixtures.entry(), for: CacheHarness.key(request))
            for _ in 0..<3 { #expect(try await harness.ask(request).text == "kept") }
            #expect(harness.storage.looks == 1 && harness.upstream.requests.isEmpty)
            // What another process removed shows when memory is no longer taken at its word.
            harness.storage.removeAll()
            harness.clock.advance(by: .seconds(60))
            #expect(await harness.cache.find(CacheHarness.key(request)) == nil)
            #expect(harness.storage.looks == 2)
        }
    }

    @Test("an entry that ends between the look and the use is not served")
    func expiryInBetween() async throws {
        try await withBackground { background in
            let clock = Box<ManualClock>()
            let storage = InMemoryCacheStorage { clock.value?.advance(by: .seconds(60)) }
            let harness = CacheHarness(storage: storage, upstream: Self.counting(), background: background)
            clock.value = harness.clock
            let request = CacheHarness.request()
            try await storage.store(CacheFixtures.entry(lifetime: 60_000_000), for: CacheHarness.key(request))
            #expect(try await harness.ask(request).text == "answer 0")
        }
    }

    @Test("an entry in memory serves until its time, not at it", arguments: [(59_999, true), (60_000, false)])
    func lifetime(milliseconds: Int, served: Bool) async throws {
        try await withBackground { background in
            let policy = CachePolicy(lifetimes: [.verification: .seconds(60)], memoryLifetime: .seconds(3_600))
            let harness = CacheHarness(policy: policy, upstream: Self.counting(), background: background)
            _ = try await harness.ask(CacheHarness.request())
            harness.clock.advance(by: .milliseconds(milliseconds))
            #expect(try await harness.ask(CacheHarness.request()).text == (served ? "answer 0" : "answer 1"))
        }
    }

    @Test("a storage that fails costs a call, not the answer")
    func brokenStorage() async throws {
        struct Broken: Error {}
        try await withBackground { background in
            let storage = InMemoryCacheStorage { throw Broken() }
            let harness = CacheHarness(storage: storage, upstream: Self.counting(), background: background)
            for _ in 0..<2 {
                let transcript = try await harness.ask(CacheHarness.request())
                #expect(transcript.text == "answer 0")
            }
            #expect(harness.upstream.requests.count == 1)
        }
    }

    @Test("a fallback's answer is kept as the fallback's, not as that of the model that failed")
    func fallback() async throws {
        try await withBackground { background in
            let other = ModelID(provider: "groq", name: "fallback")
            let upstream = FakeUpstream { request, _ in
                [.ended(CacheFixtures.call(request, model: other, endpoint: "https://groq.test"))]
            }
            let harness = CacheHarness(upstream: upstream, background: background)
            let request = CacheHarness.request()
            _ = try await harness.ask(request)
            try await until { !harness.storage.entries.isEmpty }
            #expect(Array(harness.storage.entries.keys) == [CacheHarness.resolved(request)[1].key])
            _ = try await harness.ask(request)
            #expect(harness.upstream.requests.count == 2)
        }
    }

    @Test("failures are kept nowhere", arguments: [AttemptClass.serverError, .rateLimited, .lengthTruncated, .refusal])
    func failures(outcome: AttemptClass) async throws {
        try await withBackground { background in
            let upstream = FakeUpstream { request, _ in [.ended(CacheFixtures.call(request, outcome: outcome))] }
            let harness = CacheHarness(upstream: upstream, background: background)
            for _ in 0..<2 {
                let transcript = try await harness.ask(CacheHarness.request())
                #expect(transcript.record?.outcome == outcome)
            }
            #expect(upstream.requests.count == 2 && harness.storage.entries.isEmpty)
        }
    }

    @Test(
        "the call gets its answer as its caller does, and knows that nothing was kept",
        arguments: [EventDelivery.live, .atEnd])
    func delivery(_ delivery: EventDelivery) async throws {
        _ = try await withBackground { background in
            let upstream = FakeUpstream { request, _ in [.ended(CacheFixtures.call(request, outcome: .ok))] }
            let harness = CacheHarness(policy: CachePolicy(), upstream: upstream, background: background)
            var request = CacheHarness.request()
            request.policy.delivery = delivery
            _ = try await harness.ask(request)
            #expect(upstream.requests.map(\.policy.delivery) == [delivery])
            #expect(upstream.contexts.map(\.cacheUse?.kind) == [.miss])
            return harness
        }
    }

    @Test(
        "a stale answer serves when everything else failed, where that is allowed",
        arguments: [
            (.serverError, .seconds(60), 90, true), (.rateLimited, .seconds(60), 90, true),
            (.cancelled, .seconds(60), 90, true), (.serverError, nil, 90, false),
            (.serverError, .seconds(60), 120, false), (.badRequest, .seconds(60), 90, false),
            (.contentFilter, .seconds(60), 90, false), (.ok, .seconds(60), 90, false),
        ] as [(AttemptClass, Duration?, Int, Bool)])
    func staleIfError(outcome: AttemptClass, grace: Duration?, age: Int, served: Bool) async throws {
        let harness = try await withBackground { background in
            let upstream = FakeUpstream { request, _ in [.ended(CacheFixtures.call(request, outcome: outcome))] }
            let harness = CacheHarness(
                policy: CachePolicy(staleIfError: grace), upstream: upstream, background: background)
            let request = CacheHarness.request()
            try await harness.storage.store(
                CacheFixtures.entry(lifetime: 60_000_000, stale: 60_000_000), for: CacheHarness.key(request))
            harness.clock.advance(by: .seconds(age))
            let transcript = try await harness.ask(request)
            let record = try #require(transcript.record)
            #expect(upstream.requests.count == 1)
            #expect((transcript.text == "kept") == served)
            #expect((record.decision.cache?.kind == .stale) == served)
            #expect(record.outcome == (served ? .ok : outcome))
            // What the failed attempt cost is not forgotten.
            #expect(record.attempts.count == 1)
            return harness
        }
        let counts = harness.storage.counts[Self.scope]
        #expect(counts?.staleHits == (served ? 1 : 0))
        #expect(counts?.misses == (served ? 0 : 1))
        #expect(harness.recorder.calls.map(\.outcome) == (served ? [.ok] : []))
    }
}

/// A value that is set after what uses it was made.
final class Box<Value: Sendable>: Sendable {
    private let storage = Mutex<Value?>(nil)
    var value: Value? {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }
}
