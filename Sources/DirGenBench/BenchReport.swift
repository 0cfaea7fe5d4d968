public import BenchCore
import LLMCore

/// Reports of stored runs: needs a database and nothing else, so that any run can be shown again without a provider.
public enum BenchReport {
    /// The report of a run with the table that the run derived: the same run gives the same value at any time, once
    /// none of its attempts is under way.
    ///
    /// - Parameter full: Keep whole answers instead of their first kilobyte.
    /// - Throws: ``InputError`` when there is no such run; the store's errors.
    public static func model(
        of run: RunID, in store: any RunReader & RunOverviewReader & SelectionTableStore, full: Bool = false
    )
        async throws -> ReportModel
    {
        guard let record = try await store.run(matching: run.rawValue) else {
            throw InputError(.unknownRun, "there is no run \(run)")
        }
        let table = try await store.firstTable(from: run)
        return try await ReportModel.build(
            run: record, cases: try await store.cases(of: run), trials: store.trials(of: run), table: table,
            choice: table.map { $0.choose(nil) }, overview: try await store.overview(of: run), full: full)
    }
}
