import LLMCore

/// The reading of a dataset line by line, which gathers cases, errors and warnings.
struct DatasetAssembly {
    private let path: String
    private let wantedTask: TaskType?
    private var header = DatasetHeader()
    private var isFirstRow = true
    private var cases: [BenchCase] = []
    private var errors = DatasetErrors([])
    private var notices = DatasetNotices()
    private var lineOfID: [String: Int] = [:]
    private var rowsSeen = 0
    /// Refuses rows whose reference fails; `nil` leaves that to somebody with more means.
    private let referenceGrader: Grader?

    init(path: String, task: TaskType?, referenceGrader: Grader? = Grader()) {
        self.path = path
        self.referenceGrader = referenceGrader
        wantedTask = task
        header.builder.fallbackTask = task
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer) {
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var number = 0
        while start < bytes.count, !Task.isCancelled {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            number += 1
            readLine(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), number)
            start = end + 1
        }
    }

    /// A row of another format. Its fields stand elsewhere in the original, so that only the line is told.
    mutating func read(_ row: DatasetRow) {
        rowsSeen += 1
        var found: [FieldError] = []
        readRow(Field(row.value), row.line, &found)
        for error in found { errors.add(DatasetError(path: path, line: row.line, message: error.message)) }
        isFirstRow = false
    }

    private mutating func readLine(_ bytes: UnsafeRawBufferPointer, _ line: Int) {
        guard bytes.count <= DatasetReader.mostLineBytes else {
            rowsSeen += 1
            add("the line has \(bytes.count) bytes; at most \(DatasetReader.mostLineBytes) are read", line, 1)
            return
        }
        guard let first = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return }
        let isComment = bytes[first] == UInt8(ascii: "#") || bytes[first...].starts(with: "//".utf8)
        if isComment { return }
        rowsSeen += 1
        do throws(JSONSyntaxError) {
            let value = try JSONValue.parse(bytes, rejectingDuplicates: true)
            var found: [FieldError] = []
            readRow(Field(value), line, &found)
            if !found.isEmpty { place(found, bytes, line) }
        } catch {
            addSyntax(error, bytes, line)
        }
        isFirstRow = false
    }

    private mutating func readRow(_ row: Field, _ line: Int, _ found: inout [FieldError]) {
        guard row.object(&found) != nil else { return }
        if row["$dataset"] != nil {
            guard isFirstRow else {
                found.append(Field(row.value, path: [.key("$dataset")]).error("the header must be the first row"))
                return
            }
            header = DatasetHeader(row, &found)
            header.builder.fallbackTask = header.builder.fallbackTask ?? wantedTask
            return
        }
        let fields = header.builder.fields(of: row, &found)
        guard let built = header.builder.build(fields, at: row, line: line, &found) else {
            // The id is taken all the same: its repetition is another error to report now.
            if let id = fields.id { claim(id, row, line, &found) }
            return
        }
        // A bad id is an error of its own: the one derived in its place is nobody's.
        guard fields.id != nil || row["id"] == nil else { return }
        guard claim(built.id, row, line, &found), found.isEmpty else { return }
        checkReference(of: built, row, &found)
        notices.note(built, idWasGiven: fields.id != nil, unknown: fields.unknown.keys)
        cases.append(built)
    }

    /// A reference that its own row's checks fail: either of the two is wrong, and no model can be judged by them.
    private func checkReference(of built: BenchCase, _ row: Field, _ found: inout [FieldError]) {
        guard let referenceGrader, let reference = built.reference else { return }
        let grade = referenceGrader.gradeReference(reference, of: built)
        guard grade.passed == false else { return }
        let failed = grade.verdicts.filter { $0.result == .failed && $0.weight > 0 }
        let reasons = failed.prefix(3).map { "\($0.type): \($0.reason)" }.joined(separator: "; ")
        let more = failed.count > 3 ? "; and \(failed.count - 3) more" : ""
        let place = Field(row.value, path: row.path + [.key("reference")])
        found.append(place.error("the reference fails its own row's checks (\(reasons)\(more))"))
    }

    @discardableResult
    private mutating func claim(_ id: String, _ row: Field, _ line: Int, _ found: inout [FieldError]) -> Bool {
        guard let earlier = lineOfID.updateValue(line, forKey: id) else { return true }
        lineOfID[id] = earlier
        let place = Field(row.value, path: row["id"] == nil ? [] : [.key("id")])
        let what = row["id"] == nil ? "the same row" : "\(id.shown(limit: 60))"
        found.append(place.error("\(what) already stands at line \(earlier)"))
        return false
    }

    /// Finds the column of each error: only rows with errors pay for that.
    private mutating func place(_ found: [FieldError], _ bytes: UnsafeRawBufferPointer, _ line: Int) {
        let locations = try? JSONValue.parseLocated(bytes).1
        let placed = found.map { (column: locations?.position(of: $0.path).column ?? 1, message: $0.message) }
        for error in placed.sorted(by: { $0.column < $1.column }) { add(error.message, line, error.column) }
    }

    private mutating func addSyntax(_ error: JSONSyntaxError, _ bytes: UnsafeRawBufferPointer, _ line: Int) {
        if let offset = bytes.firstInvalidUTF8 {
            let column = bytes[..<offset].count { $0 & 0xC0 != 0x80 } + 1
            add("invalid UTF-8", line, column)
        } else {
            add("not JSON: \(error.message)", line, error.column)
        }
    }

    private mutating func add(_ message: String, _ line: Int, _ column: Int) {
        errors.add(DatasetError(path: path, line: line, column: column, message: message))
    }

    /// All that could be read, of whatever task, and all that was wrong.
    func examined() -> DatasetExamination {
        let errors = errors.total == 0 ? emptiness ?? errors : errors
        return DatasetExamination(path: path, cases: cases, warnings: notices.sentences(path: path), errors: errors)
    }

    /// The error of a file without cases that has no other.
    private var emptiness: DatasetErrors? {
        if rowsSeen == 0 { return failure("the file is empty: expected one JSON object a line") }
        return cases.isEmpty ? failure("no cases: there is only a header") : nil
    }

    /// The dataset, or everything that was wrong.
    func finish(name: String) throws(DatasetErrors) -> Dataset {
        guard errors.total == 0 else { throw errors }
        if let emptiness { throw emptiness }
        guard let first = cases.first else { throw failure("no cases") }
        let tasks = Set(cases.map(\.task))
        let kept = wantedTask.map { task in cases.filter { $0.task == task } } ?? cases
        let names = tasks.sorted().map(\.rawValue).joined(separator: ", ")
        guard wantedTask != nil || tasks.count == 1 else {
            throw failure("rows of several tasks (\(names)): a selection table is of one task; choose one for the run")
        }
        guard !kept.isEmpty else {
            throw failure("no case of task \(wantedTask?.rawValue ?? ""); the file has \(names)")
        }
        var warnings = notices.sentences(path: path)
        if kept.count < cases.count {
            warnings.append("\(path): \(cases.count - kept.count) cases of other tasks are left out")
        }
        return Dataset(
            path: path, name: header.name ?? name, version: header.version, task: kept.first?.task ?? first.task,
            cases: kept, hash: Dataset.hash(of: kept), warnings: warnings)
    }

    private func failure(_ message: String) -> DatasetErrors {
        DatasetErrors([DatasetError(path: path, message: message)])
    }
}

extension UnsafeRawBufferPointer {
    /// Offset of the first byte that does not belong to valid UTF-8.
    fileprivate var firstInvalidUTF8: Int? {
        var iterator = makeIterator()
        var decoder = UTF8()
        var offset = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return offset
            }
        }
    }
}
