import BenchCore
import LLMCore
import TestSupport

@testable import DirGenAPI

extension Sample {
    /// The documents of selection tables, of files and of studies.
    static var tables: [Sample] {
        let table = BenchFixtures.table(arms: [BenchFixtures.arm(), BenchFixtures.arm("xai/grok-4")])
        let choice = table.choose(nil)
        var lone = BenchFixtures.table("lone", arms: [])
        (lone.incumbent, lone.defaults) = (nil, .init())
        let nothing = lone.choose(nil)
        let stored = StoredTable(
            id: table.id, task: table.task, simulated: false, derivedAt: 7, sharedCases: 80,
            runs: [RunID(rawValue: "R")], isPinned: true, isInUse: true)
        var bareStored = stored
        bareStored.runs = []
        return [
            Sample(full: DerivedTablesDocument.Row(table, choice), bare: DerivedTablesDocument.Row(lone, nothing)),
            Sample(
                full: StoredTableDocument(stored, .init(table, choice)),
                bare: StoredTableDocument(bareStored, .init(lone, nothing))),
            Sample(
                full: TableDetailDocument(stored, table, choice), bare: TableDetailDocument(bareStored, lone, nothing)),
            Sample(full: TableDiffDocument(from: table, to: lone), bare: TableDiffDocument(from: lone, to: lone)),
        ] + studies
    }

    private static var studies: [Sample] {
        let results = [
            ImportedResult(
                dataset: "d", task: "t", promptID: "1", model: "m", score: 1, cost: USD(pico: 3), latency: 2),
            ImportedResult(dataset: "d", task: "t", promptID: "2", model: "m", score: nil),
        ]
        var figures = SelectionReplay.Figures(
            meanRegret: 0.01, meanRegretError: 0.001, certifiedShare: 0.5, brokenShare: 0, brokenShareHigh: 0.1,
            dollarsVsUniform: 1, dollars: 0.25, count: 8, certified: 4)
        let full = TableReplayDocument(figures, strategy: "uniform", budget: 80, seeds: 4, tasks: 2)
        figures = .init(certifiedShare: 0, count: 0, certified: 0)
        let dataset = ImportedDataset(name: "d", task: "t", models: 1, cases: 2, results: 2, importedAt: 5)
        return [
            Sample(full: full, bare: TableReplayDocument(figures, strategy: "", budget: 0, seeds: 0, tasks: 0)),
            Sample(
                full: ImportDocument(Array(results.prefix(1)), file: "f", ignored: ["x"], added: true),
                bare: ImportDocument(results, file: "f", ignored: [], added: false)),
            Sample(full: ImportedDatasetDocument(dataset), bare: ImportedDatasetDocument(dataset)),
        ]
    }
}
