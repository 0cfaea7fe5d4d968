public import BenchCore
public import LLMCore

extension Bench {
    /// Derives the task's table from the newest trials of every arm that has answered this run's cases, and keeps it.
    ///
    /// - Parameters:
    ///   - record: Names the task, the cases and the environment; arms of earlier runs count when they have the same cases.
    ///   - includePartial: Count drained and limited runs too.
    /// - Returns: `nil` when no arm has a case.
    public func derive(
        from record: RunRecord, constraints: SelectionConstraints, includePartial: Bool = false
    ) async throws -> SelectionTable? {
        let query = EvidenceQuery(
            task: record.task, simulated: record.simulated, timeScale: record.timeScale,
            graderVersion: record.graderVersion,
            priceVersion: record.priceVersion, includePartial: includePartial)
        let cases = Set(try await store.cases(of: record.id).filter { $0.split == .select }.map(\.hash))
        let rows = try await store.evidence(query).filter { cases.contains($0.caseHash) }
        let provenance = SelectionDeriver.Provenance(
            task: record.task, simulated: record.simulated, timeScale: record.timeScale,
            datasetHash: record.datasetHash,
            graderVersion: record.graderVersion, priceVersion: record.priceVersion, derivedAt: time.wallMicroseconds(),
            seed: record.seed)
        let previous = try await store.table(for: record.task, simulated: record.simulated)
        let table = SelectionDeriver.derive(
            rows: Self.comparable(rows, cases: cases, arms: Set(record.arms.map(\.id))), cases: cases,
            provenance: provenance,
            constraints: constraints, incumbent: previous)
        guard let table else { return nil }
        try await store.save(table, from: Set(rows.map(\.run)).sorted())
        return table
    }

    /// An earlier arm that never saw some of these cases would shrink what all share to what it saw: it stays out.
    private static func comparable(_ rows: [TrialRow], cases: Set<String>, arms: Set<ArmID>) -> [TrialRow] {
        let seen = Dictionary(grouping: rows) { $0.arm.id }.mapValues { Set($0.map(\.caseHash)) }
        return rows.filter { arms.contains($0.arm.id) || seen[$0.arm.id] == cases }
    }
}
