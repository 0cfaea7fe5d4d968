import BenchCore
import Foundation
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Looking after a database", .timeLimit(.minutes(2)))
struct MaintenanceTests {
    private static let day: Int64 = 86_400_000_000

    /// A finished run of `count` trials.
    @discardableResult
    private static func finished(_ name: String, in store: SQLiteStore, day: Int64 = 0, trials count: Int = 3)
        async throws
        -> RunRecord
    {
        let run = BenchFixtures.run(name, startedAt: BenchFixtures.start + day * Self.day)
        try await store.record(try await store.begun(run, cases: count), storeContent: true)
        try await store.finish(run.id, status: .complete, endedAt: run.startedAt + 1)
        return run
    }

    @Test("a deleted run is gone with all that belongs to it, and from the bytes of the file")
    func deletion() async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore.open(at: folder.appending(path: "db.sqlite").path)
            let run = try await Self.finished("SECRETRUN", in: store, trials: 40)
            try await Self.finished("OTHER", in: store)
            try await store.save(BenchFixtures.table(), from: [run.id])
            #expect(try SQLiteStoreTests.folder(folder, holds: "Answer to SECRETRUN"))
            try await store.delete(run.id)
            #expect(try await store.runs(limit: 9).map(\.id.rawValue) == ["OTHER"])
            for table in ["calls", "attempts", "trials"] {
                #expect(try await store.value("SELECT count(*) FROM \(table)") == 3, "\(table)")
            }
            #expect(try await store.value("SELECT count(*) FROM verdicts") == 6)
            #expect(try await store.table(for: .architecture, simulated: false) != nil)
            #expect(try await store.check().problems.isEmpty)
            #expect(try !SQLiteStoreTests.folder(folder, holds: "Answer to SECRETRUN"))
        }
    }

    @Test("pruning by age takes old live calls and replaced tables too, and gives space back")
    func pruneByAge() async throws {
        try await SQLiteStore.withTemporary { store in
            try await Self.finished("OLD", in: store, trials: 300)
            try await Self.finished("NEW", in: store, day: 40)
            let arm = BenchFixtures.arm()
            for (id, time) in [("old", BenchFixtures.start), ("new", BenchFixtures.start + 40 * Self.day)] {
                try await store.record(
                    BenchFixtures.call(
                        CallID(rawValue: id), arm: arm, task: .general, startedAt: time, origin: .live))
            }
            try await store.save(BenchFixtures.table("t1", derivedAt: BenchFixtures.start), from: [])
            try await store.save(BenchFixtures.table("t2", derivedAt: BenchFixtures.start + 1), from: [])
            let pruned = try await store.prune(.olderThan(BenchFixtures.start + 30 * Self.day), dryRun: false)
            #expect(pruned.runs.map(\.run.id.rawValue) == ["OLD"] && pruned.liveCalls == 1 && pruned.tables == 1)
            #expect(pruned.bytesAfter < pruned.bytesBefore)
            #expect(try await store.value("SELECT group_concat(id) FROM calls WHERE run_id IS NULL") == "new")
            #expect(try await store.table(for: .architecture, simulated: false)?.id == "t2")
            #expect(try await store.check().problems.isEmpty)
        }
    }

    @Test("a backup is a whole database, private, and never replaces a file")
    func backup() async throws {
        try await withTemporaryFolder { folder in
            let store = try SQLiteStore.open(at: folder.appending(path: "db.sqlite").path)
            let run = try await Self.finished("RUN", in: store, trials: 20)
            let path = folder.appending(path: "copy.sqlite").path
            try await store.backup(to: path)
            #expect(try permissions(path) == 0o600)
            let copy = try SQLiteStore.open(at: path)
            #expect(try await copy.rows(of: run.id) == store.rows(of: run.id))
            #expect(try await copy.check().problems.isEmpty)
            let error = await #expect(throws: StoreError.self) { try await store.backup(to: path) }
            #expect(error?.code == .exists)
            let nowhere = await #expect(throws: StoreError.self) {
                try await store.backup(to: folder.appending(path: "none/copy.sqlite").path)
            }
            #expect(nowhere?.code == .cannotOpen)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!names.contains { $0.contains("partial") })
        }
    }

    @Test(
        "the check finds what is broken",
        arguments: [
            ("call_without_trial", "DELETE FROM verdicts; DELETE FROM trials WHERE ordinal = 0"),
            ("trial_of_open_call", "UPDATE calls SET state = 'open' WHERE id LIKE '%case-1-0'"),
            ("attempt_count", "UPDATE trials SET attempts = 9 WHERE ordinal = 0"),
            ("reserved_in_finished_call", "UPDATE attempts SET state = 'reserved' WHERE call_id LIKE '%case-2-0'"),
            ("case_changed", "UPDATE cases SET hash = 'x' WHERE position = 1"),
            (
                "complete_without_trials",
                "DELETE FROM verdicts; DELETE FROM trials; DELETE FROM attempts; DELETE FROM calls"
            ),
            ("foreign_key", "DELETE FROM calls WHERE id LIKE '%case-1-0'"),
        ])
    func broken(rule: String, damage: String) async throws {
        try await SQLiteStore.withTemporary { store in
            try await Self.finished("RUN", in: store)
            #expect(try await store.check().problems.isEmpty)
            try await store.tamper(damage)
            let rules = Set(try await store.check().problems.map(\.rule))
            #expect(rules.contains(rule), "\(rules)")
        }
    }

    @Test("a damaged file is found damaged, or said to be, and is not a crash")
    func damaged() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite")
            let store = try SQLiteStore.open(at: path.path)
            try await Self.finished("RUN", in: store, trials: 200)
            try store.close()
            var bytes = try Data(contentsOf: path)
            for offset in stride(from: 8 * 4_096, to: bytes.count - 4_096, by: 3 * 4_096) {
                bytes.replaceSubrange(offset..<offset + 64, with: Data(repeating: 0xA5, count: 64))
            }
            try bytes.write(to: path)
            do {
                let damaged = try SQLiteStore.open(at: path.path, mode: .readOnly)
                let check = try await damaged.check()
                #expect(check.problems.contains { $0.rule == "integrity" })
            } catch let error as StoreError {
                #expect(error.code == .corrupt)
            }
        }
    }

    @Test("what a killed process left is noted, an hour later")
    func leftBehind() async throws {
        var time = TimeSource.live
        time.wallMicroseconds = { BenchFixtures.start }
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path, options: .init(time: time))
            let trials = try await store.begun(cases: 1)
            try await store.reserve(BenchFixtures.intent(CallID(rawValue: "lost")), run: trials[0].run)
            #expect(try await store.check().notes.isEmpty)
            time.wallMicroseconds = { BenchFixtures.start + Self.day }
            let later = try SQLiteStore.open(at: path, options: .init(time: time))
            let notes = try await later.check().notes
            #expect(notes.count == 2)
            #expect(notes.contains { $0.contains("at most 0.05 USD") })
            #expect(try await later.check().problems.isEmpty)
        }
    }
}
