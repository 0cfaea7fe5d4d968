import BenchCore
import LLMCore

/// A foreign format of datasets: how its files are recognised, and what each row becomes.
struct DatasetFormat: Sendable {
    typealias Converter =
        @Sendable (_ row: inout SourceRow, _ context: RowContext) throws(SourceRow.Fault) -> [JSONObject]

    /// For people.
    let name: String
    /// Of ids made from a row's content, where the format has none.
    let prefix: String
    /// The kind of work it counts for unless the user names one.
    let task: TaskType
    let recognises: @Sendable (SourceTable) -> Bool
    /// The canonical rows of one row.
    let convert: Converter
    /// A last look at all rows together.
    var finish: @Sendable (inout [JSONObject]) -> Void = { _ in }

    /// In the order in which they are tried: the most telling first.
    static let all: [DatasetFormat] = [
        humanEvalPack, humanEval, mbpp, gradeSchoolMath, multilingualMath, cruxEval, instructions, planBench, bigBench,
        openAIEvals, multipleChoice, questions, fineTuning, traces, inspect,
    ]
}

/// The context that a row's reader may look at beside the row.
struct RowContext {
    /// The members that stand beside the list of rows.
    var shared: JSONObject
    var options: DatasetFile.Options
}

extension SourceTable {
    /// The first row has all of these members.
    func hasRows(with keys: String...) -> Bool {
        guard let first = rows.first else { return false }
        return keys.allSatisfy { first.object[$0] != nil }
    }

    /// The first row has none but these members.
    func hasOnly(_ keys: Set<String>) -> Bool { rows.first.map { keys.isSuperset(of: $0.object.keys) } ?? false }
}

/// The conversion of a foreign file's rows, which gathers rows and errors.
struct RowConversion {
    private let path: String
    private let prefix: String
    private var rows: [(row: JSONObject, line: Int)] = []
    private var errors: [DatasetError] = []
    /// The number of rows with each id made from content.
    private var made: [String: Int] = [:]

    init(path: String, prefix: String) { (self.path, self.prefix) = (path, prefix) }

    mutating func add(
        _ source: SourceRow, by format: DatasetFormat, _ shared: JSONObject, _ options: DatasetFile.Options
    ) {
        do throws(SourceRow.Fault) {
            try source.check()
            var source = source
            let converted = try format.convert(&source, RowContext(shared: shared, options: options))
            for row in converted { rows.append((finished(row, source), source.line)) }
        } catch {
            errors.append(DatasetError(path: path, line: source.line, message: error.message))
        }
    }

    /// With an id, with what was not read, and with braces as plain text where the format has no variables.
    private mutating func finished(_ row: JSONObject, _ source: SourceRow) -> JSONObject {
        var row = row
        if row["template"] == nil { row["template"] = false }
        let rest = source.rest
        if !rest.isEmpty {
            var metadata = row["metadata"]?.object ?? JSONObject()
            metadata["_extra"] = .object(rest.merged(with: metadata["_extra"]?.object))
            row["metadata"] = .object(metadata)
        }
        guard row["id"] == nil else { return row }
        var content = row
        content["metadata"] = nil
        let id = prefix + "-" + ContentHash.sha256(JSONValue.object(content).canonicalText).prefix(12)
        let count = made[id, default: 0] + 1
        made[id] = count
        // The same row again is kept, and is not another independent one.
        row["id"] = .string(count == 1 ? id : "\(id)#\(count)")
        if count > 1 { row["group"] = row["group"] ?? .string(id) }
        return row
    }

    /// - Throws: ``DatasetErrors`` when something could not be carried over.
    func finish(_ format: DatasetFormat) throws(DatasetErrors) -> [DatasetRow] {
        guard errors.isEmpty else { throw DatasetErrors(errors) }
        guard !rows.isEmpty else {
            throw DatasetErrors([DatasetError(path: path, message: "no rows: \(format.name) with nothing in it")])
        }
        var objects = rows.map(\.row)
        format.finish(&objects)
        return zip(objects, rows).map { DatasetRow(value: .object($0), line: $1.line) }
    }
}

extension JSONObject {
    /// The members of both, `other` winning.
    func merged(with other: JSONObject?) -> JSONObject {
        var result = self
        for member in other ?? JSONObject() { result[member.key] = member.value }
        return result
    }
}
