package import BenchCore
package import LLMCore

/// A dataset read from a file of any known format, plain or compressed by gzip. The format is told by the content, never by the name.
package struct DatasetFile: Sendable, Hashable {
    package var dataset: Dataset
    /// The format's name for people; `nil` for the project's own.
    package var format: String?
    /// Models that the file itself asks, as `provider/model@parameter=value`: a promptfoo configuration's providers.
    package var models: [String] = []

    /// The way a foreign file is read where there is a choice.
    package struct Options: Sendable, Hashable {
        /// The last turn of a recorded chat is what an answer must equal. Otherwise it is the row's reference, which nothing is
        /// compared with.
        package var lastTurnIsTarget: Bool
        /// CRUXEval asks for an input that gives the output, in place of the output.
        package var predictsInput: Bool
        package init(lastTurnIsTarget: Bool = false, predictsInput: Bool = false) {
            self.lastTurnIsTarget = lastTurnIsTarget
            self.predictsInput = predictsInput
        }
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file, as it shall stand in messages. A promptfoo configuration may name further files beside it.
    ///   - task: The one task wanted. A foreign file's rows are of this task, in place of their format's own.
    /// - Throws: ``BenchCore/DatasetErrors`` with everything that is wrong, each with its line; `CancellationError`.
    package static func read(path: String, task: TaskType? = nil, options: Options = Options()) throws -> DatasetFile {
        try Interruptible.read { () throws(DatasetErrors) in
            let bytes = try contents(of: path)
            return try reading(of: path, task: task, options: options).read(bytes, name: baseName(path))
        }
    }

    /// Reads bytes already in memory; `name` stands for the file in messages.
    package static func read(
        bytes: [UInt8], name: String, task: TaskType? = nil, options: Options = Options()
    ) throws(DatasetErrors) -> DatasetFile {
        try DatasetReading(path: name, task: task, options: options).read(bytes, name: name)
    }

    /// Reads what can be read of a file, with all that is wrong. References of rows in the project's own format are not graded.
    package static func examine(path: String, task: TaskType? = nil, options: Options = Options()) -> DatasetExamination
    {
        do throws(DatasetErrors) {
            let bytes = try contents(of: path)
            let reading = reading(of: path, task: task, options: options)
            guard let file = try reading.foreign(bytes, name: baseName(path)) else {
                return DatasetReader.examine(bytes: bytes, name: path, task: task)
            }
            return DatasetExamination(
                path: path, cases: file.dataset.cases, warnings: file.dataset.warnings, errors: DatasetErrors([]))
        } catch {
            return DatasetExamination(path: path, errors: error)
        }
    }

    private static func reading(of path: String, task: TaskType?, options: Options) -> DatasetReading {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        var reading = DatasetReading(path: path, task: task, options: options)
        reading.load = { name throws(DatasetErrors) in try contents(of: name.hasPrefix("/") ? name : folder + name) }
        return reading
    }

    private static func contents(of path: String) throws(DatasetErrors) -> [UInt8] {
        do throws(CompressedFile.Fault) {
            return try CompressedFile.bytes(of: path)
        } catch {
            throw DatasetErrors([DatasetError(path: path, message: error.message)])
        }
    }

    /// `human-eval` of `sets/human-eval.jsonl.gz`.
    private static func baseName(_ path: String) -> String {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        for _ in 0..<2 {
            guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { break }
            let isCompressed = name.hasSuffix(".gz")
            name = String(name[..<dot])
            if !isCompressed { break }
        }
        return name
    }
}

/// The reading of one file: from bytes to a table of rows, from the table to its format, from its rows to cases.
struct DatasetReading {
    typealias Loader = (String) throws(DatasetErrors) -> [UInt8]

    let path: String
    let task: TaskType?
    let options: DatasetFile.Options
    /// Reads a file that this one names; there are none where only bytes were given.
    var load: Loader?

    init(path: String, task: TaskType?, options: DatasetFile.Options) {
        (self.path, self.task, self.options) = (path, task, options)
    }

    func read(_ bytes: [UInt8], name: String) throws(DatasetErrors) -> DatasetFile {
        if let file = try foreign(bytes, name: name) { return file }
        return DatasetFile(dataset: try DatasetReader.read(bytes: bytes, path: path, name: name, task: task))
    }

    /// `nil` of a file in the project's own format.
    func foreign(_ bytes: [UInt8], name: String) throws(DatasetErrors) -> DatasetFile? {
        guard let table = try SourceTable.read(bytes, path: path) else { return nil }
        if let suite = try PromptfooSuite(table, reading: self) {
            return DatasetFile(
                dataset: try dataset(suite.rows(), name, task: "general"), format: "promptfoo", models: suite.models)
        }
        guard let format = DatasetFormat.all.first(where: { $0.recognises(table) }) else {
            guard table.form == .lines else { throw unknown(table) }
            return nil
        }
        return DatasetFile(
            dataset: try dataset(try rows(of: table, in: format), name, task: format.task), format: format.name)
    }

    private func rows(of table: SourceTable, in format: DatasetFormat) throws(DatasetErrors) -> [DatasetRow] {
        var conversion = RowConversion(path: path, prefix: format.prefix)
        for row in table.allRows { conversion.add(row, by: format, table.shared, options) }
        return try conversion.finish(format)
    }

    private func dataset(_ rows: [DatasetRow], _ name: String, task fallback: TaskType) throws(DatasetErrors) -> Dataset
    {
        try DatasetReader.read(rows: rows, path: path, name: name, task: task ?? fallback)
    }

    private func unknown(_ table: SourceTable) -> DatasetErrors {
        if table.shared["model_list"] != nil {
            return error("is a LiteLLM configuration: it holds providers, no cases")
        }
        let keys = (table.rows.first?.object ?? table.shared).keys.prefix(8).joined(separator: ", ").shown(limit: 120)
        let known = DatasetFormat.all.map(\.name).joined(separator: ", ")
        return error(
            "not a dataset of a known format (its first row has \(keys)); known are dirgen.dataset/1, promptfoo, \(known)"
        )
    }

    private func error(_ message: String) -> DatasetErrors {
        DatasetErrors([DatasetError(path: path, message: message)])
    }
}
