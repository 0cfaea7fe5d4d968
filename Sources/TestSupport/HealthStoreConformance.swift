package import LLMCore

/// The conformance suite of health stores, as checks that any test target runs on its own store:
///
/// ```swift
/// @Test("keeps the contract of health stores", arguments: HealthStoreConformance.checks)
/// func conforms(to check: HealthStoreConformance.Check) async throws { try await check.body(InMemoryHealthStore()) }
/// ```
package enum HealthStoreConformance {
    /// One rule. `body` gets an empty store and throws a ``Failure`` when the rule is broken.
    package struct Check: Sendable, CustomStringConvertible {
        package let name: String
        package let body: @Sendable (any HealthStore) async throws -> Void
        package var description: String { name }

        init(_ name: String, _ body: @escaping @Sendable (any HealthStore) async throws -> Void) {
            self.name = name
            self.body = body
        }
    }

    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    package static let checks = [
        Check("an empty store knows nothing", empty),
        Check("every field of every state comes back as it was written", roundTrip),
        Check("states of different subjects, endpoints and environments never meet", separation),
        Check("a key that the transform removes is forgotten", forgetting),
        Check("only the keys that were asked for are read and written", scope),
        Check("the result of the transform is handed over", result),
        Check("the version grows with every change and with nothing else", version),
        Check("a thousand updates at once lose none", contention),
        Check("a step over two keys is never seen half done", wholeSteps),
        Check("a cancelled caller's step is done wholly or not at all", cancellation),
    ]
}

extension HealthStoreConformance {
    static func expectEqual<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) throws {
        guard found != expected else { return }
        throw Failure(description: "\(what): found \(found), expected \(expected)")
    }

    private static func empty(_ store: any HealthStore) async throws {
        try expectEqual(try await store.states(simulated: false), [:], "real states")
        try expectEqual(try await store.states(simulated: true), [:], "simulated states")
        let seen = try await store.update(Set(HealthFixtures.keys)) { $0.count }
        try expectEqual(seen, 0, "states of keys that were never written")
    }

    private static func roundTrip(_ store: any HealthStore) async throws {
        for key in HealthFixtures.keys {
            for full in HealthFixtures.full(key) {
                try await store.update([key]) { $0[key] = full }
                try expectEqual(try await store.states(simulated: key.simulated)[key], full, "the state of \(key)")
                let state = try await store.update([key]) { $0[key] }
                try expectEqual(state, full, "the state of \(key) in an update")
            }
        }
    }

    private static func separation(_ store: any HealthStore) async throws {
        let keys = HealthFixtures.keys
        for (number, key) in keys.enumerated() {
            try await store.update([key]) { $0[key] = HealthFixtures.state(number, of: key) }
        }
        for (number, key) in keys.enumerated() {
            let state = try await store.update([key]) { $0[key] }
            try expectEqual(state, HealthFixtures.state(number, of: key), "the state of \(key)")
        }
        for simulated in [false, true] {
            let states = try await store.states(simulated: simulated)
            try expectEqual(Set(states.keys), Set(keys.filter { $0.simulated == simulated }), "keys of one environment")
        }
    }

    private static func forgetting(_ store: any HealthStore) async throws {
        let (kept, gone) = (HealthFixtures.keys[0], HealthFixtures.keys[1])
        try await store.update([kept, gone]) { states in
            states[kept] = HealthFixtures.state(1, of: kept)
            states[gone] = HealthFixtures.state(2, of: gone)
        }
        try await store.update([kept, gone]) { $0[gone] = nil }
        try expectEqual(
            try await store.states(simulated: false), [kept: HealthFixtures.state(1, of: kept)], "what is left")
    }

    private static func scope(_ store: any HealthStore) async throws {
        let (asked, other) = (HealthFixtures.keys[0], HealthFixtures.keys[1])
        try await store.update([other]) { $0[other] = HealthFixtures.state(1, of: other) }
        let seen = try await store.update([asked]) { states in
            let seen = Set(states.keys)
            states[asked] = HealthFixtures.state(2, of: asked)
            states[other] = HealthFixtures.state(3, of: other)
            return seen
        }
        try expectEqual(seen, [], "keys seen by an update of another key")
        let state = try await store.states(simulated: false)[other]
        try expectEqual(state, HealthFixtures.state(1, of: other), "a state that was not asked for")
        try expectEqual(try await store.update([]) { $0.count }, 0, "states without keys")
    }

    private static func result(_ store: any HealthStore) async throws {
        let answer = try await store.update([HealthFixtures.keys[0]]) { _ in "answer" }
        try expectEqual(answer, "answer", "the result")
    }

    private static func version(_ store: any HealthStore) async throws {
        let key = HealthFixtures.keys[0]
        let first = try await store.version()
        try expectEqual(try await store.version(), first, "the version after nothing")
        try await store.update([key]) { $0[key] = HealthFixtures.state(1, of: key) }
        let second = try await store.version()
        try expectEqual(second > first, true, "growth with a new state")
        try await store.update([key]) { $0[key] = HealthFixtures.state(1, of: key) }
        _ = try await store.update([key]) { $0[key] }
        _ = try await store.states(simulated: false)
        try expectEqual(try await store.version(), second, "the version after a step that changed nothing")
        try await store.update([key]) { $0[key] = HealthFixtures.state(2, of: key) }
        let third = try await store.version()
        try expectEqual(third > second, true, "growth with a changed state")
        try await store.update([key]) { $0[key] = nil }
        try expectEqual(try await store.version() > third, true, "growth with a forgotten state")
    }
}
