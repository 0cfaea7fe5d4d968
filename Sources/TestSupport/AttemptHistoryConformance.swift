package import LLMCore

/// The conformance suite of stores of attempt history, as checks that any test target runs on its own store.
package enum AttemptHistoryConformance {
    package typealias Store = AttemptHistory & CallRecorder

    /// One rule. `body` gets an empty store and throws a ``Failure`` when the rule is broken.
    package struct Check: Sendable, CustomStringConvertible {
        package let name: String
        package let body: @Sendable (any Store) async throws -> Void
        package var description: String { name }

        init(_ name: String, _ body: @escaping @Sendable (any Store) async throws -> Void) {
            self.name = name
            self.body = body
        }
    }

    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    package static let checks = [
        Check("an empty history gives an empty page, and what comes later", empty),
        Check("every fact of an attempt comes back", facts),
        Check("a reader who goes on gets each attempt once", following),
        Check("a call under way comes with a later page, however many have begun since", underWay),
        Check("the worlds never meet", worlds),
        Check("the newest live calls and the newest of the bench come first, and crowd out nobody", newest),
        Check("attempts of one call stay together and in order", together),
    ]
}

extension AttemptHistoryConformance {
    private static func expectEqual<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) throws {
        guard found != expected else { return }
        throw Failure(description: "\(what): found \(found), expected \(expected)")
    }

    static func call(
        _ id: String, origin: CallOrigin = .live, simulated: Bool = false, attempts: Int = 1
    ) -> CallRecord {
        BenchFixtures.call(
            CallID(rawValue: id), arm: BenchFixtures.arm(simulated: simulated), task: .verification,
            startedAt: BenchFixtures.start, attempts: attempts, origin: origin)
    }

    /// The attempts after a cursor.
    private static func all(
        _ store: any Store, after cursor: AttemptCursor? = nil, simulated: Bool = false, limit: Int = 100
    ) async throws -> (calls: [String], cursor: AttemptCursor) {
        var page = try await store.attempts(after: cursor, simulated: simulated, limit: limit)
        var calls = page.facts.map(\.call.rawValue)
        while page.isFull {
            page = try await store.attempts(after: page.cursor, simulated: simulated, limit: limit)
            calls += page.facts.map(\.call.rawValue)
        }
        return (calls, page.cursor)
    }

    private static func empty(_ store: any Store) async throws {
        let page = try await store.attempts(after: nil, simulated: false, limit: 10)
        try expectEqual(page.facts, [], "facts of nothing")
        try expectEqual(page.isFull, false, "fullness of nothing")
        try await store.record(call("a"))
        try expectEqual(try await all(store, after: page.cursor).calls, ["a"], "what came later")
    }

    private static func facts(_ store: any Store) async throws {
        let record = call("a", attempts: 2)
        try await store.record(record)
        let page = try await store.attempts(after: nil, simulated: false, limit: 10)
        try expectEqual(page.facts, record.attempts.map { AttemptFact($0, of: record) }, "facts")
        let last = page.facts.last
        try expectEqual(last?.streamedTokens, 34, "streamed tokens, with reasoning that was seen")
        try expectEqual(last?.startedAt, BenchFixtures.start + 10_000, "the instant it was sent")
    }

    private static func following(_ store: any Store) async throws {
        for number in 0..<7 { try await store.record(call("a\(number)")) }
        let first = try await all(store)
        try expectEqual(first.calls, (0..<7).map { "a\($0)" }, "the first reading")
        for number in 0..<5 { try await store.record(call("b\(number)")) }
        let second = try await all(store, after: first.cursor, limit: 2)
        try expectEqual(second.calls, (0..<5).map { "b\($0)" }, "the second, in small pages")
        try expectEqual(try await all(store, after: second.cursor).calls, [], "the third")
    }

    private static func underWay(_ store: any Store) async throws {
        let slow = CallID(rawValue: "slow")
        try await store.record(call("a"))
        try await store.reserve(BenchFixtures.intent(slow, origin: .live))
        var reading = try await all(store)
        try expectEqual(reading.calls, ["a"], "while it is under way")
        for number in 0..<5 { try await store.record(call("b\(number)")) }
        reading = try await all(store, after: reading.cursor, limit: 2)
        try expectEqual(reading.calls, (0..<5).map { "b\($0)" }, "those after it")
        try await store.record(call("slow"))
        reading = try await all(store, after: reading.cursor, limit: 2)
        try expectEqual(reading.calls, ["slow"], "when it has ended")
        try expectEqual(try await all(store, after: reading.cursor).calls, [], "after that")
    }

    private static func worlds(_ store: any Store) async throws {
        try await store.record(call("real"))
        try await store.record(call("simulated", simulated: true))
        let real = try await all(store)
        let simulated = try await all(store, simulated: true)
        try expectEqual(real.calls, ["real"], "the real world")
        try expectEqual(simulated.calls, ["simulated"], "the simulator's")
        try await store.record(call("simulated-2", simulated: true))
        try expectEqual(try await all(store, after: real.cursor).calls, [], "later, in the real world")
        try expectEqual(try await all(store, after: simulated.cursor, simulated: true).calls, ["simulated-2"], "later")
    }

    private static func newest(_ store: any Store) async throws {
        for number in 0..<4 { try await store.record(call("live-\(number)")) }
        for number in 0..<9 { try await store.record(call("bench-\(number)", origin: .bench)) }
        let page = try await store.attempts(after: nil, simulated: false, limit: 3)
        let expected = ["live-1", "live-2", "live-3", "bench-6", "bench-7", "bench-8"]
        try expectEqual(page.facts.map(\.call.rawValue), expected, "the newest")
        try expectEqual(page.facts.map(\.origin), expected.map { $0.hasPrefix("live") ? .live : .bench }, "origins")
        try expectEqual(try await all(store, after: page.cursor).calls, [], "older ones")
    }

    private static func together(_ store: any Store) async throws {
        try await store.record(call("a", attempts: 3))
        try await store.record(call("b", attempts: 2))
        let page = try await store.attempts(after: nil, simulated: false, limit: 10)
        try expectEqual(page.facts.map(\.id.rawValue), ["a.1", "a.2", "a.3", "b.1", "b.2"], "attempts")
    }
}
