import LLMCore
import LLMService
import TestSupport
import Testing

@Suite("Callers who ask the same at the same time", .timeLimit(.minutes(2)))
struct SingleFlightTests {
    @Test("a thousand of them cost one call")
    func thousand() async throws {
        let harness = try await withBackground { background in
            let harness = CacheHarness(background: background)
            let texts = try await withThrowingTaskGroup(of: Transcript.self) { group in
                for number in 0..<1_000 {
                    group.addTask { try await harness.ask(CacheHarness.request("call-\(number)")) }
                }
                try await until { harness.upstream.requests.count == 1 && harness.asker.callersUnderWay == 1_000 }
                harness.upstream.deliver(.text("fre"))
                harness.upstream.deliver(.text("sh"))
                harness.upstream.end()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(texts.allSatisfy { $0.text == "fresh" && $0.record?.outcome == .ok })
            #expect(Set(texts.compactMap { $0.record?.id }).count == 1_000)
            #expect(texts.reduce(USD.zero) { $0 + ($1.record?.cost ?? .zero) } == USD("0.5"))
            #expect(harness.upstream.requests.count == 1 && harness.asker.callsUnderWay == 0)
            return harness
        }
        let counts = try #require(harness.storage.counts[CachedAskerTests.scope])
        // Who came after the end found the answer in memory.
        #expect(counts.misses == 1 && counts.shared + counts.hits == 999)
        #expect(counts.saved == (USD("0.5") ?? .zero) * 999 && counts.unpriced == 0)
        #expect(harness.recorder.calls.count == 999)
    }

    @Test("who comes late gets what was delivered, and then the rest")
    func lateJoiner() async throws {
        try await withBackground { background in
            let harness = CacheHarness(background: background)
            let seen = Box<Int>()
            let first = Task {
                for try await _ in harness.asker.ask(CacheHarness.request("first")) {
                    seen.value = (seen.value ?? 0) + 1
                }
            }
            try await until { harness.upstream.requests.count == 1 }
            harness.upstream.deliver(.thinking("hm"))
            harness.upstream.deliver(.text("one "))
            try await until { seen.value == 2 }
            var late = harness.asker.ask(CacheHarness.request("late")).makeAsyncIterator()
            guard case .thinking("hm")? = try await late.next(), case .text("one ")? = try await late.next() else {
                Issue.record("the beginning is missing")
                return
            }
            harness.upstream.deliver(.text("two"))
            harness.upstream.end(0, Answer(text: "one two", thinking: "hm"))
            guard case .text("two")? = try await late.next(), case .ended(let record)? = try await late.next() else {
                Issue.record("the rest is missing")
                return
            }
            #expect(record.id.rawValue == "late" && record.answer.text == "one two" && record.attempts.isEmpty)
            #expect(record.decision.cache?.kind == .shared && record.decision.cache?.call?.rawValue == "first")
            #expect(record.decision.cache?.saved == USD("0.5") && record.cost == .zero)
            try await first.value
            #expect(seen.value == 4)
        }
    }

    @Test("the first one's cancellation does not end the others' answer", arguments: [false, true])
    func cancelledLeader(afterFirstToken: Bool) async throws {
        try await withBackground { background in
            let harness = CacheHarness(background: background)
            let leader = Task { try await harness.ask(CacheHarness.request("leader")) }
            try await until { harness.upstream.requests.count == 1 }
            let follower = Task { try await harness.ask(CacheHarness.request("follower")) }
            try await until { harness.asker.callersUnderWay == 2 }
            if afterFirstToken { harness.upstream.deliver(.text("fre")) }
            leader.cancel()
            await #expect(throws: CancellationError.self) { try await leader.value }
            #expect(harness.upstream.cancelled.isEmpty && harness.asker.callsUnderWay == 1)
            if !afterFirstToken { harness.upstream.deliver(.text("fre")) }
            harness.upstream.deliver(.text("sh"))
            harness.upstream.end()
            let transcript = try await follower.value
            #expect(transcript.text == "fresh" && transcript.record?.id.rawValue == "follower")
            #expect(harness.upstream.requests.count == 1)
        }
    }

    @Test("a waiter's cancellation is its own", arguments: [false, true])
    func cancelledWaiter(afterFirstToken: Bool) async throws {
        try await withBackground { background in
            let harness = CacheHarness(background: background)
            let leader = Task { try await harness.ask(CacheHarness.request("leader")) }
            try await until { harness.upstream.requests.count == 1 }
            if afterFirstToken { harness.upstream.deliver(.text("fresh")) }
            let waiter = Task { try await harness.ask(CacheHarness.request("waiter")) }
            try await until { harness.asker.callersUnderWay == 2 }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            if !afterFirstToken { harness.upstream.deliver(.text("fresh")) }
            harness.upstream.end()
            #expect(try await leader.value.text == "fresh")
            #expect(harness.upstream.requests.count == 1 && harness.upstream.cancelled.isEmpty)
        }
    }

    @Test("the call is stopped when the last one leaves, and the next caller begins anew")
    func lastLeaves() async throws {
        try await withBackground { background in
            let harness = CacheHarness(background: background)
            let callers = (0..<3).map { number in
                Task { try await harness.ask(CacheHarness.request("call-\(number)")) }
            }
            try await until { harness.asker.callersUnderWay == 3 && harness.upstream.requests.count == 1 }
            for (left, caller) in callers.enumerated() {
                #expect(harness.upstream.cancelled.isEmpty, "\(left) have left")
                caller.cancel()
                await #expect(throws: CancellationError.self) { try await caller.value }
            }
            try await until { harness.upstream.cancelled == [0] }
            #expect(harness.asker.callsUnderWay == 0)
            let next = Task { try await harness.ask(CacheHarness.request("next")) }
            try await until { harness.upstream.requests.count == 2 }
            harness.upstream.end(1)
            #expect(try await next.value.record?.outcome == .ok)
            try await until { harness.storage.entries.count == 1 }
        }
    }

    @Test("who walks away without a word leaves, too")
    func walksAway() async throws {
        try await withBackground { background in
            let harness = CacheHarness(background: background)
            let only = Task {
                for try await _ in harness.asker.ask(CacheHarness.request("only")) { break }
            }
            try await until { harness.upstream.requests.count == 1 }
            harness.upstream.deliver(.text("fre"))
            try await only.value
            try await until { harness.upstream.cancelled == [0] }
            #expect(harness.asker.callsUnderWay == 0 && harness.storage.entries.isEmpty)
        }
    }

    @Test("the leader's failure is every waiter's, and is kept nowhere")
    func failure() async throws {
        let harness = try await withBackground { background in
            let harness = CacheHarness(background: background)
            let callers = (0..<10).map { number in
                Task { try await harness.ask(CacheHarness.request("call-\(number)")) }
            }
            try await until { harness.asker.callersUnderWay == 10 && harness.upstream.requests.count == 1 }
            harness.upstream.end(outcome: .serverError, Answer())
            for caller in callers {
                let record = try #require(try await caller.value.record)
                #expect(record.outcome == .serverError && record.error == "it failed")
            }
            #expect(harness.upstream.requests.count == 1 && harness.storage.entries.isEmpty)
            return harness
        }
        #expect(harness.storage.counts[CachedAskerTests.scope] == CacheCounts(misses: 1, shared: 9))
    }

    @Test("a waiter with less time than the call has ends in its own time, and the call goes on")
    func ownDeadline() async throws {
        try await withBackground { background in
            let harness = CacheHarness(background: background)
            let leader = Task { try await harness.ask(CacheHarness.request("leader")) }
            try await until { harness.upstream.requests.count == 1 }
            // The manual clock's sleeps return at once: its time is up.
            let record = try #require(
                try await harness.ask(CacheHarness.request("hasty", total: .seconds(1))).record)
            #expect(record.outcome == .timeoutTotal && record.id.rawValue == "hasty" && record.cost == .zero)
            #expect(harness.upstream.cancelled.isEmpty)
            harness.upstream.deliver(.text("fresh"))
            harness.upstream.end()
            #expect(try await leader.value.text == "fresh")
        }
    }

