import GRDB

extension SQLiteStore {
    /// Writes a compact copy of the database as it is now, while others may go on writing. The copy appears whole or not at all.
    ///
    /// - Throws: ``StoreError``: the file exists, its folder cannot be written, no space is left.
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
