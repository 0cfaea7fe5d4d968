import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Cached answers in the database", .timeLimit(.minutes(2)))
struct CacheStoreTests {
    static func key(_ number: Int) -> CacheKey { CacheKey(rawValue: ContentHash.sha256("\(number)")) }
    static let scope = CacheCounters.Scope(simulated: false, task: .verification)

    private func withStore(
        _ limits: CacheLimits = .init(), _ body: (SQLiteStore, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        try await SQLiteStore.withTemporary(options: .init(cacheLimits: limits, time: clock.source)) {
            try await body($0, clock)
        }
    }

    @Test("a newer answer takes the place of an older one")
    func replacement() async throws {
        try await withStore { store, _ in
            try await store.store(CacheFixtures.entry("old"), for: Self.key(1))
            try await store.add(CacheCounters(entryUses: [Self.key(1): .init(hits: 3, lastUsedAt: 5)]))
            try await store.store(CacheFixtures.entry("newer"), for: Self.key(1))
            #expect(try await store.entry(for: Self.key(1))?.answer.text == "newer")
            #expect(try await store.value("SELECT hits FROM cache") == 0)
            let statistics = try await store.cacheStatistics()
            #expect(statistics.entries == 1 && statistics.bytes == CacheFixtures.entry("newer").weight)
            #expect(try await store.check().problems.isEmpty)
        }
    }

    @Test("counts add up over handles, and are kept apart by environment and task")
    func counts() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            var counters = CacheCounters()
            counters.add(.hit, in: Self.scope, saved: USD("0.25"), key: Self.key(1), at: 7)
            counters.add(.stale, in: Self.scope, saved: nil, key: Self.key(1), at: 6)
            counters.add(.miss, in: Self.scope, saved: nil, at: 8)
            counters.add(.shared, in: .init(simulated: true, task: .general), saved: USD("0.5"), at: 9)
            #expect(counters.entryUses == [Self.key(1): .init(hits: 2, lastUsedAt: 7)])
            let handles = [try SQLiteStore.open(at: path), try SQLiteStore.open(at: path)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 { group.addTask { [counters] in try await handles[number % 2].add(counters) } }
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
            var counters = CacheCounters()
            counters.add(.miss, in: Self.scope, saved: nil, at: 1)
            try await store.add(counters)
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
