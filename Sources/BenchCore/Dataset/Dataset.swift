package import LLMCore

/// The cases of one task, read from a `dirgen.dataset/1` file, with defaults, templates and variables applied.
package struct Dataset: Sendable, Hashable {
    /// As it was given; a name when it was read from memory.
    package var path: String
    package var name: String
    /// The header's, for people; the hash is what identifies the content.
    package var version: String?
    package var task: TaskType
    /// In the order of the file.
    package var cases: [BenchCase]
    /// SHA-256 over the row hashes sorted by case id: the same whatever the order of rows and keys.
    package var hash: String
    /// The warnings, one sentence each, with their places: missing ids, repeated prompts, unknown keys.
    package var warnings: [String]

    package init(
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
    package static func hash(of cases: [BenchCase]) -> String {
        let rows = cases.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        return ContentHash.sha256(rows.map { $0.hash + "\n" }.joined())
    }
}

/// A row of `dirgen.dataset/1` made from another format, with its line there.
package struct DatasetRow: Sendable, Hashable {
    package var value: JSONValue
    package var line: Int
    package init(value: JSONValue, line: Int) {
        self.value = value
        self.line = line
    }
}

/// A dataset as far as it can be read, beside what is wrong with it.
package struct DatasetExamination: Sendable {
    package var path: String
    /// The rows without an error. Their references may fail: nothing was graded.
    package var cases: [BenchCase]
    package var warnings: [String]
    package var errors: DatasetErrors

    package init(path: String, cases: [BenchCase] = [], warnings: [String] = [], errors: DatasetErrors) {
        self.path = path
        self.cases = cases
        self.warnings = warnings
        self.errors = errors
    }
}

/// The reader of `dirgen.dataset/1` files (`datasets/README.md`): one JSON object a line, all errors at once.
package enum DatasetReader {
    /// Most bytes a line may have.
    package static let mostLineBytes = 10_000_000

    /// Reads the bytes of a file.
    ///
    /// - Parameters:
    ///   - path: The file, as it shall stand in messages; `name` where it is left out.
    ///   - name: The dataset's name where it has no header.
    ///   - task: The one task wanted: given to rows that name none, and rows of other tasks are left out with a warning.
    ///     When `nil`, rows of two tasks are an error.
    /// - Throws: ``DatasetErrors`` with everything that is wrong.
    package static func read(
        bytes: [UInt8], path: String? = nil, name: String, task: TaskType? = nil
    ) throws(DatasetErrors) -> Dataset {
        var assembly = DatasetAssembly(path: path ?? name, task: task)
        bytes.withUnsafeBytes { assembly.read($0) }
        return try assembly.finish(name: name)
    }

    /// The examination of a file's bytes: the rows that can be read, and all that is wrong. References are not graded.
    package static func examine(bytes: [UInt8], name: String, task: TaskType? = nil) -> DatasetExamination {
        var assembly = DatasetAssembly(path: name, task: task, referenceGrader: nil)
        bytes.withUnsafeBytes { assembly.read($0) }
        return assembly.examined()
    }

    /// Reads rows that were made from another format. Errors name the lines of the original.
    ///
    /// - Parameter task: Of rows that name none.
    package static func read(
        rows: [DatasetRow], path: String, name: String, task: TaskType? = nil
    ) throws(DatasetErrors) -> Dataset {
        var assembly = DatasetAssembly(path: path, task: task)
        for row in rows { assembly.read(row) }
        return try assembly.finish(name: name)
    }
}

/// The warnings about a dataset, summed up: a sentence for each kind, not for each row.
struct DatasetNotices {
    private var withoutID: [Int] = []
    private var ungraded: [Int] = []
    private var weightless: [Int] = []
    private var unknown: [String: [Int]] = [:]
    private var firstWithPrompt: [[Message]: String] = [:]
    private var repeatedPrompts: [(id: String, earlier: String, line: Int)] = []

    mutating func note(_ built: BenchCase, idWasGiven: Bool, unknown keys: [String]) {
        if !idWasGiven { withoutID.append(built.line) }
        if built.assertions.isEmpty && built.target.isEmpty { ungraded.append(built.line) }
        if !built.assertions.isEmpty && !built.isGraded { weightless.append(built.line) }
        for key in keys { unknown[key, default: []].append(built.line) }
        if let earlier = firstWithPrompt[built.messages] {
            repeatedPrompts.append((built.id, earlier, built.line))
        } else {
            firstWithPrompt[built.messages] = built.id
        }
    }

    func sentences(path: String) -> [String] {
        var out: [String] = []
        if let first = withoutID.first {
            out.append(
                "\(path):\(first): \(rows(withoutID)) without \"id\": derived from the content, so that a changed row is a new case"
            )
        }
        if let first = ungraded.first {
            out.append("\(path):\(first): \(rows(ungraded)) with neither \"assert\" nor \"target\": not graded")
        }
        if let first = weightless.first {
            out.append("\(path):\(first): \(rows(weightless)) whose assertions all have a weight of 0: not graded")
        }
        for (key, lines) in unknown.sorted(by: { $0.key < $1.key }) {
            out.append(
                "\(path):\(lines[0]): unknown key \(key.shown(limit: 40)) in \(rows(lines)): kept under metadata._extra"
            )
        }
        if let first = repeatedPrompts.first {
            let others = repeatedPrompts.count > 1 ? " (and \(repeatedPrompts.count - 1) more such rows)" : ""
            out.append(
                "\(path):\(first.line): \(first.id.shown()) has the same prompt as \(first.earlier.shown())\(others): repeats inflate n; give them one \"group\""
            )
        }
        return out
    }

    private func rows(_ lines: [Int]) -> String { lines.count == 1 ? "1 row" : "\(lines.count) rows" }
}
