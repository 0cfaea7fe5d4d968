public import BenchCore
import GRDB
import LLMCore

extension SQLiteStore: StoreBackup {
    /// The copy is compact.
    public func backup(to path: String) async throws {
        let file = try NewFile.create(at: path)
        do {
            // SQLite writes into an empty file, so that the copy is as private as the file is.
            try await pool.vacuum(into: file.partial)
        } catch {
            throw StoreError(error, path: path)
        }
        try file.commit()
    }
}
