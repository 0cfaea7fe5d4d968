import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Learnt health in the database", .timeLimit(.minutes(2)))
struct HealthStoreTests {
    static let key = HealthFixtures.keys[0]
    static let state = HealthState.provider(HealthFixtures.breakers[1])

    @Test("SQLite keeps the contract of health stores", arguments: HealthStoreConformance.checks)
    func conforms(to check: HealthStoreConformance.Check) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test("two handles racing for one key lose no update, and each sees the other's")
    func twoHandles() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let handles = [try SQLiteStore.open(at: path), try SQLiteStore.open(at: path)]
            let counts = try await withThrowingTaskGroup(of: [Int].self) { group in
                for number in 0..<8 {
                    let store = handles[number % 2]
                    group.addTask {
                        var counts: [Int] = []
                        for _ in 0..<25 {
                            counts.append(try await HealthStoreConformance.increment(Self.key, in: store))
                        }
                        return counts
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(counts) == Set(1...200))
            for store in handles {
                #expect(try await store.states(simulated: false)[Self.key]?.breaker?.openings == 200)
            }
        }
    }

    @Test("one of two handles gets a probe's lease")
    func lease() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let handles = [try SQLiteStore.open(at: path), try SQLiteStore.open(at: path)]
            for round in 0..<20 {
                let key = HealthKey(.model(ModelID(provider: "p", name: "\(round)")), endpoint: "e", simulated: false)
                let won = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for (number, store) in handles.enumerated() {
                        let attempt = AttemptID(rawValue: "\(number)")
                        group.addTask {
                            try await store.update([key]) { states in
                                guard states[key] == nil else { return false }
                                let probe = BreakerState.Probe(attempt: attempt, expiresAt: 1)
                                states[key] = .model(
                                    ModelState(breaker: BreakerState(phase: .halfOpen(probe: probe))))
                                return true
                            }
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(won == 1)
            }
        }
    }

    @Test("another handle's change shows in the version, and no other write does")
    func version() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let (one, other) = (try SQLiteStore.open(at: path), try SQLiteStore.open(at: path))
            let before = try await one.version()
            try await other.begin(BenchFixtures.run(), cases: BenchFixtures.cases(2))
            #expect(try await one.version() == before)
            try await other.update([Self.key]) { $0[Self.key] = Self.state }
            #expect(try await one.version() > before)
            #expect(try await one.version() == other.version())
        }
    }

    @Test("states survive a restart of the process")
    func restart() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path)
            try await store.update([Self.key]) { $0[Self.key] = Self.state }
            try store.close()
            #expect(try await SQLiteStore.open(at: path).states(simulated: false) == [Self.key: Self.state])
        }
    }

    @Test("learning does not wait for the disk; what follows waits again")
    func synchronous() async throws {
        try await SQLiteStore.withTemporary { store in
            let level = try await store.relaxed { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(level == 1)
            #expect(try await store.pool.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
            struct Refused: Error {}
            await #expect(throws: StoreError.self) { try await store.relaxed { _ in throw Refused() } }
            #expect(try await store.pool.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        }
    }

    @Test("a state that cannot be read is learnt anew, and the check says so")
    func unreadable() async throws {
        try await SQLiteStore.withTemporary { store in
            let other = HealthFixtures.keys[3]
            try await store.update([Self.key, other]) { states in
                states[Self.key] = HealthFixtures.state(1, of: Self.key)
                states[other] = HealthFixtures.state(2, of: other)
            }
            let sound = try await store.check()
            #expect(sound.problems.isEmpty && sound.healthStates == 2)
            try await store.tamper(
                "UPDATE health SET state = '{\"breaker\": 5}' WHERE provider = 'groq'")
            #expect(try await store.states(simulated: false) == [other: HealthFixtures.state(2, of: other)])
            #expect(try await store.check().problems.map(\.rule) == ["health_state"])
            try await store.update([Self.key]) { $0[Self.key] = Self.state }
            #expect(try await store.states(simulated: false)[Self.key] == Self.state)
        }
    }

    @Test("a locked database is said to be locked")
    func locked() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path, options: .init(busyTimeout: .milliseconds(1)))
            var unsafe = Configuration()
            unsafe.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: path, configuration: unsafe)
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let error = await #expect(throws: StoreError.self) {
                try await HealthStoreConformance.increment(Self.key, in: store)
            }
            #expect(error?.code == .locked)
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            #expect(try await HealthStoreConformance.increment(Self.key, in: store) == 1)
        }
    }

    @Test("pruning by age forgets what has not changed since")
    func pruning() async throws {
        let clock = ManualClock()
        try await SQLiteStore.withTemporary(options: .init(time: clock.source)) { store in
            let (old, new) = (HealthFixtures.keys[0], HealthFixtures.keys[1])
            try await store.update([old]) { $0[old] = HealthFixtures.state(1, of: old) }
            clock.advance(by: .seconds(100))
            try await store.update([new]) { $0[new] = HealthFixtures.state(2, of: new) }
            let rule = PruneRule.olderThan(ManualClock.wallStart + 50_000_000)
            #expect(try await store.prune(rule, dryRun: true).healthStates == 1)
            #expect(try await store.states(simulated: false).count == 2)
            #expect(try await store.prune(rule, dryRun: false).healthStates == 1)
            #expect(try await store.states(simulated: false) == [new: HealthFixtures.state(2, of: new)])
        }
    }

    @Test("a database of the first version is brought up to date with what it holds")
    func migration() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let queue = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(queue, upTo: "1")
            try await queue.write { db in
                #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == 1)
                try db.execute(
                    sql: """
                        INSERT INTO calls (id, origin, state, simulated, started_at)
                        VALUES ('kept', 'live', 'open', 0, 1)
                        """)
            }
            try queue.close()
            #expect(throws: StoreError.self) { try SQLiteStore.open(at: path, mode: .readOnly) }
            let store = try SQLiteStore.open(at: path)
            #expect(try await store.check().version == Schema.version)
            #expect(try await store.value("SELECT id FROM calls") == "kept")
            try await store.update([Self.key]) { $0[Self.key] = Self.state }
            #expect(try await store.check().problems.isEmpty)
        }
    }

    @Test("what was learnt under the second version is still known, and hedges have a place")
    func secondVersion() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let queue = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(queue, upTo: "2")
            try await queue.write {
                try HealthRows.write(Self.state, of: Self.key, at: 1, HealthDocuments(), $0)
            }
            try queue.close()
            let store = try SQLiteStore.open(at: path)
            #expect(try await store.states(simulated: Self.key.simulated) == [Self.key: Self.state])
            let before = try await store.version()
            let hedges = HealthKey(.hedges, endpoint: "", simulated: false)
            try await store.update([hedges]) { $0[hedges] = .hedges(HedgeState(spent: USD(pico: 5))) }
            #expect(try await store.version() == before + 1)
            #expect(try await store.states(simulated: false)[hedges]?.hedges?.spent == USD(pico: 5))
        }
    }
}
