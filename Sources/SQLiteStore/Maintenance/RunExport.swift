public import BenchCore
import GRDB
import LLMCore

/// The lines of a run's export, a page at a time from one snapshot.
actor ExportPages {
    private static let pageSize = 200

    private let store: SQLiteStore
    private let run: String
    private var snapshot: DatabaseSnapshot?
    private var stage = Stage.frame

    private enum Stage: Sendable {
        case frame
        case trials(after: Place)
        case replaced
        case open
        case end
    }
    private struct Place: Sendable {
        var ordinal = Int.min
        var call = ""
    }

    init(store: SQLiteStore, run: RunID) {
        self.store = store
        self.run = run.rawValue
    }

    /// `nil` after the last page.
    func next() async throws -> [String]? {
        try await store.withStoreErrors { try await page() }
    }

    private func page() async throws -> [String]? {
        let snapshot = try snapshot ?? store.pool.makeSnapshot()
        self.snapshot = snapshot
        let run = run
        switch stage {
        case .frame:
            let lines = try await snapshot.read { try ExportPages.frame(of: run, $0) }
            guard !lines.isEmpty else { throw store.unknown(run) }
            stage = .trials(after: Place())
            return lines
        case .trials(let place):
            let (lines, last) = try await snapshot.read { try ExportPages.trials(of: run, after: place, $0) }
            stage = lines.count < ExportPages.pageSize ? .replaced : .trials(after: last)
            return lines
        case .replaced:
            stage = .open
            return try await snapshot.read { try ExportPages.replacedTrials(of: run, $0) }
        case .open:
            stage = .end
            return try await snapshot.read { try ExportPages.openCalls(of: run, $0) }
        case .end:
            self.snapshot = nil
            return nil
        }
    }

    private static func line(_ type: String, _ object: JSONObject) -> String {
        var line: JSONObject = ["type": .string(type)]
        for member in object { line[member.key] = member.value }
        return JSONValue.object(line).text
    }

    private static func frame(of run: String, _ db: Database) throws -> [String] {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM runs WHERE id = ?", arguments: [run]) else {
            return []
        }
        var object = ExportJSON.object(row)
        object["format"] = "dirgen.export/1"
        object["definitions"] = ExportDefinitions.json
        func lines(_ type: String, _ table: String) throws -> [String] {
            let sql = "SELECT * FROM \(table) WHERE run_id = ? ORDER BY position"
            return try Row.fetchAll(db, sql: sql, arguments: [run]).map {
                line(type, ExportJSON.object($0, leavingOut: ["run_id", "position"]))
            }
        }
        return try [line("run", object)] + lines("arm", "arms") + lines("case", "cases")
    }

    private static func trials(of run: String, after place: Place, _ db: Database) throws -> ([String], Place) {
        let sql = """
            SELECT * FROM trials WHERE run_id = ? AND (ordinal, call_id) > (?, ?) ORDER BY ordinal, call_id LIMIT ?
            """
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: sql), arguments: [run, place.ordinal, place.call, pageSize])
        var last = place
        let lines = try rows.map { row in
            last = Place(ordinal: row["ordinal"], call: row["call_id"])
            var object = ExportJSON.object(row, leavingOut: ["run_id"])
            let call = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM calls WHERE id = ?"), arguments: [last.call])
            object["call"] = call.map { .object(ExportJSON.object($0, leavingOut: ["id", "run_id"])) } ?? .null
            object["attempt_list"] = try parts("attempts", of: last.call, orderedBy: "number", db)
            object["verdicts"] = try parts("verdicts", of: last.call, orderedBy: "position", db)
            return line("trial", object)
        }
        return (lines, last)
    }

    /// Failures whose place was asked again.
    private static func replacedTrials(of run: String, _ db: Database) throws -> [String] {
        let sql = "SELECT * FROM replaced_trials WHERE run_id = ? ORDER BY ordinal, call_id"
        return try Row.fetchAll(db, sql: sql, arguments: [run]).map { row in
            var object = ExportJSON.object(row, leavingOut: ["run_id"])
            object["attempt_list"] = try parts("attempts", of: row["call_id"], orderedBy: "number", db)
            return line("replaced_trial", object)
        }
    }

    /// Calls whose process was killed, or is still at work.
    private static func openCalls(of run: String, _ db: Database) throws -> [String] {
        let sql = "SELECT * FROM calls WHERE run_id = ? AND state = 'open' ORDER BY started_at, id"
        return try Row.fetchAll(db, sql: sql, arguments: [run]).map { row in
            var object = ExportJSON.object(row, leavingOut: ["run_id"])
            object["attempt_list"] = try parts("attempts", of: row["id"], orderedBy: "number", db)
            return line("open_call", object)
        }
    }

    private static func parts(_ table: String, of call: String, orderedBy order: String, _ db: Database) throws
        -> JSONValue
    {
        let sql = "SELECT * FROM \(table) WHERE call_id = ? ORDER BY \(order)"
        return .array(
            try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [call]).map {
                .object(ExportJSON.object($0, leavingOut: ["call_id"]))
            })
    }
}

/// A row as JSON: units as the contract of names has them, columns that hold JSON as values, unknown as null.
enum ExportJSON {
    private static let documents: Set<String> = [
        "arguments", "prices", "environment", "parameters", "row", "decision", "tool_calls", "usage_raw",
        "price_context", "headers", "rate_limit", "stopped_by", "tags",
    ]
    private static let flags: Set<String> = [
        "simulated", "partial", "passed", "tool_call_delivered", "assumed", "replaced",
    ]

    static func object(_ row: Row, leavingOut: Set<String> = []) -> JSONObject {
        JSONObject(
            row.compactMap { column, value in
                guard !leavingOut.contains(column) else { return nil }
                return JSONObject.Member(key: key(column), value: json(value, column))
            })
    }

    /// Money leaves as decimal dollars.
    static func key(_ column: String) -> String {
        column.hasSuffix("_pusd") ? String(column.dropLast(5)) + "_usd" : column
    }

    private static func json(_ value: DatabaseValue, _ column: String) -> JSONValue {
        switch value.storage {
        case .null: .null
        case .int64(let number): integer(number, column)
        case .double(let number): JSONValue(number)
        case .string(let text) where documents.contains(column): (try? JSONValue.parse(text)) ?? .string(text)
        case .string(let text): .string(text)
        // No column of ours is a BLOB.
        case .blob: .null
        }
    }

    private static func integer(_ number: Int64, _ column: String) -> JSONValue {
        if column.hasSuffix("_pusd") { return JSONValue(USD(pico: number)) }
        if flags.contains(column) { return .bool(number != 0) }
        if column == "seed" { return .number(JSONNumber(uncheckedLiteral: String(UInt64(bitPattern: number)))) }
        return .number(JSONNumber(number))
    }
}

extension SQLiteStore: RunExporter {
    public func export(_ run: RunID) -> AsyncThrowingStream<[String], any Error> {
        let pages = ExportPages(store: self, run: run)
        return AsyncThrowingStream { try await pages.next() }
    }
}
