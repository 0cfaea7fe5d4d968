public import LLMCore

extension SQLiteStore: AttemptHistory {
    /// Begins at most ``AttemptReading/reach`` calls back.
    public func attempts(after cursor: AttemptCursor?, simulated: Bool, limit: Int) async throws -> AttemptPage {
        try await read { try AttemptReading.page(after: cursor, simulated: simulated, limit: max(1, limit), $0) }
    }
}
