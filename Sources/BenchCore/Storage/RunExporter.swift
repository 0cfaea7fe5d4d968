/// Export of whole runs as lines of JSON.
public protocol RunExporter: Sendable {
    /// Exports a run: the run with the definitions of all numbers (`"type": "run"`), its arms, its cases, its trials
    /// with call, attempts and verdicts, and calls that never ended (`"open_call"`). A page at a time, in bounded
    /// memory.
    ///
    /// - Throws: ``LLMCore/StoreError`` `unknown_run`.
    func export(_ run: RunID) -> AsyncThrowingStream<[String], any Error>
}

extension RunExporter {
    /// Writes the lines into a new file, which appears whole or not at all and only its owner may read.
    public func export(_ run: RunID, to path: String) async throws {
        let file = try NewFile.create(at: path)
        for try await lines in export(run) {
            for line in lines { try file.write(line + "\n") }
        }
        try file.commit()
    }
}
