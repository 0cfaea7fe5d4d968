import BenchCore
import Foundation
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Processes that die, and processes with fewer rights", .timeLimit(.minutes(2)))
struct KillTests {
    @Test("kill -9 loses nothing that was acknowledged, and leaves what was in flight visible")
    func killed() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                try await Self.recordUntilKilled(in: path)
            }
            let acknowledged = try String(contentsOf: folder.appending(path: "acknowledged"), encoding: .utf8)
                .split(separator: "\n").map(String.init)
            #expect(acknowledged.count >= 200)
            let store = try SQLiteStore.open(at: folder.appending(path: "db.sqlite").path)
            let stored = Set(try await store.rows(of: BenchFixtures.run().id).map(\.callID.rawValue))
            #expect(Set(acknowledged).isSubset(of: stored))
            let overview = try await store.overview(of: BenchFixtures.run().id)
            // This run bears no mark of its process.
            #expect(overview.run.status == .running)
            #expect(overview.reserved >= 1)
            #expect(overview.reservedWorst >= USD(pico: 50_000_000_000))
            #expect(try await store.check().problems.isEmpty)
        }
    }

    /// Eight writers reserve and record, and write down what was acknowledged, until one kills the process.
    private static func recordUntilKilled(in folder: String) async throws {
        let store = try SQLiteStore.open(at: folder + "/db.sqlite")
        let trials = try await store.begun(cases: 2_000)
        try await store.reserve(BenchFixtures.intent(CallID(rawValue: "in-flight")), run: trials[0].run)
        let log = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for trial in trials[writer * 250..<(writer + 1) * 250] {
                        try await store.reserve(BenchFixtures.intent(trial.call.id), run: trial.run)
                        try await store.record([trial], storeContent: true)
                        let line = "\(trial.call.id)\n"
                        _ = write(log, line, line.utf8.count)
                        // The others are somewhere between reserving and recording.
                        if writer == 0, trial.ordinal == 60 { kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("a live call of another process is there when it has ended")
    func otherProcess() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path)
            let trials = try await store.begun(cases: 50)
            async let child = #expect(processExitsWith: .success) { [path = path as String] in
                let other = try SQLiteStore.open(at: path)
                for number in 0..<50 {
                    let id = CallID(rawValue: "live-\(number)")
                    try await other.reserve(BenchFixtures.intent(id, origin: .live))
                    try await other.record(
                        BenchFixtures.call(
                            id, arm: BenchFixtures.arm(), task: .general, startedAt: 1, origin: .live))
                }
            }
            for trial in trials { try await store.record([trial], storeContent: true) }
            _ = await child
            #expect(
                try await store.value("SELECT count(*) FROM calls WHERE origin = 'live' AND state = 'closed'") == 50)
            #expect(try await store.rows(of: trials[0].run).count == 50)
        }
    }

    @Test(
        "who may not write the file or its folder is told so",
        .enabled(if: geteuid() == 0, "needs root to give up rights"))
    func unwritable() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            try SQLiteStore.open(at: path).close()
            chmod(folder.path, 0o777)
            chmod(path, 0o644)
            await expectReadOnly(path)
            chmod(folder.path, 0o755)
            chmod(path, 0o666)
            await expectReadOnly(path)
            await expectReadOnly(folder.appending(path: "new.sqlite").path)
            await expectReadOnly(folder.appending(path: "new/new.sqlite").path)
        }
    }

    private func expectReadOnly(_ path: String) async {
        await #expect(processExitsWith: .success) { [path = path as String] in
            try #require(setuid(65_534) == 0)
            let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: path) }
            #expect(error?.code == .readOnly)
        }
    }

    @Test("who may not read the file is told so", .enabled(if: geteuid() == 0, "needs root to give up rights"))
    func unreadable() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            try SQLiteStore.open(at: path).close()
            chmod(folder.path, 0o755)
            await #expect(processExitsWith: .success) { [path = path as String] in
                try #require(setuid(65_534) == 0)
                let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: path, mode: .readOnly) }
                #expect(error?.code == .cannotOpen)
            }
        }
    }
}
