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

    static func insert(_ table: SelectionTable, runs: [RunID]) throws -> [Write] {
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

    static func newestID(task: TaskType, simulated: Bool, _ db: Database) throws -> String? {
        let sql = """
            SELECT id FROM selection_tables WHERE task = ? AND simulated = ? ORDER BY derived_at DESC, id DESC LIMIT 1
            """
        return try String.fetchOne(db.cachedStatement(sql: sql), arguments: [task.rawValue, simulated])
    }

    static func first(from run: RunID, _ db: Database) throws -> SelectionTable? {
        let sql = """
            SELECT id FROM selection_tables WHERE ? IN (SELECT value FROM json_each(runs)) ORDER BY derived_at, id LIMIT 1
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
    public func save(_ table: SelectionTable, from runs: [RunID]) async throws {
        try await commits.commit(try SelectionRows.insert(table, runs: runs))
    }

    public func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        let place = NewestTables.Place(task: task, simulated: simulated)
        return try await read { [newestTables] db in
            guard let id = try SelectionRows.newestID(task: task, simulated: simulated, db) else { return nil }
            if let known = newestTables.table(at: place, id: id) { return known }
            let table = try SelectionRows.table(id, db)
            if let table { newestTables.keep(table, at: place) }
            return table
        }
    }

    public func firstTable(from run: RunID) async throws -> SelectionTable? {
        try await read { try SelectionRows.first(from: run, $0) }
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
