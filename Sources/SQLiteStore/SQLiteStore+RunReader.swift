public import BenchCore
import GRDB
import LLMCore

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

    private static func runs(_ db: Database, _ tail: String, _ arguments: StatementArguments) throws -> [RunRecord] {
        let sql = "SELECT \(RunRows.columns.joined(separator: ", ")) FROM runs \(tail)"
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
            try RunRows.read(row, arms: RunRows.arms(of: row[0], db))
        }
    }
}
