import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("When no space is left", .timeLimit(.minutes(2)))
struct DiskFullTests {
    @Test("a trial that does not fit fails whole, what was there stays, and space lets it in")
    func pageCount() async throws {
        try await SQLiteStore.withTemporary { store in
            let trials = try await store.begun(cases: 400)
            let recorded = try await fill(store, with: trials) {
                let pages: Int = try await store.value("PRAGMA page_count") ?? 0
                try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
            }
            #expect(try await store.rows(of: trials[0].run).map(\.ordinal) == recorded)
            #expect(try await store.check().problems.isEmpty)
            try await store.pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA max_page_count = 1073741823")
            }
            try await store.record(trials, storeContent: true)
            #expect(try await store.rows(of: trials[0].run).count == 400)
        }
    }

    @Test(
        "a full file system is said, and nothing is half-written", .enabled(if: Tmpfs.isAllowed, "cannot mount a tmpfs")
    )
    func tmpfs() async throws {
        try await withTemporaryFolder { folder in
            let mounted = try Tmpfs(at: folder.path, size: "2m")
            defer { mounted.unmount() }
            let path = folder.appending(path: "db.sqlite").path
            do {
                let store = try SQLiteStore.open(at: path, options: .init(keptFree: 0))
                let trials = try await store.begun(cases: 2_000)
                let recorded = try await fill(store, with: trials) {}
                #expect(recorded.count > 10)
                #expect(try await store.rows(of: trials[0].run).map(\.ordinal) == recorded)
                try store.close()
            }
            let reopened = try SQLiteStore.open(at: path, mode: .readOnly)
            #expect(try await reopened.check().problems.isEmpty)
            #expect(try await reopened.rows(of: BenchFixtures.run().id).count > 10)
        }
    }

    @Test(
        "results in flight fit when the disk is full, and nothing new is begun in their space",
        .enabled(if: Tmpfs.isAllowed, "cannot mount a tmpfs"))
    func reserve() async throws {
        try await withTemporaryFolder { folder in
            let mounted = try Tmpfs(at: folder.path, size: "4m")
            defer { mounted.unmount() }
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path, options: .init(keptFree: 1 << 20))
            let trials = try await store.begun(cases: 100)
            let file = folder.appending(path: "else")
            var filler = 4 << 20
            while filler > 512 {
                if (try? Data(count: filler).write(to: file)) == nil { filler /= 2 } else { break }
            }
            var rest = filler
            while rest >= 512 {
                let more = folder.appending(path: "else-\(Identifier.make())")
                if (try? Data(count: rest).write(to: more)) == nil { rest /= 2 }
            }
            let intent = BenchFixtures.intent(CallID(rawValue: "new"))
            await #expect(throws: StoreError.self) {
                for number in 0..<200 {
                    try await store.reserve(BenchFixtures.intent(CallID(rawValue: "new-\(number)")), run: trials[0].run)
                }
            }
            try await store.record(Array(trials[..<50]), storeContent: true)
            await #expect(throws: StoreError.self) { try await store.reserve(intent, run: trials[0].run) }
            #expect(try await store.rows(of: trials[0].run).count == 50)
        }
    }

    @Test("a run is refused before anything is sent where too little space is left")
    func tooLittle() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path, options: .init(keptFree: 1 << 42))
            let error = await #expect(throws: StoreError.self) { try await store.begun(cases: 1) }
            #expect(error?.code == .diskFull)
            #expect(try await store.runs(limit: 1).isEmpty)
        }
    }

    /// Records one by one until one does not fit; gives the ordinals of those that did.
    private func fill(_ store: SQLiteStore, with trials: [Trial], limit: () async throws -> Void) async throws -> [Int]
    {
        try await store.record(Array(trials[..<5]), storeContent: true)
        try await limit()
        var recorded = Array(0..<5)
        for trial in trials[5...] {
            do {
                try await store.record([trial], storeContent: true)
                recorded.append(trial.ordinal)
            } catch let error as StoreError {
                #expect(error.code == .diskFull)
                #expect(error.advice != nil)
                return recorded
            }
        }
        Issue.record("the disk never filled")
        return recorded
    }
}

/// A small file system in memory, where mounting is allowed.
private struct Tmpfs {
    let path: String

    static let isAllowed: Bool = {
        let probe = FileManager.default.temporaryDirectory.appending(path: "dirgen-mount-" + Identifier.make()).path
        guard mkdir(probe, 0o700) == 0 else { return false }
        defer { rmdir(probe) }
        guard let mounted = try? Tmpfs(at: probe, size: "64k") else { return false }
        mounted.unmount()
        return true
    }()

    init(at path: String, size: String) throws {
        self.path = path
        guard mount("tmpfs", path, "tmpfs", 0, "size=" + size) == 0 else { throw POSIXError(.EPERM) }
    }

    func unmount() { umount2(path, Int32(MNT_DETACH)) }
}
