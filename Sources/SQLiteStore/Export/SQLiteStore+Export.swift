public import BenchCore

extension SQLiteStore: RunExporter {
    public func export(_ run: RunID) -> AsyncThrowingStream<[String], any Error> {
        let pages = ExportPages(store: self, run: run)
        return AsyncThrowingStream { try await pages.next() }
    }
}
