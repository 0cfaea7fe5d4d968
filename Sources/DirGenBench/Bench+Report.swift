import BenchReports
import BenchCore
import LLMCore

extension Bench {
    /// Writes `report.html` and `report.md` of a run, from the database alone.
    func writeReports(of run: RunID, to directory: String) async throws -> [String] {
        try ReportFiles.write(try await BenchReport.model(of: run, in: store), to: directory)
    }
}
