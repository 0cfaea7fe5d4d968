public import LLMCore

/// One answer of somebody else's evaluation: a row of a file of results. `nil` is unknown.
public struct ImportedResult: Sendable, Hashable {
    public var dataset: String
    public var task: TaskType
    /// Names the case within dataset and task.
    public var promptID: String
    public var prompt: String?
    public var group: String?
    /// As the file names it.
    public var model: String
    /// From 0 to 1.
    public var score: Double?
    public var inputTokens: Int?
    public var outputTokens: Int?
    public var cost: USD?
    /// Milliseconds.
    public var latency: Double?

    public init(
        dataset: String, task: TaskType, promptID: String, prompt: String? = nil, group: String? = nil, model: String,
        score: Double?, inputTokens: Int? = nil, outputTokens: Int? = nil, cost: USD? = nil, latency: Double? = nil
    ) {
        self.dataset = dataset
        self.task = task
        self.promptID = promptID
        self.prompt = prompt
        self.group = group
        self.model = model
        self.score = score
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cost = cost
        self.latency = latency
    }
}

extension ImportedResult {
    /// The case that a result is of.
    package struct CaseKey: Hashable, Sendable {
        package let dataset: String
        package let task: TaskType
        package let promptID: String
    }

    package var caseKey: CaseKey { CaseKey(dataset: dataset, task: task, promptID: promptID) }
}

/// A file of somebody else's results, as it was imported.
public struct ImportedFile: Sendable, Hashable {
    /// SHA-256 of its content.
    public var hash: String
    /// Its path as given.
    public var name: String
    /// Wall clock, microseconds since 1970.
    public var importedAt: Int64

    public init(hash: String, name: String, importedAt: Int64) {
        self.hash = hash
        self.name = name
        self.importedAt = importedAt
    }
}

/// A dataset of imported results, counted.
public struct ImportedDataset: Sendable, Hashable {
    public var name: String
    public var task: TaskType
    public var models: Int
    public var cases: Int
    public var results: Int
    /// Of the newest file with rows of it, microseconds since 1970.
    public var importedAt: Int64

    public init(name: String, task: TaskType, models: Int, cases: Int, results: Int, importedAt: Int64) {
        self.name = name
        self.task = task
        self.models = models
        self.cases = cases
        self.results = results
        self.importedAt = importedAt
    }
}

/// The port for results of other people's evaluations.
public protocol ResultStore: Sendable {
    /// Keeps a file's rows, all or nothing. A file whose content is known already adds nothing.
    ///
    /// - Returns: `false` when it was known.
    func add(_ results: [ImportedResult], of file: ImportedFile) async throws -> Bool
    /// By name and task.
    func importedDatasets() async throws -> [ImportedDataset]
    /// The evidence of a task in imported datasets, rows without a score included: they say that a model was tried.
    ///
    /// - Parameter datasets: Names; `nil` is all.
    func importedEvidence(of task: TaskType, in datasets: Set<String>?) async throws -> [EvidenceRow]
}

extension EvidenceRow {
    /// The endpoint of arms that are known from files only.
    public static let importedEndpoint = "imported"

    /// The evidence in rows of one file. Rows of the same case and model are repetitions, in the order of the file.
    public static func rows(of results: [ImportedResult], in file: ImportedFile) -> [EvidenceRow] {
        var cases: [ImportedResult.CaseKey: (id: String, hash: String)] = [:]
        var arms: [String: Arm] = [:]
        var repetitions: [RepetitionKey: Int] = [:]
        var rows: [EvidenceRow] = []
        let run = "file-" + file.hash.prefix(12)
        for result in results {
            let key = result.caseKey
            let known = cases[key] ?? key.names
            cases[key] = known
            let arm = arms[result.model] ?? Arm(importedModel: result.model)
            arms[result.model] = arm
            let repetition = repetitions[RepetitionKey(hash: known.hash, model: result.model), default: 0]
            let outcome = result.score.map { score in
                SelectionEvidence.Outcome(
                    run: run, score: score, passed: score >= 1, cost: result.cost, resp: result.latency,
                    promptTokens: result.inputTokens, outputTokens: result.outputTokens)
            }
            if outcome != nil { repetitions[RepetitionKey(hash: known.hash, model: result.model)] = repetition + 1 }
            rows.append(
                EvidenceRow(
                    arm: arm, caseID: known.id, caseHash: known.hash, group: result.group, weight: 1,
                    repetition: repetition, startedAt: file.importedAt, identifier: file.hash, outcome: outcome))
        }
        return rows
    }

    private struct RepetitionKey: Hashable {
        let hash: String
        let model: String
    }
}

extension ImportedResult.CaseKey {
    /// Its prompt is no part of it: who exports results often leaves prompts out.
    fileprivate var names: (id: String, hash: String) {
        let parts = [dataset, task.rawValue, promptID]
        let hash = ContentHash.sha256(parts.map { "\($0.utf8.count):\($0)" }.joined())
        return ("\(dataset)/\(promptID)", String(hash.prefix(32)))
    }
}

extension Arm {
    /// A model as a file of results names it: it has no address, and is never called.
    public init(importedModel name: String) {
        let model = ModelID(name).flatMap { $0.description == name ? $0 : nil }
        self.init(model: model ?? ModelID(named: name), endpoint: EvidenceRow.importedEndpoint, simulated: false)
    }
}
