#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import GRDB
import LLMCore

/// `cache`: an entry and what is needed to give it again.
enum CacheRows {
    private static let columns = [
        "key", "simulated", "task", "provider", "model", "endpoint", "call_id", "stored_at", "expires_at",
        "stale_until", "used_at", "bytes", "cost_pusd", "finish_reason", "finish_raw", "usage", "answer",
    ]
    private static let storing = Statements.insert(into: "cache", columns)
    private static let finding = """
        SELECT simulated, task, provider, model, endpoint, call_id, stored_at, expires_at, stale_until, cost_pusd,
            finish_reason, finish_raw, usage, answer
        FROM cache WHERE key = ?
        """

    static func find(_ key: CacheKey, _ db: Database) throws -> CacheEntry? {
        try Row.fetchOne(db.cachedStatement(sql: finding), arguments: [key.rawValue]).map(read)
    }

    static func store(_ entry: CacheEntry, for key: CacheKey, _ db: Database) throws {
        let answer = try JSONEncoder().encode(entry.answer)
        // Not replaced: a newer answer counts its own hits, and triggers see a deletion only so.
        try db.cachedStatement(sql: "DELETE FROM cache WHERE key = ?").execute(arguments: [key.rawValue])
        try db.run(
            storing,
            [
                .text(key.rawValue), .flag(entry.simulated), .text(entry.task.rawValue),
                .text(entry.model.provider.rawValue), .text(entry.model.name), .text(entry.endpoint),
                .text(entry.call.rawValue), .integer64(entry.storedAt), .integer64(entry.expiresAt),
                .integer64(entry.staleUntil), .integer64(entry.storedAt), .integer(entry.weight), .money(entry.cost),
                .text(entry.finish?.kind.rawValue), .text(entry.finish?.raw), .json(entry.tokens?.json),
                String(decoding: answer, as: UTF8.self).databaseValue,
            ])
    }

    private static func read(_ row: Row) throws -> CacheEntry {
        var columns = ColumnReader(row)
        let simulated = try columns.flag("simulated")
        let task = TaskType(rawValue: try columns.text("task"))
        let provider = ProviderID(rawValue: try columns.text("provider"))
        let model = ModelID(provider: provider, name: try columns.text("model"))
        let (endpoint, call) = (try columns.text("endpoint"), CallID(rawValue: try columns.text("call_id")))
        let storedAt = try columns.integer64("stored_at")
        let expiresAt = try columns.integer64("expires_at")
        let staleUntil = try columns.integer64("stale_until")
        let cost = columns.money()
        let finish = finish(columns.text(), columns.text())
        let tokens = columns.text().flatMap { try? JSONValue.parse($0) }.map(TokenUsage.init(json:))
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(columns.text("answer").utf8)) else {
            throw RowFormatError(field: "answer")
        }
        return CacheEntry(
            model: model, endpoint: endpoint, simulated: simulated, task: task, answer: answer, finish: finish,
            tokens: tokens, cost: cost, call: call, storedAt: storedAt, expiresAt: expiresAt, staleUntil: staleUntil)
    }

    private static func finish(_ kind: String?, _ raw: String?) -> FinishReason? {
        kind.flatMap(FinishReason.Kind.init(rawValue:)).map { FinishReason(kind: $0, raw: raw ?? "") }
    }
}
