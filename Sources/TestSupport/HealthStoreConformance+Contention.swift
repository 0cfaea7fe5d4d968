package import LLMCore

extension HealthStoreConformance {
    /// Counts one more opening of a provider's breaker.
    @discardableResult
    package static func increment(_ key: HealthKey, in store: any HealthStore) async throws -> Int {
        try await store.update([key]) { states in
            let openings = (states[key]?.breaker?.openings ?? 0) + 1
            states[key] = .provider(BreakerState(openings: openings))
            return openings
        }
    }

    static func contention(_ store: any HealthStore) async throws {
        let key = HealthFixtures.keys[0]
        let results = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<20 {
                group.addTask {
                    var seen: [Int] = []
                    for _ in 0..<50 { seen.append(try await increment(key, in: store)) }
                    return seen
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        try expectEqual(Set(results), Set(1...1_000), "the counts that the updates saw")
        let count = try await store.states(simulated: false)[key]?.breaker?.openings
        try expectEqual(count, 1_000, "the last count")
    }

    static func wholeSteps(_ store: any HealthStore) async throws {
        let (left, right) = (HealthFixtures.keys[0], HealthFixtures.keys[1])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...50 {
                group.addTask {
                    try await store.update([left, right]) { states in
                        states[left] = HealthFixtures.state(number, of: left)
                        states[right] = HealthFixtures.state(number, of: right)
                    }
                }
                group.addTask {
                    let states = try await store.states(simulated: false)
                    try expectEqual(states[left], states[right], "two states that change together")
                }
            }
            try await group.waitForAll()
        }
    }

    static func cancellation(_ store: any HealthStore) async throws {
        let key = HealthFixtures.keys[0]
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try? await increment(key, in: store)
        }
        let reported = await task.value
        let stored = try await store.states(simulated: false)[key]?.breaker?.openings
        // A caller that was told of the step can rely on it; one that was not may have been too early.
        if let reported { try expectEqual(stored, reported, "a step that was reported as done") }
        try expectEqual(try await increment(key, in: store), (stored ?? 0) + 1, "the step after")
    }
}
