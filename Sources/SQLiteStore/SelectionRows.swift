public import BenchCore
import GRDB
public import LLMCore
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The rows of `selection_tables` and `selection_rows`: columns for people and queries, and the documents that are read back.
enum SelectionRows {
    private static let tableColumns = [
        "id", "task", "simulated", "derived_at", "time_scale", "dataset_hash", "grader_version", "price_version",
        "shared_cases", "incumbent", "runs", "document",
    ]
    private static let columns = [
        "table_id", "position", "arm_id", "model", "endpoint", "simulated", "quality", "quality_low", "quality_high",
        "pass_rate", "cost_pusd", "resp_p95_ms", "resp_p95_low_ms", "resp_p95_high_ms", "failure_rate", "n", "document",
    ]

    static func insert(
        _ table: SelectionTable, runs: [RunID], evidence: [String]
    ) throws -> [Write] {
        var frame = table
        frame.rows = []
        let write = Write(
            sql: Statements.insert(into: "selection_tables", tableColumns),
            values: [
                .text(table.id), .text(table.task.rawValue), .flag(table.simulated), .integer64(table.derivedAt),
                .real(table.timeScale), .text(table.datasetHash), .text(table.graderVersion),
                .text(table.priceVersion), .integer(table.sharedCases), .text(table.incumbent?.rawValue),
                .json(.array(runs.map { .string($0.rawValue) })), .text(try document(frame)),
            ])
        return try [write] + table.rows.enumerated().map { try insert($1, at: $0, of: table.id) }
            + evidence.enumerated().map { position, hash in
                Write(
                    sql: Statements.insert(into: "selection_table_evidence", ["table_id", "position", "hash"]),
                    values: [.text(table.id), .integer(position), .text(hash)])
            }
    }

    static func insert(_ evidence: SelectionEvidence) throws -> (hash: String, write: Write) {
        let text = try document(evidence)
        let hash = ContentHash.sha256(text)
        let columns = ["hash", "task", "document"]
        let write = Write(
            sql: Statements.insert(into: "selection_evidence", columns) + " ON CONFLICT (hash) DO NOTHING",
            values: [.text(hash), .text(evidence.task.rawValue), .text(text)])
        return (hash, write)
    }

    private static func insert(_ row: SelectionRow, at position: Int, of table: String) throws -> Write {
        Write(
            sql: Statements.insert(into: "selection_rows", columns),
            values: [
                .text(table), .integer(position), .text(row.arm.id.rawValue), .text(row.arm.model.description),
                .text(row.arm.endpoint), .flag(row.arm.simulated), .real(row.quality), .real(row.qualityLow),
                .real(row.qualityHigh), .real(row.passRate), .money(row.cost), .real(row.respP95),
                .real(row.respP95Low), .real(row.respP95High), .real(row.failureRate), .integer(row.n),
                .text(try document(row)),
            ])
    }

    /// The table in use: the pinned one, else the newest.
    static func idInUse(task: TaskType, simulated: Bool, _ db: Database) throws -> String? {
        let sql = """
            SELECT coalesce(
                (SELECT table_id FROM selection_pins WHERE task = ?1 AND simulated = ?2),
                (SELECT id FROM selection_tables WHERE task = ?1 AND simulated = ?2
                    ORDER BY derived_at DESC, id DESC LIMIT 1))
            """
        return try String.fetchOne(db.cachedStatement(sql: sql), arguments: [task.rawValue, simulated])
    }

    static func stored(_ db: Database) throws -> [StoredTable] {
        let sql = """
            SELECT id, task, simulated, derived_at, shared_cases, runs,
                id IN (SELECT table_id FROM selection_pins) AS pinned,
                row_number() OVER (PARTITION BY task, simulated ORDER BY derived_at DESC, id DESC) = 1 AS newest,
                (task, simulated) IN (SELECT task, simulated FROM selection_pins) AS task_is_pinned
            FROM selection_tables ORDER BY derived_at DESC, id DESC
            """
        return try Row.fetchAll(db, sql: sql).map { row in
            var reader = ColumnReader(row)
            var table = StoredTable(
                id: try reader.text("selection_tables.id"), task: TaskType(try reader.text("task")),
                simulated: try reader.flag("simulated"), derivedAt: try reader.integer64("derived_at"),
                sharedCases: try reader.integer("shared_cases"),
                runs: (try reader.json("runs").array ?? []).compactMap(\.string).map(RunID.init(rawValue:)),
                isPinned: try reader.flag("pinned"), isInUse: false)
            let isNewest = try reader.flag("newest")
            let taskIsPinned = try reader.flag("task_is_pinned")
            table.isInUse = table.isPinned || isNewest && !taskIsPinned
            return table
        }
    }

