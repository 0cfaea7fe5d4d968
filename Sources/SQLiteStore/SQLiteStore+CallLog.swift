import GRDB
public import LLMCore

extension SQLiteStore: CallLog {
    public func call(matching text: String) async throws -> LoggedCall? {
        try await read { db in
            if text == "latest" {
                return try CallReading.calls(
                    "WHERE origin = 'live' ORDER BY rowid DESC LIMIT 1", [], db
                ).first?.call
            }
            let found = try CallReading.calls(
                "WHERE id = ?1 OR substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 2", [text], db)
            guard found.count == 2, found[0].call.id.rawValue != text else { return found.first?.call }
            throw StoreError(
                .ambiguousCall, location: path, "more than one call begins with \(text)", advice: "give more of it")
        }
    }

    public func liveCalls(after sequence: Int64?, limit: Int) async throws -> [(sequence: Int64, call: LoggedCall)] {
        try await read { db in
            guard let sequence else {
                return try CallReading.calls("WHERE origin = 'live' ORDER BY rowid DESC LIMIT ?", [limit], db)
                    .reversed()
            }
            return try CallReading.calls(
                "WHERE origin = 'live' AND rowid > ? ORDER BY rowid LIMIT ?", [sequence, limit], db)
        }
    }
}
