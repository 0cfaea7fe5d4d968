import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Migrations", .timeLimit(.minutes(2)))
struct MigrationTests {
    @Test(
        "a released migration is byte for byte what it was: a change is a new one",
        arguments: [
            (Schema.tables, "e0e554fb5e93c021318701675fe22b4ab8c730021a54ffeda2bf394c4f3cef05"),
            (Schema.views(), "b047c8c417a96cb204ccbe8ea6f7d51bd812ada6a8e693d6fab2d310c8fea9c8"),
            (Schema.learnt, "bb18fd6e7e4d4d9161bf89702ec79b4c4781431fe4b825dc9cbed6f742835dda"),
            (Schema.anySubject, "5844c8849ab2c7ad9847a543452c899189bca4aca3290d1018efd89a2c5507f0"),
            (Schema.leases, "b53fc995a9adccc3b705a42d2a4e8973f56eae43d21a0168bcfcc2c659afea11"),
            (Schema.evidence, "547a8bd882f4321de3d7eae9d3e260c9d4b859d67024deda234ec1c4d6fd5aac"),
            (Schema.gradings, "46e78585e7b5ef1701da8a3a05d92229dca40b8ee1fa11bee4c6d51aba85bb1b"),
            (Schema.virtualKeys, "37add5dc55a7ff1a254aed780bd3d8fb159e4967b53b4e5676b4ca18d8805692"),
        ])
    func released(sql: String, digest: String) {
        #expect(ContentHash.sha256(sql) == digest, "\(sql.prefix(60))")
    }

    @Test(
        "a database of any older version, with rows in it, comes to the schema of a new one",
        arguments: 1..<Schema.version)
    func schema(version: Int) async throws {
        try await withTemporaryFolder { folder in
            let old = folder.appending(path: "old.sqlite").path
            let queue = try DatabaseQueue(path: old)
            try Schema.migrator.migrate(queue, upTo: String(version))
            try await queue.write { try $0.execute(sql: Self.rows) }
            try queue.close()
            let migrated = try SQLiteStore.open(at: old)
            let new = try SQLiteStore.open(at: folder.appending(path: "new.sqlite").path)
            #expect(try await Self.schema(of: migrated) == Self.schema(of: new))
            #expect(try await migrated.value("PRAGMA user_version") == Schema.version)
            #expect(try await migrated.value("SELECT count(*) FROM attempts JOIN calls ON calls.id = call_id") == 1)
            #expect(try await migrated.runs(limit: 2).map(\.id.rawValue) == ["r"])
            #expect(try await migrated.check().problems.isEmpty)
            try migrated.close()
            try new.close()
        }
    }

    /// Every table, index, trigger and view with the text that SQLite keeps of it.
    private static func schema(of store: SQLiteStore) async throws -> [String] {
        try await store.read { db in
            try String.fetchAll(
                db, sql: "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema")
        }.sorted()
    }

    private static let rows = """
        INSERT INTO runs VALUES ('r', 'complete', 1, 2, 'd', 'd', 'h', 'general', 1, 1, 0, 1, NULL, 0, 'g', 'p', 't', '[]',
            '{}', '{}');
        INSERT INTO calls (id, origin, state, simulated, started_at, duration_ms, task, requested, outcome, decision)
            VALUES ('k', 'live', 'closed', 0, 1, 1, 'general', 'auto', 'ok', '{}');
        INSERT INTO attempts (id, call_id, number, state, model, endpoint, simulated, class, sent_ms, e2e_ms)
            VALUES ('a', 'k', 1, 'settled', 'lab/m', 'e', 0, 'ok', 0, 1);
        """
}
