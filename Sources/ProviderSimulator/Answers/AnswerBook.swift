import LLMCore

/// Known prompts by their digest, and how often each model was asked each of them.
struct AnswerBook: Sendable {
    private let references: [String: SimulatorReference]
    /// Answers of each task in the order given: where a wrong answer may come from.
    private let byTask: [TaskType: [String]]

    init(_ references: [SimulatorReference]) {
        var table: [String: SimulatorReference] = [:]
        var byTask: [TaskType: [String]] = [:]
        for reference in references {
            table[PromptDigest.digest(of: reference.messages)] = reference
            byTask[reference.task, default: []].append(reference.answer)
        }
        self.references = table
        self.byTask = byTask
    }

    var count: Int { references.count }

    func reference(_ digest: String) -> SimulatorReference? { references[digest] }

    /// Another case's good answer, which is a wrong one here; `nil` when there is no other.
    func stray(from task: TaskType, not answer: String, _ chance: inout SimulatedChance) -> String? {
        let others = byTask[task] ?? []
        guard !others.isEmpty else { return nil }
        let start = chance.below(others.count)
        for offset in 0..<others.count {
            let candidate = others[(start + offset) % others.count]
            if candidate != answer { return candidate }
        }
        return nil
    }
}
