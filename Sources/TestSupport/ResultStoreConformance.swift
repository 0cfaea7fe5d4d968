package import BenchCore
import LLMCore

/// The conformance suite of stores of imported results.
package enum ResultStoreConformance {
    package typealias Store = any ResultStore

    package static let checks: [ConformanceCheck<Store>] = [
        .init("a file's results come back as evidence, in the order of the file, what has no score without an outcome")
        { store in
            var results = Self.results
            results.append(Self.result("1", "m", score: 0.25))
            results.append(Self.result("2", "n", score: nil))
            let added = try await store.add(results, of: Self.file())
            try require(added, "the file was not added")
            let rows = try await store.importedEvidence(of: "code", in: nil)
            try requireEqual(rows, EvidenceRow.rows(of: results, in: Self.file()), "the evidence")
            try requireEqual(rows.map(\.repetition), [0, 0, 0, 1, 0], "repetitions")
            try requireEqual(rows.map { $0.outcome?.score }, [1, 0.5, 0, 0.25, nil], "scores")
            try requireEqual(rows.first?.outcome?.cost, USD("0.000000000007"), "the cost, to the last digit")
        },
        .init("the same content is not added twice; other content of a dataset is") { store in
            _ = try await store.add(Self.results, of: Self.file())
            let again = try await store.add(Self.results, of: Self.file(name: "elsewhere", at: 9))
            try require(!again, "the same content was added twice")
            try requireEqual(try await store.importedEvidence(of: "code", in: nil).count, 3, "rows")
            let other = try await store.add(Self.results, of: Self.file("h2", at: 9))
            try require(other, "another file was refused")
            try requireEqual(try await store.importedEvidence(of: "code", in: nil).count, 6, "rows of both")
        },
        .init("datasets are counted by name and task, and evidence is taken from those that are named") { store in
            let results =
                Self.results + [
                    Self.result("1", "m", score: 1, dataset: "e"), Self.result("1", "m", score: 1, task: "chat"),
                ]
            _ = try await store.add(results, of: Self.file())
            let datasets = try await store.importedDatasets()
            try requireEqual(
                datasets.map { "\($0.name) \($0.task) \($0.models) \($0.cases) \($0.results) \($0.importedAt)" },
                ["d chat 1 1 1 5", "d code 2 2 3 5", "e code 1 1 1 5"], "the datasets")
            try requireEqual(
                try await store.importedEvidence(of: "code", in: ["e"]).map(\.caseID), ["e/1"], "of one dataset")
            try requireEqual(try await store.importedEvidence(of: "code", in: []).count, 0, "of none")
            try requireEqual(try await store.importedEvidence(of: "other", in: nil).count, 0, "of another task")
        },
    ]

    private static func file(_ hash: String = "h", name: String = "f.csv", at instant: Int64 = 5) -> ImportedFile {
        ImportedFile(hash: hash, name: name, importedAt: instant)
    }

    private static func result(
        _ prompt: String, _ model: String, score: Double?, dataset: String = "d", task: TaskType = "code"
    ) -> ImportedResult {
        ImportedResult(
            dataset: dataset, task: task, promptID: prompt, prompt: "what?", group: prompt == "1" ? "g" : nil,
            model: model, score: score, inputTokens: 3, cost: USD("0.000000000007"), latency: 1.5)
    }

    private static let results = [
        result("1", "m", score: 1), result("1", "provider/n", score: 0.5), result("2", "m", score: 0),
    ]
}
