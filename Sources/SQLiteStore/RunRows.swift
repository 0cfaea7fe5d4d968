public import BenchCore
import GRDB
import LLMCore

/// The rows of `runs`, `arms` and `cases`.
enum RunRows {
    static let columns = [
        "id", "status", "started_at", "ended_at", "dataset_path", "dataset_name", "dataset_hash", "task", "repeats",
        "seed", "simulated", "time_scale", "max_cost_pusd", "partial", "grader_version", "price_version",
        "tool_version", "arguments", "prices", "environment",
    ]

    static func insert(_ run: RunRecord) -> Write {
        Write(
            sql: Statements.insert(into: "runs", columns),
            values: [
                .text(run.id.rawValue), .text(run.status.rawValue), .integer64(run.startedAt), .integer64(run.endedAt),
                .text(run.datasetPath), .text(run.datasetName), .text(run.datasetHash), .text(run.task.rawValue),
                .integer(run.repeats), .integer64(Int64(bitPattern: run.seed)), .flag(run.simulated),
                .real(run.timeScale), .money(run.maxCost), .flag(run.partial), .text(run.graderVersion),
                .text(run.priceVersion), .text(run.toolVersion),
                .json(.array(run.arguments.map(JSONValue.string))), .json(run.prices), .json(run.environment.json),
            ])
    }

    static func read(_ row: Row, arms: [Arm]) throws -> RunRecord {
        var reader = ColumnReader(row)
        let id = RunID(rawValue: try reader.text("runs.id"))
        guard let status = RunRecord.Status(rawValue: try reader.text("runs.status")) else {
            throw RowFormatError(field: "runs.status")
        }
        var run = RunRecord(
            id: id, status: status, startedAt: try reader.integer64("runs.started_at"), endedAt: reader.integer64(),
            datasetPath: try reader.text("runs.dataset_path"), datasetName: try reader.text("runs.dataset_name"),
            datasetHash: try reader.text("runs.dataset_hash"), task: TaskType(try reader.text("runs.task")), arms: arms,
            repeats: try reader.integer("runs.repeats"),
            seed: UInt64(bitPattern: try reader.integer64("runs.seed")), simulated: try reader.flag("runs.simulated"),
            timeScale: try reader.real("runs.time_scale"), maxCost: reader.money(),
            partial: try reader.flag("runs.partial"), graderVersion: try reader.text("runs.grader_version"),
            priceVersion: try reader.text("runs.price_version"), toolVersion: try reader.text("runs.tool_version"),
            arguments: try reader.json("runs.arguments").array?.compactMap(\.string) ?? [],
            prices: try reader.json("runs.prices"),
            environment: RunEnvironment(json: try reader.json("runs.environment")))
        // Its process could not write it down; a reader that may not write sees it all the same.
        if run.status == .running, ProcessMark.isGone(run.environment.process) { run.status = .killed }
        return run
    }

    // MARK: - Arms

    static let armColumns = [
        "run_id", "arm_id", "endpoint", "position", "model", "parameters", "prompt_variant", "simulated",
    ]

    static func insert(_ arm: Arm, at position: Int, of run: RunID) -> Write {
        Write(
            sql: Statements.insert(into: "arms", armColumns),
            values: [
                .text(run.rawValue), .text(arm.id.rawValue), .text(arm.endpoint), .integer(position),
                .text(arm.model.description), .json(.object(arm.parameters.json)), .text(arm.promptVariant),
                .flag(arm.simulated),
            ])
    }

    static func arms(of run: String, _ db: Database) throws -> [Arm] {
        let sql = """
            SELECT model, parameters, prompt_variant, endpoint, simulated FROM arms WHERE run_id = ? ORDER BY position
            """
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [run]).map { row in
            var reader = ColumnReader(row)
            guard let model = ModelID(recorded: try reader.text("arms.model")) else {
                throw RowFormatError(field: "arms.model")
            }
            let parameters = try reader.json("arms.parameters").object ?? .init()
            return Arm(
                model: model, parameters: GenerationParameters(json: parameters), promptVariant: reader.text(),
                endpoint: try reader.text("arms.endpoint"), simulated: try reader.flag("arms.simulated"))
        }
    }

    // MARK: - Cases

    static let caseColumns = [
        "run_id", "id", "position", "hash", "line", "task", "case_group", "weight", "split", "row",
    ]

    static func insert(_ row: BenchCase, at position: Int, of run: RunID) -> Write {
        Write(
            sql: Statements.insert(into: "cases", caseColumns),
            values: [
                .text(run.rawValue), .text(row.id), .integer(position), .text(row.hash), .integer(row.line),
                .text(row.task.rawValue), .text(row.group), .real(row.weight), .text(row.split.rawValue),
                .json(row.canonicalJSON),
            ])
    }

    static func cases(of run: String, _ db: Database) throws -> [BenchCase] {
        let sql = "SELECT row, line, hash FROM cases WHERE run_id = ? ORDER BY position"
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [run]).map { row in
            var reader = ColumnReader(row)
            let json = try reader.json("cases.row")
            let line = try reader.integer("cases.line")
            // As the trials have it, whatever later versions hash.
            let hash = try reader.text("cases.hash")
            do {
                return try BenchCase(canonicalJSON: json, line: line, hash: hash)
            } catch {
                throw RowFormatError(field: "cases.row")
            }
        }
    }
}

extension SQLiteStore: RunReader {
    public func runs(limit: Int) async throws -> [RunRecord] {
        try await read { db in
            try SQLiteStore.runs(db, "ORDER BY started_at DESC, id DESC LIMIT ?", [max(0, limit)])
        }
    }

    public func run(matching text: String) async throws -> RunRecord? {
        if text == "latest" { return try await runs(limit: 1).first }
        guard !text.isEmpty else { return nil }
        if let run = try await run(withID: RunID(rawValue: text)) { return run }
        let found = try await read { db in
            try SQLiteStore.runs(
                db, "WHERE substr(id, 1, ?1) = ?2 COLLATE NOCASE ORDER BY started_at DESC, id DESC LIMIT 10",
                [text.unicodeScalars.count, text])
        }
        guard found.count < 2 else { throw AmbiguousRun(text: text, matches: found.map(\.id)) }
        return found.first
    }

    public func cases(of run: RunID) async throws -> [BenchCase] {
        try await read { try RunRows.cases(of: run.rawValue, $0) }
    }

    public func caseHashes(of run: RunID, in split: BenchCase.Split) async throws -> Set<String> {
        try await read { db in
            let sql = "SELECT hash FROM cases WHERE run_id = ? AND split = ?"
            return try String.fetchSet(db.cachedStatement(sql: sql), arguments: [run.rawValue, split.rawValue])
        }
    }

    public func trials(of run: RunID) -> AsyncThrowingStream<[TrialRow], any Error> {
        let pages = TrialPages(store: self, run: run)
        return AsyncThrowingStream { try await pages.next() }
    }

    public func evidence(_ query: EvidenceQuery) async throws -> [TrialRow] {
        try await read { try TrialReading.evidence(query, $0) }
    }

    func run(withID run: RunID) async throws -> RunRecord? {
        try await read { try SQLiteStore.runs($0, "WHERE id = ?", [run.rawValue]).first }
    }

    static func runs(_ db: Database, _ tail: String, _ arguments: StatementArguments) throws -> [RunRecord] {
        let sql = "SELECT \(RunRows.columns.joined(separator: ", ")) FROM runs \(tail)"
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
            try RunRows.read(row, arms: RunRows.arms(of: row[0], db))
        }
    }
}