    @Test("waiters with more time than the first one had begin one call for all of them")
    func moreTime() async throws {
        try await withBackground { background in
            let harness = CacheHarness(background: background)
            let hasty = Task { try await harness.ask(CacheHarness.request("hasty", total: .seconds(1))) }
            try await until { harness.upstream.requests.count == 1 }
            let patient = (0..<5).map { number in
                Task { try await harness.ask(CacheHarness.request("patient-\(number)")) }
            }
            try await until { harness.asker.callersUnderWay == 6 }
            harness.clock.advance(by: .seconds(1))
            harness.upstream.end(0, outcome: .timeoutTotal, Answer())
            #expect(try await hasty.value.record?.outcome == .timeoutTotal)
            try await until { harness.upstream.requests.count == 2 && harness.asker.callersUnderWay == 5 }
            #expect(harness.upstream.contexts[1].deadline == harness.clock.source.now() + .seconds(299))
            harness.upstream.deliver(.text("fresh"), to: 1)
            harness.upstream.end(1)
            for caller in patient { #expect(try await caller.value.text == "fresh") }
            #expect(harness.upstream.requests.count == 2)
        }
    }

    @Test(
        "a caller shares only what it allows",
        arguments: [
            FieldOfRequest("fallback") { $0.policy.fallback = false },
            FieldOfRequest("retries") { $0.policy.retries = 0 },
            FieldOfRequest("cost limit") { $0.policy.maxCost = USD("0.1") },
            FieldOfRequest("constraints") { $0.policy.constraints = SelectionConstraints(localOnly: true) },
            FieldOfRequest("profile") { $0.profile = .builtIn },
            FieldOfRequest("tenant") { $0.tenant = "acme" },
            FieldOfRequest("question") { $0.chat.messages[0] = .user("Another?") },
        ])
    func apart(change: FieldOfRequest) async throws {
        try await withBackground { background in
            let harness = CacheHarness(background: background)
            var other = CacheHarness.request("other")
            change.apply(&other)
            let callers = [CacheHarness.request("one"), other].map { request in
                Task { try await harness.ask(request) }
            }
            try await until { harness.upstream.requests.count == 2 }
            harness.upstream.end(0)
            harness.upstream.end(1)
            for caller in callers { #expect(try await caller.value.record?.decision.cache?.kind == .miss) }
        }
    }
}

/// A change of one field of a request.
struct FieldOfRequest: Sendable, CustomStringConvertible {
    let description: String
    let apply: @Sendable (inout AskRequest) -> Void
    init(_ description: String, _ apply: @escaping @Sendable (inout AskRequest) -> Void) {
        self.description = description
        self.apply = apply
    }
}
