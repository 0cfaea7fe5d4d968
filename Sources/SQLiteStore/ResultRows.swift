public import BenchCore
import GRDB
public import LLMCore

/// The rows of `result_files`, `result_cases` and `results`.
enum ResultRows {
    private static let caseColumns = ["file_id", "dataset", "task", "prompt_id", "case_group", "prompt"]
    private static let columns = [
        "case_id", "model", "score", "input_tokens", "output_tokens", "cost_pusd", "latency_ms",
    ]

    /// - Returns: `false` when a file of that content is there.
    static func insert(_ results: [ImportedResult], of file: ImportedFile, _ db: Database) throws -> Bool {
        try db.execute(
            sql: "INSERT INTO result_files (hash, name, imported_at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING",
            arguments: [file.hash, file.name, file.importedAt])
        guard db.changesCount == 1 else { return false }
        let fileID = db.lastInsertedRowID
        let insertCase = try db.makeStatement(sql: Statements.insert(into: "result_cases", caseColumns))
        let insertResult = try db.makeStatement(sql: Statements.insert(into: "results", columns))
        var cases: [ImportedResult.CaseKey: Int64] = [:]
        for result in results {
            let key = result.caseKey
            let id: Int64
            if let known = cases[key] {
                id = known
            } else {
                try insertCase.bind([
                    .integer64(fileID), .text(result.dataset), .text(result.task.rawValue), .text(result.promptID),
                    .text(result.group), .text(result.prompt),
                ])
                try insertCase.execute()
                id = db.lastInsertedRowID
                cases[key] = id
            }
            try insertResult.bind([
                .integer64(id), .text(result.model), .real(result.score), .integer(result.inputTokens),
                .integer(result.outputTokens), .money(result.cost), .real(result.latency),
            ])
            try insertResult.execute()
        }
        return true
    }

    static func datasets(_ db: Database) throws -> [ImportedDataset] {
        let sql = """
            SELECT c.dataset, c.task, count(DISTINCT r.model), count(DISTINCT c.prompt_id), count(*), max(f.imported_at)
            FROM results r JOIN result_cases c ON c.id = r.case_id JOIN result_files f ON f.id = c.file_id
            GROUP BY c.dataset, c.task ORDER BY c.dataset, c.task
            """
        return try Row.fetchAll(db, sql: sql).map { row in
            var reader = ColumnReader(row)
            return ImportedDataset(
                name: try reader.text("dataset"), task: TaskType(try reader.text("task")),
                models: try reader.integer("models"), cases: try reader.integer("cases"),
                results: try reader.integer("results"), importedAt: try reader.integer64("imported_at"))
        }
    }

    /// The evidence of one task, file by file.
    static func evidence(of task: TaskType, in datasets: Set<String>?, _ db: Database) throws -> [EvidenceRow] {
        var rows: [EvidenceRow] = []
        for found in try Row.fetchAll(db, sql: "SELECT id, hash, name, imported_at FROM result_files ORDER BY id") {
            var reader = ColumnReader(found)
            let id = try reader.integer64("result_files.id")
            let file = ImportedFile(
                hash: try reader.text("hash"), name: try reader.text("name"),
                importedAt: try reader.integer64("imported_at"))
            let results = try results(of: task, in: datasets, file: id, db)
            rows += EvidenceRow.rows(of: results, in: file)
        }
        return rows
    }

    private static func results(
        of task: TaskType, in datasets: Set<String>?, file: Int64, _ db: Database
    ) throws -> [ImportedResult] {
        var cases: [Int64: ImportedResult] = [:]
        let sql = "SELECT id, dataset, prompt_id, case_group FROM result_cases WHERE file_id = ? AND task = ?"
        for found in try Row.fetchAll(db, sql: sql, arguments: [file, task.rawValue]) {
            var reader = ColumnReader(found)
            let id = try reader.integer64("result_cases.id")
            let dataset = try reader.text("dataset")
            guard datasets?.contains(dataset) ?? true else { continue }
            cases[id] = ImportedResult(
                dataset: dataset, task: task, promptID: try reader.text("prompt_id"), group: reader.text(), model: "",
                score: nil)
        }
        guard !cases.isEmpty else { return [] }
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT r.case_id, r.model, r.score, r.input_tokens, r.output_tokens, r.cost_pusd, r.latency_ms
                FROM results r JOIN result_cases c ON c.id = r.case_id
                WHERE c.file_id = ? AND c.task = ? ORDER BY r.id
                """, arguments: [file, task.rawValue])
        var results: [ImportedResult] = []
        while let found = try cursor.next() {
            var reader = ColumnReader(found)
            guard var result = cases[try reader.integer64("results.case_id")] else { continue }
            result.model = try reader.text("model")
            result.score = reader.real()
            result.inputTokens = reader.integer()
            result.outputTokens = reader.integer()
            result.cost = reader.money()
            result.latency = reader.real()
            results.append(result)
        }
        return results
    }
}

extension SQLiteStore: ResultStore {
    public func add(_ results: [ImportedResult], of file: ImportedFile) async throws -> Bool {
        try await withStoreErrors { try await pool.write { try ResultRows.insert(results, of: file, $0) } }
    }

    public func importedDatasets() async throws -> [ImportedDataset] { try await read(ResultRows.datasets) }

    public func importedEvidence(of task: TaskType, in datasets: Set<String>?) async throws -> [EvidenceRow] {
        try await read { try ResultRows.evidence(of: task, in: datasets, $0) }
    }
}
