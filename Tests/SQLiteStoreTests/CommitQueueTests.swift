import BenchCore
import Dispatch
import GRDB
import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Sharing transactions", .timeLimit(.minutes(2)))
struct CommitQueueTests {
    /// Inserts a live call of that name; `nil` makes a row that the schema refuses.
    private static func write(_ id: String?) -> [Write] {
        [
            Write(
                sql: "INSERT INTO calls (id, origin, state, simulated, started_at) VALUES (?, 'live', 'open', 0, 1)",
                values: [.text(id)])
        ]
    }

    /// Starts a writer that has to wait for the disk, then the others, and lets go when all of them wait. Gives those refused.
    private static func commit(_ ids: [String?], behind first: String, in queue: CommitQueue, of store: SQLiteStore)
        async
        -> [String?]
    {
        let busy = DispatchSemaphore(value: 0)
        store.pool.asyncWriteWithoutTransaction { _ in busy.wait() }
        return await withTaskGroup(of: (String?, Bool).self) { group in
            group.addTask { (first, (try? await queue.commit(write(first))) != nil) }
            try? await until { await queue.begun > 0 }
            for id in ids { group.addTask { (id, (try? await queue.commit(write(id))) != nil) } }
            try? await until { await queue.waiting >= ids.count }
            busy.signal()
            return await group.reduce(into: []) { if !$1.1 { $0.append($1.0) } }
        }
    }

    private static func stored(_ store: SQLiteStore) async throws -> Int? {
        try await store.value("SELECT count(*) FROM calls")
    }

    @Test("a lone writer waits for nobody")
    func alone() async throws {
        try await SQLiteStore.withTemporary { store in
            var time = TimeSource.live
            time.sleep = { _ in Issue.record("a lone writer waited") }
            let queue = CommitQueue(pool: store.pool, path: store.path, window: .milliseconds(20), time: time)
            for number in 0..<5 { try await queue.commit(Self.write("c\(number)")) }
            #expect(await queue.transactions == 5)
        }
    }

    @Test("those who come while another writes share the next transaction")
    func company() async throws {
        try await SQLiteStore.withTemporary { store in
            let queue = CommitQueue(pool: store.pool, path: store.path, window: .zero, time: .live)
            let ids = (1..<20).map { "c\($0)" }
            #expect(await Self.commit(ids, behind: "c0", in: queue, of: store).isEmpty)
            #expect(await queue.transactions == 2)
            let stored = try await Self.stored(store)
            #expect(stored == 20)
        }
    }

    @Test("after a shared transaction the next leader waits once, and no longer than the window")
    func window() async throws {
        try await SQLiteStore.withTemporary { store in
            let waits = Mutex<[Duration]>([])
            let start = ContinuousClock.now
            let time = TimeSource(
                now: { start }, wallMicroseconds: { 0 }, sleep: { until in waits.withLock { $0.append(until - start) } }
            )
            let queue = CommitQueue(pool: store.pool, path: store.path, window: .milliseconds(20), time: time)
            _ = await Self.commit(["b", "c"], behind: "a", in: queue, of: store)
            try await queue.commit(Self.write("d"))
            try await queue.commit(Self.write("e"))
            #expect(waits.withLock { $0 } == [.milliseconds(20)])
        }
    }

    @Test("a refused row fails its own writer alone")
    func refused() async throws {
        try await SQLiteStore.withTemporary { store in
            let queue = CommitQueue(pool: store.pool, path: store.path, window: .zero, time: .live)
            let refused = await Self.commit(["b", nil, "c", "a"], behind: "a", in: queue, of: store)
            #expect(refused.count == 2 && refused.contains(nil) && refused.contains("a"))
            // One for the first, one that failed, then one for each.
            #expect(await queue.transactions == 6)
            let stored = try await Self.stored(store)
            #expect(stored == 3)
        }
    }

    @Test("no window is longer than 20 ms")
    func bounded() async throws {
        try await SQLiteStore.withTemporary(options: .init(commitWindow: .seconds(9))) { store in
            #expect(await store.commits.window == .milliseconds(20))
        }
    }
}
