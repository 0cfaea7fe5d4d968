public import BenchCore

extension SQLiteStore {
    /// Exports a run as lines of JSON: the run with the definitions of all numbers, its arms, its cases, its trials
    /// with call, attempts and verdicts, and calls that never ended. A page at a time, in bounded memory.
    ///
    /// - Throws: ``StoreError`` when there is no such run.
    public func export(_ run: RunID) -> AsyncThrowingStream<[String], any Error> {
        let pages = ExportPages(store: self, run: run)
        return AsyncThrowingStream { try await pages.next() }
    }

    /// The same in a new file, which appears whole or not at all and only its owner may read.
    public func export(_ run: RunID, to path: String) async throws {
        let file = try NewFile.create(at: path)
        for try await lines in export(run) {
            for line in lines { try file.write(line + "\n") }
        }
        try file.commit()
    }
}
