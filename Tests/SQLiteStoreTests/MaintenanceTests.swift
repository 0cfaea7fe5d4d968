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

    @Test("an overview counts what is there, and what never ended")
    func overview() async throws {
        try await SQLiteStore.withTemporary { store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(5)
            try await store.begin(run, cases: cases)
            var trials = cases.prefix(3).enumerated().map { BenchFixtures.trial(of: $1, in: run, ordinal: $0) }
            trials[1] = BenchFixtures.trial(of: cases[1], in: run, ordinal: 1, outcome: .attempt(.timeoutIdle))
            trials[2].metrics.cost = nil
            try await store.record(trials, storeContent: true)
            try await store.reserve(BenchFixtures.intent(CallID(rawValue: "lost")), run: run.id)
            let found = try #require(try await store.overviews(limit: 5).first)
            #expect(found.run == run && found.cases == 5 && found.trials == 3 && found.ok == 2)
            #expect(found.providerFailures == 1 && found.gradable == 3 && found.passed == 2)
            #expect(found.cost == USD(pico: 15_625_000_002) && found.unpriced == 1)
            #expect(found.reserved == 1 && found.reservedWorst == USD(pico: 50_000_000_000))
            let error = await #expect(throws: StoreError.self) {
                try await store.overview(of: RunID(rawValue: "none"))
            }
            #expect(error?.code == .unknownRun)
        }
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

    @Test("a run that has not finished is deleted only on request")
    func unfinished() async throws {
        try await SQLiteStore.withTemporary { store in
            let trials = try await store.begun(cases: 1)
            let error = await #expect(throws: StoreError.self) { try await store.delete(trials[0].run) }
            #expect(error?.code == .conflict)
            try await store.delete(trials[0].run, unfinished: true)
            #expect(try await store.runs(limit: 1).isEmpty)
            let absent = await #expect(throws: StoreError.self) { try await store.delete(trials[0].run) }
            #expect(absent?.code == .unknownRun)
        }
    }

    @Test("pruning keeps the newest runs, unfinished ones, and those that a table in use came from")
    func pruneByCount() async throws {
        try await SQLiteStore.withTemporary { store in
            for (index, name) in ["A", "B", "C", "D", "E"].enumerated() {
                try await Self.finished(name, in: store, day: Int64(index))
            }
            try await store.begin(BenchFixtures.run("OPEN", startedAt: 1), cases: [])
            try await store.save(BenchFixtures.table("old", derivedAt: 1), from: [RunID(rawValue: "A")])
            try await store.save(BenchFixtures.table("new", derivedAt: 2), from: [RunID(rawValue: "B")])
            let plan = try await store.prune(.keepRuns(2), dryRun: true)
            #expect(plan.runs.map(\.run.id.rawValue) == ["C", "A"])
            #expect(plan.kept.map(\.rawValue) == ["B"])
            #expect(try await store.runs(limit: 9).count == 6)
            #expect(try await store.prune(.keepRuns(2), dryRun: false).runs.count == 2)
            #expect(try await store.runs(limit: 9).map(\.id.rawValue) == ["E", "D", "B", "OPEN"])
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
