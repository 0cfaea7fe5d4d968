import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Opening a database", .timeLimit(.minutes(2)))
struct OpeningTests {
    @Test("a new one gets its folders, and only its owner may read it")
    func creates() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "state/dirgen/dirgen.sqlite").path
            let store = try SQLiteStore.open(at: path)
            try await store.begin(BenchFixtures.run(), cases: BenchFixtures.cases(2))
            #expect(try permissions(path) == 0o600)
            #expect(try permissions(path + "-wal") == 0o600)
            #expect(try permissions(path + "-shm") == 0o600)
            #expect(try permissions(folder.appending(path: "state/dirgen").path) == 0o700)
        }
    }

    @Test("a new one in a folder that is missing and is not to be made says which, and makes nothing")
    func noFolder() async throws {
        try await withTemporaryFolder { folder in
            let missing = folder.appending(path: "none/deeper").path
            let options = SQLiteStore.Options(makesFolders: false)
            let error = #expect(throws: StoreError.self) {
                try SQLiteStore.open(at: missing + "/b.sqlite", options: options)
            }
            #expect(error?.code == .cannotOpen)
            #expect(error?.message == "there is no folder \(missing) for the database \(missing)/b.sqlite")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
            _ = try SQLiteStore.open(at: folder.appending(path: "b.sqlite").path, options: options)
        }
    }

    @Test("writes wait for the disk, logs are write-ahead, references are kept")
    func pragmas() async throws {
        try await SQLiteStore.withTemporary { store in
            let facts = try await store.pool.write { db in
                try ["synchronous", "journal_mode", "foreign_keys", "user_version", "application_id"].map {
                    try String.fetchOne(db, sql: "PRAGMA \($0)")
                }
            }
            #expect(facts == ["2", "wal", "1", "\(Schema.version)", "1145521486"])
        }
    }

    @Test("reading one that is not there says so and makes nothing")
    func absent() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "a/b.sqlite").path
            let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: path, mode: .readOnly) }
            #expect(error?.code == .notFound)
            #expect(error?.message.contains(path) == true && error?.location == path)
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "a").path))
        }
    }

    @Test(
        "what is not a database is refused and left as it is",
        arguments: ["# notes\n", "SQLite format 3", "SQLite format 3\0and then nothing like it"],
        [SQLiteStore.Mode.readWrite, .readOnly])
    func notADatabase(content: String, mode: SQLiteStore.Mode) async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "notes.txt")
            try Data(content.utf8).write(to: file)
            let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: file.path, mode: mode) }
            #expect(error?.code == .notADatabase)
            #expect(try Data(contentsOf: file) == Data(content.utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["notes.txt"])
        }
    }

    @Test("a folder is no database")
    func aFolder() async throws {
        try await withTemporaryFolder { folder in
            let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: folder.path) }
            #expect(error?.code == .cannotOpen)
        }
    }

    @Test("a file where a folder should be is said")
    func fileForFolder() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "plain")
            try Data("x".utf8).write(to: file)
            let path = file.appending(path: "dirgen.sqlite").path
            #expect(throws: StoreError.self) { try SQLiteStore.open(at: path) }
            #expect(try Data(contentsOf: file) == Data("x".utf8))
        }
    }

    @Test("another program's database is refused and left as it is", arguments: [0, 42])
    func foreign(application: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "other.sqlite").path
            let other = try DatabaseQueue(path: path)
            try await other.write { db in
                try db.execute(sql: "CREATE TABLE bookmarks (url); PRAGMA application_id = \(application)")
            }
            try other.close()
            let before = try Data(contentsOf: URL(filePath: path))
            for mode in [SQLiteStore.Mode.readWrite, .readOnly] {
                let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: path, mode: mode) }
                #expect(error?.code == .foreignDatabase)
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
        }
    }

    @Test("one of a newer version is refused, whatever it was opened for")
    func newer() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path)
            try await store.tamper("PRAGMA user_version = 99")
            try store.close()
            for mode in [SQLiteStore.Mode.readWrite, .readOnly] {
                let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: path, mode: mode) }
                #expect(error?.code == .newerVersion)
                #expect(error?.message.contains("version 99") == true)
            }
        }
    }

    @Test("one of an older version cannot be brought up to date read-only")
    func older() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path)
            try await store.tamper("PRAGMA user_version = 0")
            try store.close()
            let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: path, mode: .readOnly) }
            #expect(error?.code == .olderVersion)
        }
    }

    @Test("an empty file becomes a database; a read-only look at one does not")
    func emptyFile() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "db.sqlite")
            try Data().write(to: file)
            let error = #expect(throws: StoreError.self) { try SQLiteStore.open(at: file.path, mode: .readOnly) }
            #expect(error?.code == .notFound)
            let store = try SQLiteStore.open(at: file.path)
            #expect(try await store.runs(limit: 1).isEmpty)
        }
    }

    @Test("a reader in a folder that may not be written is told what SQLite needs there, and what helps")
    func readOnlyFolder() throws {
        let opening = Opening(path: "/somewhere/db.sqlite", mode: .readOnly, options: .init())
        for code in [StoreError.Code.readOnly, .cannotOpen] {
            let error = opening.explained(StoreError(code, location: "/somewhere/db.sqlite", "attempt to write"))
            #expect(error.code == .cannotOpen)
            #expect(error.message.contains("cannot be read here") && error.message.hasSuffix("/somewhere"))
            #expect(error.advice?.contains("open the copy") == true)
        }
        let other = StoreError(.corrupt, location: "/somewhere/db.sqlite", "damaged")
        #expect(opening.explained(other) == other)
    }

    @Test("a name that looks like an address is a file's name")
    func addressLike() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/file:a?mode=memory"
            _ = try SQLiteStore.open(at: path)
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("a database that another process is about to fill is ours, not another program's")
    func halfMade() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            // What the migrator makes first, in a transaction of its own.
            try await DatabaseQueue(path: path).write { db in
                try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            }
            #expect(try await SQLiteStore.open(at: path).runs(limit: 1).isEmpty)
        }
    }

    @Test("many may open a new database at once", arguments: 0..<20)
    func together(round: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let store = try SQLiteStore.open(at: path)
                        try await store.begin(BenchFixtures.run("RUN\(number)"), cases: [])
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await SQLiteStore.open(at: path, mode: .readOnly).runs(limit: 20).count == 8)
        }
    }

    @Test("a closed database, and a finished run, are in the one file")
    func oneFile() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path)
            let trials = try await store.begun(cases: 50)
            try await store.record(trials, storeContent: true)
            try await store.finish(trials[0].run, status: .complete, endedAt: BenchFixtures.start)
            try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
            let copy = try SQLiteStore.open(at: path + ".copy")
            #expect(try await copy.rows(of: trials[0].run).count == 50)
            #expect(try await store.rows(of: trials[0].run).count == 50)
            try store.close()
            #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
            let error = await #expect(throws: StoreError.self) { try await store.runs(limit: 1) }
            #expect(error != nil)
        }
    }

    @Test("a read-only store reads, and refuses to write")
    func readOnly() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let writer = try SQLiteStore.open(at: path)
            try await writer.record(try await writer.begun(cases: 3), storeContent: true)
            let reader = try SQLiteStore.open(at: path, mode: .readOnly)
            #expect(try await reader.rows(of: BenchFixtures.run().id).count == 3)
            let error = await #expect(throws: StoreError.self) {
                try await reader.begin(BenchFixtures.run("02"), cases: [])
            }
            #expect(error?.code == .readOnly)
        }
    }
}
