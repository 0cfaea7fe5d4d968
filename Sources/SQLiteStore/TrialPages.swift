import BenchCore
import GRDB
import LLMCore

/// Reads a run's trials page by page from one snapshot: what is written meanwhile changes nothing, and memory stays bounded.
actor TrialPages {
    private static let pageSize = 500

    private let store: SQLiteStore
    private let run: RunID
    private var snapshot: DatabaseSnapshot?
    private var arms: TrialReading.Arms = [:]
    private var last: (ordinal: Int, call: String)?
    private var ended = false

    init(store: SQLiteStore, run: RunID) {
        self.store = store
        self.run = run
    }

    /// `nil` after the last page.
    func next() async throws -> [TrialRow]? {
        guard !ended else { return nil }
        return try await store.withStoreErrors { try await page() }
    }

    private func page() async throws -> [TrialRow]? {
        let run = run
        let snapshot = try snapshot ?? store.pool.makeSnapshot()
        if self.snapshot == nil {
            self.snapshot = snapshot
            arms = try await snapshot.read { try TrialReading.arms(of: [run.rawValue], $0) }
        }
        let (arms, last) = (arms, last)
        let rows = try await snapshot.read { db in
            try TrialReading.page(of: run.rawValue, after: last, limit: TrialPages.pageSize, arms: arms, db)
        }
        self.last = rows.last.map { ($0.ordinal, $0.callID.rawValue) }
        if rows.count < TrialPages.pageSize {
            ended = true
            self.snapshot = nil
        }
        return rows.isEmpty ? nil : rows
    }
}
