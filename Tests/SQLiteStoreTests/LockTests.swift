import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Several users of one database", .timeLimit(.minutes(2)))
struct LockTests {
    private static let impatient = SQLiteStore.Options(busyTimeout: .milliseconds(30))

    @Test("a lock held too long fails the write, and nothing that was there before")
    func lockedWrite() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path, options: Self.impatient)
            let trials = try await store.begun(cases: 4)
            try await store.record(Array(trials[..<2]), storeContent: true)
            var unsafe = Configuration()
            unsafe.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: path, configuration: unsafe)
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let error = await #expect(throws: StoreError.self) {
                try await store.record(Array(trials[2...]), storeContent: true)
            }
            #expect(error?.code == .locked)
            #expect(try await store.rows(of: trials[0].run).count == 2)
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            try await store.record(Array(trials[2...]), storeContent: true)
            #expect(try await store.rows(of: trials[0].run).count == 4)
        }
    }

    @Test(
        "a database that another process has for itself alone is said to be locked",
        arguments: [
            SQLiteStore.Mode.readWrite, .readOnly,
        ])
    func lockedOpen(mode: SQLiteStore.Mode) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            try SQLiteStore.open(at: path).close()
            let other = try DatabaseQueue(path: path)
            try await other.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
            }
            let error = #expect(throws: StoreError.self) {
                try SQLiteStore.open(at: path, mode: mode, options: Self.impatient)
            }
            #expect(error?.code == .locked)
            #expect(error?.advice != nil)
        }
    }

    @Test("readers see whole transactions while another store writes")
    func readWhileWriting() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let writer = try SQLiteStore.open(at: path)
            let trials = try await writer.begun(cases: 300)
            let reader = try SQLiteStore.open(at: path, mode: .readOnly)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for start in stride(from: 0, to: 300, by: 10) {
                        try await writer.record(Array(trials[start..<start + 10]), storeContent: true)
                    }
                }
                group.addTask {
                    var seen = 0
                    while seen < 300 {
                        let rows = try await reader.rows(of: trials[0].run)
                        #expect(rows.count.isMultiple(of: 10) && rows.count >= seen)
                        #expect(rows.allSatisfy { $0.verdicts.count == 2 && $0.attempts.count == 1 })
                        seen = rows.count
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a page that is being read stays as it was when the reading began")
    func snapshot() async throws {
        try await SQLiteStore.withTemporary { store in
            let trials = try await store.begun(cases: 1_200)
            try await store.record(Array(trials[..<700]), storeContent: true)
            var ordinals: [Int] = []
            for try await page in store.trials(of: trials[0].run) {
                if ordinals.isEmpty { try await store.record(Array(trials[700...]), storeContent: true) }
                ordinals += page.map(\.ordinal)
            }
            #expect(ordinals == Array(0..<700))
        }
    }

    @Test("two stores record into one run without losing a row")
    func twoWriters() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let stores = try [SQLiteStore.open(at: path), SQLiteStore.open(at: path)]
            let trials = try await stores[0].begun(cases: 200)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, trial) in trials.enumerated() {
                    group.addTask { try await stores[number % 2].record([trial], storeContent: true) }
                }
                try await group.waitForAll()
            }
            #expect(try await stores[1].rows(of: trials[0].run).count == 200)
        }
    }
}
