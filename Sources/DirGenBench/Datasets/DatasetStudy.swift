package import BenchCore
package import DirGenAPI
import LLMCore

/// A description of datasets, with what stored runs say about their cases.
package struct DatasetStudy: Sendable {
    private let store: (any RunReader)?

    /// - Parameter store: Where runs are read; `nil` describes the files alone.
    package init(store: (any RunReader)?) { self.store = store }

    /// - Parameter simulated: Look at simulated runs, in place of real ones.
    package func document(of datasets: [Dataset], simulated: Bool) async throws -> DatasetStatsDocument {
        let files = datasets.map { (file: $0.path, profile: DatasetProfile($0.cases)) }
        let cases = datasets.flatMap(\.cases)
        let arms = try await scores(of: cases, simulated: simulated)
        let results =
            arms.isEmpty
            ? nil : DatasetStatsDocument.Results(CaseDiscrimination(cases, arms), models: arms.map(\.arm))
        return DatasetStatsDocument(files: files, results: results)
    }

    /// Every model's mean score of each case, over all runs that today's grader graded. Failures of providers say nothing about a case.
    private func scores(of cases: [BenchCase], simulated: Bool) async throws -> [CaseDiscrimination.ArmScores] {
        guard let store else { return [] }
        var places: [String: [Int]] = [:]
        for (place, row) in cases.enumerated() { places[row.hash, default: []].append(place) }
        let tasks = Set(cases.map(\.task))
        var sums: [ArmID: [Int: (sum: Double, n: Double)]] = [:]
        for run in try await store.runs(limit: 100_000)
        where run.simulated == simulated && run.graderVersion == Grader.version && tasks.contains(run.task) {
            for try await page in store.trials(of: run.id) {
                for trial in page where trial.outcome.fault != .ours && trial.outcome.fault != .provider {
                    guard let score = trial.score else { continue }
                    for place in places[trial.caseHash] ?? [] {
                        let old = sums[trial.arm.id]?[place] ?? (0, 0)
                        sums[trial.arm.id, default: [:]][place] = (old.sum + score, old.n + 1)
                    }
                }
            }
        }
        return sums.sorted { $0.key < $1.key }.map { arm, scored in
            CaseDiscrimination.ArmScores(
                arm: arm, scores: cases.indices.map { place in scored[place].map { $0.sum / $0.n } })
        }
    }
}
