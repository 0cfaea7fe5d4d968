import BenchCore
import LLMCore

/// A file's content as rows with their lines, whatever its form.
struct SourceTable {
    enum Form {
        case lines, document, yaml
        /// Separated values under a header.
        case columns
        /// Two fields and a tabulator on each line, without a header.
        case pairs
    }

    var form: Form
    var rows: [SourceRow]
    /// The members that stand beside the list of rows, and the list's own name.
    var shared = JSONObject()
    var listKey: String?
    /// Lines of which only the first has been read: enough to tell the format.
    var unread: TextLines?

    /// All rows.
    var allRows: [SourceRow] { unread?.rows ?? rows }

    /// The members of a document that hold its rows.
    static let listKeys = ["examples", "instances", "data", "tests", "samples"]

    /// Reads a file; `nil` where the project's own reader has to: for its header, and for lines that are no JSON.
    ///
    /// - Throws: ``DatasetErrors`` for a table or a document that cannot be read.
    static func read(_ bytes: [UInt8], path: String) throws(DatasetErrors) -> SourceTable? {
        let lines = TextLines(bytes)
        guard let first = lines.firstContent else { return nil }
        switch first.bytes.first {
        case UInt8(ascii: "{"):
            if first.isTooLong, lines.contents.count > 1 || !first.namesList { return nil }
            guard let value = try? JSONValue.parse(first.bytes), let object = value.object else {
                let next = lines.contents.dropFirst().first.flatMap { try? JSONValue.parse($0.bytes) }
                return next?.object == nil ? try document(bytes, path, isLines: lines.contents.count > 1) : nil
            }
            if object["$dataset"] != nil { return nil }
            let isRow = ["input", "messages", "vars"].contains { object[$0] != nil }
            let isDocument =
                !isRow && object.contains { listKeys.contains($0.key) && $0.value.array?.first?.object != nil }
            if isDocument, lines.contents.count == 1 { return try document(bytes, path, isLines: false) }
            return SourceTable(form: .lines, rows: [SourceRow(value, line: first.number)], unread: lines)
        case UInt8(ascii: "["): return try document(bytes, path, isLines: false)
        default: break
        }
        if let table = pairs(lines) { return table }
        if let table = try columns(bytes, path) { return table }
        if let table = try yaml(bytes, path) { return table }
        if let error = unknownColumns(bytes, path) { throw DatasetErrors([error]) }
        return nil
    }

    /// A whole JSON text: a list of rows, or an object that holds one.
    private static func document(_ bytes: [UInt8], _ path: String, isLines: Bool) throws(DatasetErrors) -> SourceTable?
    {
        do throws(JSONSyntaxError) {
            let (value, locations) = try JSONValue.parseLocated(bytes.dropByteOrderMark)
            return table(of: value) { locations.position(of: $0).line }
        } catch {
            // The project's own reader says which of the lines is wrong.
            if isLines && error.line == 1 { return nil }
            throw DatasetErrors([
                DatasetError(path: path, line: error.line, column: error.column, message: "not JSON: \(error.message)")
            ])
        }
    }

    private static func table(of value: JSONValue, line: ([JSONLocations.Step]) -> Int) -> SourceTable {
        func rows(_ list: [JSONValue], _ path: [JSONLocations.Step]) -> [SourceRow] {
            list.enumerated().map { SourceRow($1, line: line(path + [.index($0)])) }
        }
        guard let object = value.object else {
            return SourceTable(form: .document, rows: rows(value.array ?? [], []))
        }
        var shared = object
        for key in listKeys {
            guard let list = object[key]?.array, list.first?.object != nil else { continue }
            shared[key] = nil
            return SourceTable(form: .document, rows: rows(list, [.key(key)]), shared: shared, listKey: key)
        }
        return SourceTable(form: .document, rows: [SourceRow(value, line: 1)], shared: shared)
    }

