import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Virtual keys in the database", .timeLimit(.minutes(1)))
struct VirtualKeyStoreTests {
    private static let start: Int64 = 1_800_000_000_000_000
    private static let key = VirtualKeyFixtures.key("a", .init(budget: USD(pico: 1_000)))

    private static func open(_ path: String, after seconds: Int64) throws -> SQLiteStore {
        let time = TimeSource(
            now: TimeSource.live.now, wallMicroseconds: { start + seconds * 1_000_000 }, sleep: TimeSource.live.sleep)
        return try SQLiteStore.open(at: path, options: .init(time: time))
    }

    private static func renewal(
        _ lease: String = "l", spent: Int64 = 0, wanted: Int64, length: Int64 = 60
    ) -> LeaseRenewal {
        LeaseRenewal(
            lease: BudgetLeaseID(rawValue: lease), key: key.id, usage: VirtualKeyUsage(spent: USD(pico: spent)),
            wanted: USD(pico: wanted), expiresAt: start + length * 1_000_000)
    }

    /// When a block with a lease of a minute is forfeited, in seconds; `nil`: never.
    private static let forfeitedAfter: [AbandonedWorkTests.Owner: Int64] = [
        .killed: 60, .elsewhere: 660, .contained: 660, .unmarked: 660,
    ]

    @Test(
        "a block is forfeited once its lease has passed and its process is not known to live; the process, alive after all, has it again",
        arguments: AbandonedWorkTests.Owner.allCases)
    func forfeited(owner: AbandonedWorkTests.Owner) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try Self.open(path, after: 0)
            try await store.issue(Self.key)
            _ = try await store.renewLease(Self.renewal(spent: 100, wanted: 300))
            let mark: JSONValue? = owner.mark.isNull ? nil : owner.mark
            try await store.pool.write {
                try $0.execute(sql: "UPDATE budget_leases SET process = ?", arguments: [mark?.canonicalText])
            }
            try store.close()
            let due = Self.forfeitedAfter[owner]
            for seconds in [0, 59, 60, 659, 660, 100_000] as [Int64] {
                let store = try Self.open(path, after: seconds)
                let found = try #require(try await store.virtualKeys().first)
                let isDue = due.map { $0 <= seconds } ?? false
                #expect(found.usage.spent.pico == (isDue ? 400 : 100), "\(owner) after \(seconds) s")
                #expect(found.usage.assumed.pico == (isDue ? 300 : 0) && found.reserved.pico == (isDue ? 0 : 300))
                // What others find is the same before and after.
                #expect(try await store.renewLease(Self.renewal("other", wanted: 1_000)).held.pico == 600)
                _ = try await store.renewLease(Self.renewal("other", wanted: 0))
                #expect(try await store.check().problems.isEmpty)
                try store.close()
            }
            let late = try Self.open(path, after: 100_000)
            _ = try await late.renewLease(Self.renewal(spent: 150, wanted: 0))
            let key = try #require(try await late.virtualKeys().first)
            #expect(key.usage.spent.pico == 150 && key.usage.assumed == .zero && key.reserved == .zero)
        }
    }

    @Test("a running process that sweeps keeps its own blocks, and forgets those that hold nothing")
    func sweep() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try Self.open(path, after: 0)
            try await store.issue(Self.key)
            _ = try await store.renewLease(Self.renewal("mine", wanted: 300))
            _ = try await store.renewLease(Self.renewal("empty", spent: 5, wanted: 0))
            try store.close()
            let later = try Self.open(path, after: 200_000)
            // Something to settle: a block of a process that has ended.
            _ = try await later.renewLease(Self.renewal("dead", wanted: 10))
            try await later.tamper("UPDATE budget_leases SET process = '{\"pid\":1}' WHERE id = 'dead'")
            try await later.settleAbandonedWork()
            #expect(try await later.virtualKeys().map(\.reserved.pico) == [300])
            #expect(try await later.virtualKeys().map(\.usage.spent.pico) == [15])
            let left = try await later.read { try String.fetchAll($0, sql: "SELECT id FROM budget_leases ORDER BY id") }
            #expect(left == ["dead", "mine"])
        }
    }

    @Test("the check finds spending that got lost, and says what was forfeited")
    func check() async throws {
        try await SQLiteStore.withTemporary { store in
            try await store.issue(Self.key)
            _ = try await store.renewLease(Self.renewal(spent: 100, wanted: 300))
            #expect(try await store.check().problems.isEmpty)
            try await store.tamper("UPDATE virtual_keys SET spent_pusd = 99; UPDATE budget_leases SET forfeited = 1")
            let found = try await store.check()
            #expect(found.problems.map(\.rule) == ["key_spending"])
            #expect(
                found.notes.contains { $0.hasPrefix("1 blocks of virtual keys") && $0.contains("0.0000000003 USD") })
        }
    }

    @Test("issues, revocations and leases wait for the disk")
    func synchronous() async throws {
        try await SQLiteStore.withTemporary { store in
            try await store.relaxed { _ in }
            #expect(try await store.durable { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        }
    }

    @Test("a database that was moved away grants no block: another process may spend from the new one")
    func moved() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path)
            try await store.issue(Self.key)
            try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
            let error = await #expect(throws: StoreError.self) {
                try await store.renewLease(Self.renewal(wanted: 1))
            }
            #expect(error?.code == .inputOutput)
        }
    }

    @Test("the file holds no secret")
    func secret() async throws {
        try await withTemporaryFolder { folder in
            let secret = VirtualKeySecret.make()
            let store = try SQLiteStore.open(at: folder.appending(path: "db.sqlite").path)
            try await store.issue(
                VirtualKey(
                    id: VirtualKeyID(rawValue: "k"), name: "k", secretHash: VirtualKeySecret.hash(secret.reveal()),
                    fingerprint: secret.fingerprint, createdAt: 1))
            try store.close()
            #expect(try SQLiteStoreTests.folder(folder, holds: secret.fingerprint.rawValue))
            #expect(try !SQLiteStoreTests.folder(folder, holds: String(secret.reveal().dropFirst(4).prefix(12))))
        }
    }

    @Test("a pattern of models that cannot be read lets nothing through")
    func unreadable() async throws {
        try await SQLiteStore.withTemporary { store in
            try await store.issue(VirtualKeyFixtures.full)
            try await store.tamper("UPDATE virtual_keys SET models = '[\"*\"]'")
            let error = await #expect(throws: StoreError.self) { try await store.virtualKeys() }
            #expect(error?.code == .corrupt)
        }
    }

    @Test(
        "the file itself refuses what cannot be",
        arguments: [
            "INSERT INTO virtual_keys (id) VALUES ('x')", "UPDATE virtual_keys SET role = 'root'",
            "UPDATE virtual_keys SET budget_pusd = -1", "UPDATE virtual_keys SET models = '{}'",
            "UPDATE virtual_keys SET requests_per_minute = 0", "UPDATE budget_leases SET held_pusd = -1",
            "UPDATE budget_leases SET key_id = 'none'", "DELETE FROM virtual_keys",
        ])
    func refusals(sql: String) async throws {
        try await SQLiteStore.withTemporary { store in
            try await store.issue(Self.key)
            _ = try await store.renewLease(Self.renewal(wanted: 300))
            let error = await #expect(throws: DatabaseError.self) {
                try await store.pool.write { try $0.execute(sql: sql) }
            }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        }
    }
}