    static func evidence(of table: String, _ db: Database) throws -> [SelectionEvidence] {
        let sql = """
            SELECT e.document FROM selection_table_evidence t JOIN selection_evidence e ON e.hash = t.hash
            WHERE t.table_id = ? ORDER BY t.position
            """
        return try String.fetchAll(db, sql: sql, arguments: [table]).map {
            try value($0, "selection_evidence.document")
        }
    }

    static func first(from run: RunID, _ db: Database) throws -> SelectionTable? {
        let sql = """
            SELECT id FROM selection_tables WHERE ?1 IN (SELECT value FROM json_each(runs))
                AND derived_at >= coalesce((SELECT max(graded_at) FROM gradings WHERE run_id = ?1), derived_at)
                AND derived_at >= coalesce(
                    (SELECT environment ->> '$.resumed[#-1].at' FROM runs WHERE id = ?1), derived_at)
            ORDER BY derived_at, id LIMIT 1
            """
        let id = try String.fetchOne(db.cachedStatement(sql: sql), arguments: [run.rawValue])
        return try id.flatMap { try table($0, db) }
    }

    static func table(_ id: String, _ db: Database) throws -> SelectionTable? {
        let sql = "SELECT document FROM selection_tables WHERE id = ?"
        guard let found = try String.fetchOne(db.cachedStatement(sql: sql), arguments: [id]) else { return nil }
        var table: SelectionTable = try value(found, "selection_tables.document")
        let rows = "SELECT document FROM selection_rows WHERE table_id = ? ORDER BY position"
        table.rows = try String.fetchAll(db.cachedStatement(sql: rows), arguments: [id]).map {
            try value($0, "selection_rows.document")
        }
        return table
    }

    private static func document(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func value<Value: Decodable>(_ text: String, _ field: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw RowFormatError(field: field)
        }
    }
}

extension SQLiteStore: SelectionTableStore {
    public func keep(_ evidence: [SelectionEvidence]) async throws -> [String] {
        guard !evidence.isEmpty else { return [] }
        let kept = try evidence.map(SelectionRows.insert)
        try await commits.commit(kept.map(\.write))
        return kept.map(\.hash)
    }

    public func save(_ table: SelectionTable, from runs: [RunID], keptEvidence evidence: [String]) async throws {
        try await commits.commit(try SelectionRows.insert(table, runs: runs, evidence: evidence))
    }

    public func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        let place = NewestTables.Place(task: task, simulated: simulated)
        return try await read { [newestTables] db in
            guard let id = try SelectionRows.idInUse(task: task, simulated: simulated, db) else { return nil }
            if let known = newestTables.table(at: place, id: id) { return known }
            let table = try SelectionRows.table(id, db)
            if let table { newestTables.keep(table, at: place) }
            return table
        }
    }

    public func firstTable(from run: RunID) async throws -> SelectionTable? {
        try await read { try SelectionRows.first(from: run, $0) }
    }

    public func evidence(of table: String) async throws -> [SelectionEvidence] {
        try await read { try SelectionRows.evidence(of: table, $0) }
    }

    public func storedTables() async throws -> [StoredTable] { try await read(SelectionRows.stored) }

    public func table(withID id: String) async throws -> SelectionTable? {
        try await read { try SelectionRows.table(id, $0) }
    }

    public func pin(_ id: String) async throws {
        let isKnown = try await withStoreErrors {
            try await pool.write { db in
                let sql = """
                    INSERT INTO selection_pins SELECT task, simulated, id FROM selection_tables WHERE id = ?
                    ON CONFLICT (task, simulated) DO UPDATE SET table_id = excluded.table_id
                    """
                try db.execute(sql: sql, arguments: [id])
                return db.changesCount == 1
            }
        }
        if !isKnown { throw StoreError(.conflict, location: path, "there is no selection table \(id)") }
    }

    public func unpin(_ task: TaskType, simulated: Bool) async throws {
        try await withStoreErrors {
            try await pool.write { db in
                try db.execute(
                    sql: "DELETE FROM selection_pins WHERE task = ? AND simulated = ?",
                    arguments: [task.rawValue, simulated])
            }
        }
    }
}

/// The tables that were read last: one is a megabyte of draws, and stays as it is under its id.
final class NewestTables: Sendable {
    struct Place: Hashable {
        var task: TaskType
        var simulated: Bool
    }
    private let tables = Mutex<[Place: SelectionTable]>([:])

    func table(at place: Place, id: String) -> SelectionTable? {
        tables.withLock { tables in
            tables[place].flatMap { $0.id == id ? $0 : nil }
        }
    }

    func keep(_ table: SelectionTable, at place: Place) { tables.withLock { $0[place] = table } }
}
