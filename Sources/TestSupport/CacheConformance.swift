package import LLMCore

/// The contract of cache storages. Stores are made with ``limits`` and the clock that the check brings.
package enum CacheConformance {
    package typealias Store = any CacheStorage & CacheAdministration
    package static let limits = CacheLimits(entries: 3, bytes: 5_000)

    /// One rule. `body` gets an empty store with ``limits`` that goes by the clock.
    package struct Check: Sendable, CustomStringConvertible {
        package let name: String
        package let body: @Sendable (Store, ManualClock) async throws -> Void
        package var description: String { name }

        init(_ name: String, _ body: @escaping @Sendable (Store, ManualClock) async throws -> Void) {
            self.name = name
            self.body = body
        }
    }

    package static let checks = [
        Check("every field of an entry comes back, and unknown ones stay unknown") { store, _ in
            var bare = full
            (bare.finish, bare.tokens, bare.cost, bare.answer) = (nil, nil, nil, Answer(text: "only"))
            try await store.store(full, for: key(1))
            try await store.store(bare, for: key(2))
            try requireEqual(try await store.entry(for: key(1)), full, "a full entry")
            try requireEqual(try await store.entry(for: key(2)), bare, "a bare one")
            try requireEqual(try await store.entry(for: key(3)), nil, "one that was never stored")
        },
        Check("a newer answer takes the place of an older one") { store, _ in
            try await store.store(CacheFixtures.entry("old"), for: key(1))
            try await store.store(CacheFixtures.entry("newer"), for: key(1))
            try requireEqual(try await store.entry(for: key(1))?.answer.text, "newer", "the answer")
            let statistics = try await store.cacheStatistics()
            try requireEqual(statistics.entries, 1, "entries")
            try requireEqual(statistics.bytes, CacheFixtures.entry("newer").weight, "bytes")
        },
        Check("over the cap the least recently used goes, not the oldest") { store, clock in
            let now = clock.source.wallMicroseconds
            for number in 1...3 {
                try await store.store(CacheFixtures.entry(storedAt: now()), for: key(number))
                clock.advance(by: .seconds(1))
            }
            try await store.add(CacheCounters(entryUses: [key(1): .init(hits: 1, lastUsedAt: now())]))
            clock.advance(by: .seconds(1))
            try await store.store(CacheFixtures.entry(storedAt: now()), for: key(4))
            try requireEqual(try await left(in: store, of: 1...4), [1, 3, 4], "what is left")
        },
        Check("the cap in bytes holds after every write, and what no cap has room for is not kept") { store, clock in
            for number in 0..<20 {
                let text = String(repeating: "x", count: number * 173 % 1_500)
                try await store.store(
                    CacheFixtures.entry(text, storedAt: clock.source.wallMicroseconds()), for: key(number))
                try require(try await store.cacheStatistics().bytes <= limits.bytes, "too many bytes")
                try require(try await store.entry(for: key(number)) != nil, "the newest entry is gone")
                clock.advance(by: .milliseconds(1))
            }
            let before = try await store.cacheStatistics()
            try await store.store(CacheFixtures.entry(String(repeating: "x", count: 5_001)), for: key(99))
            try requireEqual(try await store.entry(for: key(99)), nil, "an entry beyond the cap")
            try requireEqual(try await store.cacheStatistics(), before, "the statistics")
        },
        Check("an entry past its last use goes as others are stored; one kept for failures stays") { store, clock in
            try await store.store(CacheFixtures.entry(lifetime: 1_000_000), for: key(1))
            try await store.store(CacheFixtures.entry(lifetime: 1_000_000, stale: 9_000_000), for: key(2))
            clock.advance(by: .seconds(1))
            try requireEqual(try await store.cacheStatistics().expired, 2, "expired entries")
            try await store.store(CacheFixtures.entry(storedAt: clock.source.wallMicroseconds()), for: key(3))
            try requireEqual(try await left(in: store, of: 1...3), [2, 3], "what is left")
            let removed = try await store.pruneCache(unusedSince: nil)
            try requireEqual(
                removed, RemovedEntries(entries: 1, bytes: CacheFixtures.entry().weight), "what was removed")
        },
        Check("pruning takes what was not used since, when asked") { store, _ in
            for number in 1...2 { try await store.store(CacheFixtures.entry(), for: key(number)) }
            let later = ManualClock.wallStart + 5
            try await store.add(CacheCounters(entryUses: [key(2): .init(hits: 1, lastUsedAt: later)]))
            try requireEqual(try await store.pruneCache(unusedSince: later).entries, 1, "removed entries")
            try requireEqual(try await left(in: store, of: 1...2), [2], "what is left")
        },
        Check("counts add up, by environment and task") { store, _ in
            var counters = CacheCounters()
            counters.add(.hit, in: scope, saved: USD("0.25"), key: key(1), at: 7)
            counters.add(.stale, in: scope, saved: nil, key: key(1), at: 6)
            counters.add(.miss, in: scope, saved: nil, at: 8)
            counters.add(.shared, in: .init(simulated: true, task: .general), saved: USD("0.5"), at: 9)
            for _ in 0..<3 { try await store.add(counters) }
            let statistics = try await store.cacheStatistics()
            let expected = CacheCounts(hits: 6, staleHits: 3, misses: 3, saved: USD("0.75") ?? .zero, unpriced: 3)
            try requireEqual(statistics.counts[scope], expected, "counts of the real environment")
            try requireEqual(statistics.total(simulated: true).shared, 3, "shared calls of the simulated one")
        },
        Check("clearing removes entries and counts, of one task when asked") { store, _ in
            try await store.store(CacheFixtures.entry("mine"), for: key(1))
            try await store.store(CacheFixtures.entry("other", task: .general), for: key(2))
            var counters = CacheCounters()
            counters.add(.miss, in: scope, saved: nil, at: 1)
            try await store.add(counters)
            try requireEqual(try await store.clearCache(task: .verification).entries, 1, "of one task")
            let statistics = try await store.cacheStatistics()
            try require(statistics.entries == 1 && statistics.counts.isEmpty, "more or less was removed")
            try requireEqual(try await store.clearCache(task: nil).entries, 1, "of all")
            try require(try await store.cacheStatistics().isEmpty, "something is left")
        },
    ]

    private static let scope = CacheCounters.Scope(simulated: false, task: .verification)
    private static func key(_ number: Int) -> CacheKey { CacheKey(rawValue: ContentHash.sha256("\(number)")) }

    private static func left(in store: Store, of numbers: ClosedRange<Int>) async throws -> [Int] {
        var left: [Int] = []
        for number in numbers where try await store.entry(for: key(number)) != nil { left.append(number) }
        return left
    }

    private static let full = CacheEntry(
        model: ModelID(provider: "ai", name: "x/y"), endpoint: "https://a.example", simulated: true, task: "own",
        answer: Answer(
            text: "á «\"»", thinking: "hm", refusal: "no",
            toolCalls: [ToolCall(id: "1", name: "f", arguments: "{not json")]),
        finish: FinishReason(kind: .toolCalls, raw: "tool_use"),
        tokens: TokenUsage(
            promptTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3, cacheWrite1hTokens: 4, outputTokens: 5,
            reasoningTokens: 6, webSearches: 7), cost: USD("0.000000000001"), call: CallID(rawValue: "01"),
        storedAt: ManualClock.wallStart, expiresAt: ManualClock.wallStart + 1, staleUntil: ManualClock.wallStart + 2)
}
