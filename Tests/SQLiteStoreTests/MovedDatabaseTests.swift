import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("When the database is moved while it is in use", .timeLimit(.minutes(1)))
struct MovedDatabaseTests {
    enum Displacement: CaseIterable {
        case moved, deleted, replaced, folderMoved
    }

    @Test(
        "nothing new is begun, and what was paid for is in the file where it is now", arguments: Displacement.allCases)
    func displaced(how: Displacement) async throws {
        try await withTemporaryFolder { top in
            let folder = top.appending(path: "data")
            let path = folder.appending(path: "db.sqlite").path
            let store = try SQLiteStore.open(at: path)
            let trials = try await store.begun(cases: 3)
            try await store.record([trials[0]], storeContent: true)
            let files = FileManager.default
            var moved: String?
            switch how {
            case .moved:
                moved = folder.appending(path: "old.sqlite").path
                for end in ["", "-wal", "-shm"] { try files.moveItem(atPath: path + end, toPath: (moved ?? "") + end) }
            case .deleted: try files.removeItem(atPath: path)
            case .replaced:
                try files.removeItem(atPath: path)
                try Data().write(to: URL(filePath: path))
            case .folderMoved:
                moved = top.appending(path: "elsewhere/db.sqlite").path
                try files.moveItem(atPath: folder.path, toPath: top.appending(path: "elsewhere").path)
            }
            let refusal = await #expect(throws: StoreError.self) {
                try await store.record([trials[1]], storeContent: true)
            }
            #expect(refusal?.code == .inputOutput && refusal?.message.contains("moved, deleted or replaced") == true)
            let intent = AttemptIntent(
                attempt: AttemptID(call: CallID(rawValue: "next"), number: 1), call: CallID(rawValue: "next"),
                model: trials[2].arm.model, endpoint: "e", simulated: true, key: nil, worstCase: nil, origin: .bench)
            await #expect(throws: StoreError.self) { try await store.reserve(intent, run: trials[0].run) }
            guard let moved else { return }
            try store.close()
            let found = try SQLiteStore.open(at: moved)
            #expect(try await found.rows(of: trials[0].run).map(\.caseID) == [trials[0].caseID, trials[1].caseID])
            let reserved: Int? = try await found.value("SELECT count(*) FROM calls WHERE id = 'next'")
            #expect(reserved == 0)
        }
    }
}
