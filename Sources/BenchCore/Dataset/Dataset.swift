public import LLMCore

/// The cases of one task, read from a `dirgen.dataset/1` file, with defaults, templates and variables applied.
public struct Dataset: Sendable, Hashable {
    /// As it was given; a name when it was read from memory.
    public var path: String
    public var name: String
    /// The header's, for people; the hash is what identifies the content.
    public var version: String?
    public var task: TaskType
    /// In the order of the file.
    public var cases: [BenchCase]
    /// SHA-256 over the row hashes sorted by case id: the same whatever the order of rows and keys.
    public var hash: String
    /// The warnings, one sentence each, with their places: missing ids, repeated prompts, unknown keys.
    public var warnings: [String]

    public init(
        path: String, name: String, version: String?, task: TaskType, cases: [BenchCase], hash: String,
        warnings: [String]
    ) {
        self.path = path
        self.name = name
        self.version = version
        self.task = task
        self.cases = cases
        self.hash = hash
        self.warnings = warnings
    }

    /// SHA-256 over the row hashes, one a line, sorted by case id.
    public static func hash(of cases: [BenchCase]) -> String {
        let rows = cases.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        return ContentHash.sha256(rows.map { $0.hash + "\n" }.joined())
    }
}
