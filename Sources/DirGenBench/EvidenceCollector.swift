import BenchCore
import LLMCore

/// The evidence that runs and imported results hold for a task's table.
struct EvidenceCollector {
    let store: any RunReader

    /// The newest trials of every arm that has answered a run's cases; arms of earlier runs count when they have the same cases.
    ///
    /// - Parameter includePartial: Count drained and limited runs too.
    /// - Returns: `nil` when no arm has a case.
    func evidence(from record: RunRecord, includePartial: Bool) async throws -> SelectionEvidence? {
        let cases = try await store.caseHashes(of: record.id, in: .select)
        let rows = try await store.evidence(query(record, includePartial)).filter { cases.contains($0.caseHash) }
        return SelectionEvidence(
            task: record.task, trials: Self.comparable(rows, cases: cases, arms: Set(record.arms.map(\.id))),
            cases: cases, simulated: record.simulated)
    }

    /// Of the other tasks under the same conditions, what bears on a derivation.
    func related(
        to evidence: SelectionEvidence, of record: RunRecord, includePartial: Bool
    ) async throws -> [SelectionEvidence] {
        var others: [SelectionEvidence] = []
        for task in TaskType.builtIn where task != record.task {
            var query = query(record, includePartial)
            query.task = task
            let rows = try await store.evidence(query)
            if let other = SelectionEvidence(task: task, trials: rows, simulated: record.simulated) {
                others.append(other)
            }
        }
        return SelectionDeriver.related(others, to: evidence)
    }

    private func query(_ record: RunRecord, _ includePartial: Bool) -> EvidenceQuery {
        EvidenceQuery(
            task: record.task, simulated: record.simulated, timeScale: record.timeScale,
            graderVersion: record.graderVersion, priceVersion: record.priceVersion, includePartial: includePartial)
    }

    /// An earlier arm that never saw some of these cases would shrink what all share to what it saw: it stays out.
    private static func comparable(_ rows: [TrialRow], cases: Set<String>, arms: Set<ArmID>) -> [TrialRow] {
        let seen = Dictionary(grouping: rows) { $0.arm.id }.mapValues { Set($0.map(\.caseHash)) }
        return rows.filter { arms.contains($0.arm.id) || seen[$0.arm.id] == cases }
    }
}

extension SelectionDeriver.Provenance {
    /// Of a table from the trials of a run and of those it is compared with.
    init(_ record: RunRecord, derivedAt: Int64) {
        self.init(
            task: record.task, simulated: record.simulated, timeScale: record.timeScale,
            datasetHash: record.datasetHash, graderVersion: record.graderVersion, priceVersion: record.priceVersion,
            derivedAt: derivedAt, seed: record.seed)
    }

    /// Of a table from somebody else's results, as they graded and priced them.
    init(imported evidence: SelectionEvidence, derivedAt: Int64, seed: UInt64) {
        let cases = evidence.cases.map(\.hash).joined(separator: "\n")
        self.init(
            task: evidence.task, simulated: false, timeScale: 1, datasetHash: ContentHash.sha256(cases),
            graderVersion: EvidenceRow.importedEndpoint, priceVersion: EvidenceRow.importedEndpoint,
            derivedAt: derivedAt, seed: seed)
    }
}

extension SelectionEvidence {
    /// The runs and files that it is from.
    var runs: [RunID] { Set(arms.flatMap { $0.outcomes.joined().map(\.run) }).sorted().map(RunID.init(rawValue:)) }
}
