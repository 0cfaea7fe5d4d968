import BenchGraders
package import LLMCore

/// The making of datasets of new cases, from a seed.
package enum DatasetGeneration {
    /// The lines of a file: a header and `count` rows. The same seed gives the same bytes.
    ///
    /// - Throws: ``InputError`` for a task without generators, and for a count out of range.
    package static func lines(_ task: TaskType, seed: UInt64, count: Int) throws(InputError) -> [String] {
        guard let dataset = FreshDataset(task: task, seed: seed) else {
            let known = FreshDataset.tasks.map(\.rawValue)
            throw InputError(
                "there is no generator for the task '\(task.rawValue)'",
                advice: Suggestion.hint(for: task.rawValue, among: known) ?? "known: \(known.joined(separator: ", "))")
        }
        guard (1...FreshDataset.mostCases).contains(count) else {
            throw InputError("expected 1 to \(FreshDataset.mostCases) cases, found \(count)")
        }
        return dataset.lines(count: count)
    }
}
