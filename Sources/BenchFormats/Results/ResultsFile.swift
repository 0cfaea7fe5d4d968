package import BenchCore
import LLMCore

/// A file of results of somebody else's evaluation: comma-separated values or JSON Lines, plain or compressed by gzip.
///
/// Columns: `dataset`, `task`, `prompt_id`, `prompt`, `group`, `model`, `score`, `input_tokens`, `output_tokens`, `cost_usd`, `latency_s`.
/// An empty field is unknown; `dataset`, `prompt` and `group` may be missing, and columns of other names are passed over.
package struct ResultsFile: Sendable, Hashable {
    package var path: String
    /// SHA-256 of the uncompressed content.
    package var hash: String
    package var results: [ImportedResult]
    /// Columns that mean nothing here.
    package var ignored: [String]

    /// Reads a file.
    ///
    /// - Throws: ``BenchCore/DatasetErrors`` with all that is wrong in it; `CancellationError`.
    package static func read(path: String) throws -> ResultsFile {
        try Interruptible.read { () throws(DatasetErrors) in try whole(path) }
    }

    private static func whole(_ path: String) throws(DatasetErrors) -> ResultsFile {
        let bytes: [UInt8]
        do throws(CompressedFile.Fault) {
            bytes = try CompressedFile.bytes(of: path)
        } catch {
            throw DatasetErrors([DatasetError(path: path, message: error.message)])
        }
        var reading = ResultsReading(path: path)
        reading.read(bytes)
        guard reading.errors.isEmpty else { throw DatasetErrors(reading.errors) }
        return ResultsFile(
            path: path, hash: ContentHash.sha256(bytes), results: reading.results, ignored: reading.ignored)
    }
}

/// The reading of a file of results row by row, which gathers results and errors.
private struct ResultsReading {
    let path: String
    private(set) var results: [ImportedResult] = []
    private(set) var errors: [DatasetError] = []
    private(set) var ignored: [String] = []
    private let defaultDataset: String
    /// By dataset, task and prompt: its first row, with the line.
    private var cases: [ImportedResult.CaseKey: (ImportedResult, Int)] = [:]

    init(path: String) {
        self.path = path
        let name = path.split(separator: "/").last ?? ""
        defaultDataset = name.split(separator: ".").first.map(String.init) ?? "results"
    }

    mutating func read(_ bytes: [UInt8]) {
        let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
        guard let first = bytes.first(where: { !blank.contains($0) }) else { return fail(nil, "the file is empty") }
        if first == UInt8(ascii: "{") { readLines(bytes) } else { readTable(bytes) }
        if results.isEmpty, errors.isEmpty { fail(nil, "the file has no result") }
    }

    private mutating func fail(_ line: Int?, _ message: String) {
        errors.append(DatasetError(path: path, line: line, message: message))
    }

    // MARK: Comma-separated values

    private mutating func readTable(_ bytes: [UInt8]) {
        var reader = CSVReader(bytes)
        do throws(CSVReader.Fault) {
            guard let header = try reader.next() else { return }
            let columns = header.fields.map {
                ResultColumn(rawValue: $0.trimmed.lowercased())
            }
            ignored = zip(header.fields, columns).filter { $1 == nil }.map { $0.0.isEmpty ? "(unnamed)" : $0.0 }
            if let other = header.otherDelimiter {
                return fail(header.line, "fields are separated by \(other); expected commas")
            }
            for column in ResultColumn.required where !columns.contains(column) {
                let found = header.fields.joined(separator: ", ").shown(limit: 200)
                fail(header.line, "there is no column \(column.rawValue); found: \(found)")
            }
            let named = columns.compactMap { $0 }
            for column in Set(named) where named.count(where: { $0 == column }) > 1 {
                fail(header.line, "the column \(column.rawValue) stands twice")
            }
            guard errors.isEmpty else { return }
            while !Task.isCancelled, let record = try reader.next() {
                guard record.fields.count == columns.count else {
                    fail(record.line, "\(record.fields.count) fields, expected \(columns.count)")
                    continue
                }
                var row = ResultRow()
                for (column, field) in zip(columns, record.fields) { if let column { row[column] = field.trimmed } }
                add(row, record.line)
            }
        } catch {
            fail(error.line, error.message)
        }
    }

    // MARK: JSON Lines

    private mutating func readLines(_ bytes: [UInt8]) {
        var number = 0
        var others: Set<String> = []
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            guard !Task.isCancelled else { return }
            number += 1
            let content = number == 1 && line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
            guard content.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            do throws(JSONSyntaxError) {
                let value = try JSONValue.parse(content)
                guard let object = value.object else {
                    fail(number, "expected an object, found \(value.kind)")
                    continue
                }
                if let row = row(object, number, &others) { add(row, number) }
            } catch {
                fail(number, "\(error.message) (column \(error.column))")
            }
        }
        ignored = others.sorted()
    }

    private mutating func row(_ object: JSONObject, _ line: Int, _ others: inout Set<String>) -> ResultRow? {
        var row = ResultRow()
        for member in object {
            guard let column = ResultColumn(rawValue: member.key.trimmed.lowercased()) else {
                others.insert(member.key)
                continue
            }
            switch member.value {
            case .null: break
            case .string(let text): row[column] = text
            case .number(let number): row[column] = number.literal
            case .bool(let flag): row[column] = flag ? "true" : "false"
            // A conversation, as chat models are asked.
            case .array where column == .prompt, .object where column == .prompt: row[column] = member.value.text
            case .array, .object:
                fail(line, "\(column.rawValue): expected a value, found \(member.value.kind)")
                return nil
            }
        }
        return row
    }

    // MARK: Rows

    /// A prompt has one text and one group: else cases would be paired that are none.
    private mutating func checkAgainstEarlier(_ result: ImportedResult, _ line: Int) throws(ResultRow.Fault) {
        let key = result.caseKey
        guard let (earlier, first) = cases[key] else {
            cases[key] = (result, line)
            return
        }
        if result.group != earlier.group {
            throw .init(column: .group, message: "is another in line \(first), which has the same prompt_id")
        }
        if let prompt = result.prompt, let other = earlier.prompt, prompt != other {
            throw .init(column: .prompt, message: "is another in line \(first), which has the same prompt_id")
        }
        if earlier.prompt == nil { cases[key]?.0.prompt = result.prompt }
    }

    private mutating func add(_ row: ResultRow, _ line: Int) {
        do throws(ResultRow.Fault) {
            let result = try row.result(dataset: defaultDataset)
            try checkAgainstEarlier(result, line)
            results.append(result)
        } catch {
            fail(line, "\(error.column.rawValue): \(error.message)")
        }
    }
}

extension CSVReader.Record {
    /// The delimiter of a header that has no commas; `nil` where there is no sign of another.
    fileprivate var otherDelimiter: String? {
        guard fields.count == 1, let text = fields.first else { return nil }
        let known: [(Character, String)] = [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
        return known.first { text.contains($0.0) }?.1
    }
}

extension String {
    fileprivate var trimmed: String {
        guard let first, let last, first.isWhitespace || last.isWhitespace else { return self }
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? start
        return String(self[start..<max(start, end)])
    }
}
