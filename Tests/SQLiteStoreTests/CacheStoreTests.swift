import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Cached answers in the database", .timeLimit(.minutes(2)))
struct CacheStoreTests {
    static func key(_ number: Int) -> CacheKey { CacheKey(rawValue: ContentHash.sha256("\(number)")) }
    static let scope = CacheTally.Scope(simulated: false, task: .verification)

    static let full = CacheEntry(
        model: ModelID(provider: "ai", name: "x/y"), endpoint: "https://a.example", simulated: true, task: "own",
        answer: Answer(
            text: "á\0b «\"»", thinking: "hm", refusal: "no",
            toolCalls: [ToolCall(id: "1", name: "f", arguments: "{not json")]),
        finish: FinishReason(kind: .toolCalls, raw: "tool_use"),
        tokens: TokenUsage(
            promptTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 3, cacheWrite1hTokens: 4, outputTokens: 5,
            reasoningTokens: 6, webSearches: 7), cost: USD("0.000000000001"), call: CallID(rawValue: "01"),
        storedAt: ManualClock.wallStart, expiresAt: ManualClock.wallStart + 1,
        staleUntil: ManualClock.wallStart + 2)

    private func withStore(
        _ limits: CacheLimits = .init(), _ body: (SQLiteStore, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        try await SQLiteStore.withTemporary(options: .init(cacheLimits: limits, time: clock.source)) {
            try await body($0, clock)
        }
    }

    @Test("every field of an entry comes back, and unknown ones stay unknown")
    func roundTrip() async throws {
        try await withStore { store, _ in
            var bare = Self.full
            (bare.finish, bare.tokens, bare.cost, bare.answer) = (nil, nil, nil, Answer(text: "only"))
            try await store.store(Self.full, for: Self.key(1))
            try await store.store(bare, for: Self.key(2))
            #expect(try await store.entry(for: Self.key(1)) == Self.full)
            #expect(try await store.entry(for: Self.key(2)) == bare)
            #expect(try await store.entry(for: Self.key(3)) == nil)
            #expect(Mirror(reflecting: Self.full).children.count == 12)
        }
    }

    @Test("a newer answer takes the place of an older one")
    func replacement() async throws {
        try await withStore { store, _ in
            try await store.store(CacheFixtures.entry("old"), for: Self.key(1))
            try await store.add(CacheTally(servings: [Self.key(1): .init(hits: 3, lastUsedAt: 5)]))
            try await store.store(CacheFixtures.entry("newer"), for: Self.key(1))
            #expect(try await store.entry(for: Self.key(1))?.answer.text == "newer")
            #expect(try await store.value("SELECT hits FROM cache") == 0)
            let statistics = try await store.cacheStatistics()
            #expect(statistics.entries == 1 && statistics.bytes == CacheFixtures.entry("newer").weight)
            #expect(try await store.check().problems.isEmpty)
        }
    }

    @Test("over the cap the least recently used goes, not the oldest")
    func leastRecentlyUsed() async throws {
        try await withStore(CacheLimits(entries: 3)) { store, clock in
            let wall = clock.source.wallMicroseconds
            for number in 1...3 {
                try await store.store(CacheFixtures.entry("\(number)", storedAt: wall()), for: Self.key(number))
                clock.advance(by: .seconds(1))
            }
            try await store.add(CacheTally(servings: [Self.key(1): .init(hits: 1, lastUsedAt: wall())]))
            clock.advance(by: .seconds(1))
            try await store.store(CacheFixtures.entry("4", storedAt: wall()), for: Self.key(4))
            var left: [Int] = []
            for number in 1...4 where try await store.entry(for: Self.key(number)) != nil { left.append(number) }
            #expect(left == [1, 3, 4])
            #expect(try await store.check().problems.isEmpty)
        }
    }

    @Test("the cap in bytes holds after every write, and what no cap has room for is not kept")
    func bytes() async throws {
        let weight = CacheFixtures.entry(String(repeating: "x", count: 1_000)).weight
        try await withStore(CacheLimits(bytes: 5 * weight)) { store, clock in
            for number in 0..<40 {
                let text = String(repeating: "x", count: 100 + number * 73 % 2_000)
                try await store.store(
                    CacheFixtures.entry(text, storedAt: clock.source.wallMicroseconds()), for: Self.key(number))
                #expect(try await store.cacheStatistics().bytes <= 5 * weight)
                #expect(try await store.entry(for: Self.key(number)) != nil)
                clock.advance(by: .milliseconds(1))
            }
            let before = try await store.cacheStatistics()
            let huge = CacheFixtures.entry(String(repeating: "x", count: 6 * weight))
            try await store.store(huge, for: Self.key(99))
            #expect(try await store.entry(for: Self.key(99)) == nil)
            #expect(try await store.cacheStatistics() == before)
            #expect(try await store.check().problems.isEmpty)
        }
    }

    @Test("what may serve no more is removed as others are stored; what may still serve on failure stays")
    func ends() async throws {
        try await withStore { store, clock in
            try await store.store(CacheFixtures.entry(lifetime: 1_000_000), for: Self.key(1))
            try await store.store(CacheFixtures.entry(lifetime: 1_000_000, stale: 9_000_000), for: Self.key(2))
            clock.advance(by: .seconds(1))
            #expect(try await store.cacheStatistics().expired == 2)
            let now = clock.source.wallMicroseconds()
            try await store.store(CacheFixtures.entry(storedAt: now), for: Self.key(3))
            #expect(try await store.entry(for: Self.key(1)) == nil)
            #expect(try await store.entry(for: Self.key(2)) != nil)
            let removed = try await store.pruneCache()
            #expect(removed.entries == 1 && removed.bytes == CacheFixtures.entry().weight)
            #expect(try await store.cacheStatistics().entries == 1)
        }
    }

    @Test("pruning also takes what was not used since, where that is asked")
    func unused() async throws {
        try await withStore { store, clock in
            for number in 1...2 { try await store.store(CacheFixtures.entry(), for: Self.key(number)) }
            let later = ManualClock.wallStart + 5
            try await store.add(CacheTally(servings: [Self.key(2): .init(hits: 1, lastUsedAt: later)]))
            #expect(try await store.pruneCache(unusedSince: later).entries == 1)
            #expect(try await store.entry(for: Self.key(2)) != nil)
        }
    }

    @Test("counts add up over handles, and are kept apart by world and task")
    func counts() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            var tally = CacheTally()
            tally.add(.hit, in: Self.scope, saved: USD("0.25"), key: Self.key(1), at: 7)
            tally.add(.stale, in: Self.scope, saved: nil, key: Self.key(1), at: 6)
            tally.add(.miss, in: Self.scope, saved: nil, at: 8)
            tally.add(.shared, in: .init(simulated: true, task: .general), saved: USD("0.5"), at: 9)
            #expect(tally.servings == [Self.key(1): .init(hits: 2, lastUsedAt: 7)])
            let handles = [try SQLiteStore.open(at: path), try SQLiteStore.open(at: path)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 { group.addTask { [tally] in try await handles[number % 2].add(tally) } }
                try await group.waitForAll()
            }
            for handle in handles { try handle.close() }
            let statistics = try await SQLiteStore.open(at: path).cacheStatistics()
            #expect(
                statistics.counts[Self.scope]
                    == CacheCounts(
                        hits: 40, staleHits: 20, misses: 20, saved: USD("5") ?? .zero, unpriced: 20))
            #expect(statistics.total(simulated: true) == CacheCounts(shared: 20, saved: USD("10") ?? .zero))
        }
    }

    @Test("clearing removes entries and counts, of one task where that is asked, and their bytes from the file")
    func clearing() async throws {
        try await withTemporaryFolder { folder in
            let options = SQLiteStore.Options(time: ManualClock().source)
            let store = try SQLiteStore.open(at: folder.appending(path: "db.sqlite").path, options: options)
            try await store.store(CacheFixtures.entry("SECRETANSWER"), for: Self.key(1))
            try await store.store(CacheFixtures.entry("other", task: .general), for: Self.key(2))
            var tally = CacheTally()
            tally.add(.miss, in: Self.scope, saved: nil, at: 1)
            try await store.add(tally)
            #expect(try SQLiteStoreTests.folder(folder, holds: "SECRETANSWER"))
            #expect(try await store.clearCache(task: .verification).entries == 1)
            #expect(try !SQLiteStoreTests.folder(folder, holds: "SECRETANSWER"))
            let statistics = try await store.cacheStatistics()
            #expect(statistics.entries == 1 && statistics.counts.isEmpty)
            #expect(try await store.clearCache().entries == 1)
            #expect(try await store.check().problems.isEmpty)
        }
    }

    @Test("the check finds a size that is not that of the entries")
    func wrongSize() async throws {
        try await withStore { store, _ in
            try await store.store(CacheFixtures.entry(), for: Self.key(1))
            #expect(try await store.check().cacheEntries == 1)
            try await store.tamper("UPDATE cache_size SET bytes = bytes + 1")
            #expect(try await store.check().problems.map(\.rule) == ["cache_size"])
        }
    }

    @Test(
        "the file itself refuses what cannot be",
        arguments: [
            "UPDATE cache SET expires_at = stored_at - 1", "UPDATE cache SET stale_until = expires_at - 1",
            "UPDATE cache SET answer = '{'", "UPDATE cache SET simulated = 2",
            "INSERT INTO cache_size VALUES (2, 0, 0)",
            "INSERT INTO health_version VALUES (2, 0)",
            "INSERT INTO health VALUES (0, '', 'lock', '', '', '', '{', 1)",
        ])
    func refusals(sql: String) async throws {
        try await withStore { store, _ in
            try await store.store(CacheFixtures.entry(), for: Self.key(1))
            let error = await #expect(throws: DatabaseError.self) {
                try await store.pool.write { try $0.execute(sql: sql) }
            }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        }
    }
}