    /// A question, a tabulator and a number on every line.
    private static func pairs(_ lines: TextLines) -> SourceTable? {
        var rows: [SourceRow] = []
        for line in lines.contents {
            guard !Task.isCancelled else { return nil }
            let fields = String(decoding: line.bytes, as: UTF8.self).split(
                separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 2, fields[1].contains(where: \.isNumber) else { return nil }
            let object: JSONObject = ["question": .string(String(fields[0])), "answer": .string(String(fields[1]))]
            rows.append(SourceRow(.object(object), line: line.number))
        }
        return SourceTable(form: .pairs, rows: rows)
    }

    /// Separated values under a header with columns of a known format.
    private static func columns(_ bytes: [UInt8], _ path: String) throws(DatasetErrors) -> SourceTable? {
        var reader = CSVReader(bytes, delimiter: CSVReader.Delimiter(of: bytes))
        guard let header = try? reader.next(), header.fields.count > 1 else { return nil }
        let names = header.fields.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        let lower = Set(names.map { $0.lowercased() })
        guard names.contains(where: { $0.hasPrefix("__") }) || lower.isSuperset(of: ["question", "answer"]) else {
            return nil
        }
        var rows: [SourceRow] = []
        do throws(CSVReader.Fault) {
            guard Set(names).count == names.count else {
                throw CSVReader.Fault(line: header.line, message: "a column stands twice")
            }
            while !Task.isCancelled, let record = try reader.next() {
                guard record.fields.count == names.count else {
                    throw CSVReader.Fault(
                        line: record.line, message: "\(record.fields.count) fields, expected \(names.count)")
                }
                let members = zip(names, record.fields).map { JSONObject.Member(key: $0, value: .string($1)) }
                rows.append(SourceRow(.object(JSONObject(members)), line: record.line))
            }
        } catch {
            throw DatasetErrors([DatasetError(path: path, line: error.line, message: error.message)])
        }
        return SourceTable(form: .columns, rows: rows)
    }
}

extension SourceTable {
    /// The error of a table by its name, or by its first two records, that has no columns of a known format; `nil` of another text.
    private static func unknownColumns(_ bytes: [UInt8], _ path: String) -> DatasetError? {
        var reader = CSVReader(bytes, delimiter: CSVReader.Delimiter(of: bytes))
        guard let header = try? reader.next() else { return nil }
        let name = path.lowercased()
        let isNamed = [".csv", ".tsv", ".csv.gz", ".tsv.gz"].contains { name.hasSuffix($0) }
        let isEven = header.fields.count > 1 && (try? reader.next())?.fields.count == header.fields.count
        guard isNamed || isEven else { return nil }
        let names = header.fields.joined(separator: ", ").shown(limit: 120)
        let message =
            header.fields.count == 1
            ? "a table of one column, \(names); fields are separated by commas, semicolons or tabs"
            : "a table without the columns of a known format (it has \(names)); expected question and answer, or promptfoo's __expected"
        return DatasetError(path: path, line: header.line, message: message)
    }
}

/// The lines of a text with their numbers. Blank lines and comments have no content.
struct TextLines {
    struct Line {
        var number: Int
        var bytes: ArraySlice<UInt8>
    }

    /// Those with content.
    let contents: [Line]

    init(_ bytes: [UInt8]) {
        var contents: [Line] = []
        var rest = bytes.dropByteOrderMark
        var number = 0
        // Line by line: a file may be millions of empty ones.
        while !rest.isEmpty, !Task.isCancelled {
            let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
            number += 1
            let line = rest[..<end].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            let isComment = line.first == UInt8(ascii: "#") || line.starts(with: "//".utf8)
            if !line.isEmpty, !isComment {
                contents.append(Line(number: number, bytes: line.last == 0x0D ? line.dropLast() : line))
            }
            rest = rest[end...].dropFirst()
        }
        self.contents = contents
    }

    var firstContent: Line? { contents.first }

    /// JSON Lines; a line that cannot be read is a row that says so.
    var rows: [SourceRow] {
        contents.prefix { _ in !Task.isCancelled }.map { line in
            do throws(JSONSyntaxError) {
                return SourceRow(try JSONValue.parse(line.bytes, rejectingDuplicates: true), line: line.number)
            } catch {
                return SourceRow(fault: "not JSON: \(error.message) (column \(error.column))", line: line.number)
            }
        }
    }
}

extension TextLines.Line {
    /// No row may be so long.
    fileprivate var isTooLong: Bool { bytes.count > DatasetReader.mostLineBytes }

    /// It may be a document on one line: the name of its list of rows stands near its beginning.
    fileprivate var namesList: Bool {
        let head = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
        return SourceTable.listKeys.contains { head.contains("\"\($0)\"") }
    }
}

extension [UInt8] {
    fileprivate var dropByteOrderMark: ArraySlice<UInt8> {
        starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...]
    }
}
