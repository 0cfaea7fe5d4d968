import GRDB
public import LLMCore

/// The queries that read attempts as the history of latency and failures.
///
/// Calls are followed by their rowid, which grows, so that no index of its own is needed; the first page scans no more than the newest
/// ``reach`` calls, as a file may hold a million of the other environment.
enum AttemptReading {
    static let reach: Int64 = 20_000

    private struct Place {
        var rowid: Int64
        var isOpen: Bool
    }

    static func page(after cursor: AttemptCursor?, simulated: Bool, limit: Int, _ db: Database) throws -> AttemptPage {
        let newest = try Int64.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(rowid), 0) FROM calls")) ?? 0
        // Rows were deleted and their places will be taken again: there is no following that.
        guard let cursor, cursor.position <= newest else { return try start(newest, simulated, limit, db) }
        let places = try next(cursor, simulated, limit, db)
        let isFull = places.count >= limit
        let position = isFull ? max(cursor.position, places.last?.rowid ?? 0) : newest
        let unread = isFull ? cursor.open.filter { $0 > places.last?.rowid ?? 0 } : []
        return try page(places, unread: unread, position: position, isFull: isFull, simulated, db)
    }

    private static let newestOf = """
        SELECT rowid, state FROM calls WHERE rowid > ? AND simulated = ? AND origin = ? ORDER BY rowid DESC LIMIT ?
        """

    private static func start(_ newest: Int64, _ simulated: Bool, _ limit: Int, _ db: Database) throws -> AttemptPage {
        let places = try [CallOrigin.bench, .live].flatMap { origin in
            try self.places(newestOf, [newest - reach, simulated, origin.rawValue, limit], db)
        }
        return try page(
            places.sorted { $0.rowid < $1.rowid }, unread: [], position: newest, isFull: false, simulated, db)
    }

    // Two parts, as with OR the whole table is scanned.
    private static let following = """
        SELECT rowid, state FROM calls WHERE rowid > ?1 AND simulated = ?3
        UNION ALL
        SELECT k.rowid, k.state FROM json_each(?2) place CROSS JOIN calls k ON k.rowid = place.value
        WHERE k.rowid <= ?1 AND k.simulated = ?3
        ORDER BY 1 LIMIT ?4
        """

    private static func next(_ cursor: AttemptCursor, _ simulated: Bool, _ limit: Int, _ db: Database) throws -> [Place]
    {
        try places(following, [cursor.position, list(cursor.open), simulated, limit], db)
    }

    private static func places(_ sql: String, _ arguments: StatementArguments, _ db: Database) throws -> [Place] {
        try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
            Place(rowid: row[0], isOpen: row[1] as String == "open")
        }
    }

    private static func list(_ places: [Int64]) -> String { "[\(places.map(String.init).joined(separator: ","))]" }

    private static func page(
        _ places: [Place], unread: [Int64], position: Int64, isFull: Bool, _ simulated: Bool, _ db: Database
    ) throws -> AttemptPage {
        let closed = places.filter { !$0.isOpen }.map(\.rowid)
        let open = places.filter(\.isOpen).map(\.rowid) + unread
        return AttemptPage(
            facts: try facts(of: closed, simulated, db),
            cursor: AttemptCursor(position: position, open: open.sorted()), isFull: isFull)
    }

    // Reasoning that was not streamed is in the output tokens all the same. Estimated tokens are no history of anything.
    private static let settled = """
        SELECT a.id, k.id, a.model, a.endpoint, k.task, k.origin, k.started_at, a.sent_ms, a.class, a.ttft_ms, a.e2e_ms,
            a.prompt_tokens, CASE WHEN a.usage_source IS NOT 'estimated' THEN a.output_tokens END,
            CASE WHEN a.usage_source IS NOT 'estimated' THEN a.output_tokens END
                - CASE WHEN a.thinking_chars > 0 THEN 0 ELSE coalesce(a.reasoning_tokens, 0) END,
            coalesce(a.billed_pusd, a.computed_pusd)
        FROM json_each(?1) place CROSS JOIN calls k ON k.rowid = place.value
        CROSS JOIN attempts a ON a.call_id = k.id AND a.state = 'settled' AND NOT a.assumed AND a.simulated = ?2
        ORDER BY k.rowid, a.number
        """

    private static func facts(of places: [Int64], _ simulated: Bool, _ db: Database) throws -> [AttemptFact] {
        guard !places.isEmpty else { return [] }
        return try Row.fetchAll(db.cachedStatement(sql: settled), arguments: [list(places), simulated])
            .compactMap(fact)
    }

    /// `nil` for a model, a task, an origin or a class that this version does not know: it says nothing here.
    private static func fact(_ row: Row) throws -> AttemptFact? {
        var reader = ColumnReader(row)
        let (id, call) = (try reader.text("attempts.id"), try reader.text("calls.id"))
        let (model, endpoint) = (ModelID(try reader.text("attempts.model")), try reader.text("attempts.endpoint"))
        let (task, origin) = (reader.text(), reader.text().flatMap(CallOrigin.init(rawValue:)))
        let start = try reader.integer64("calls.started_at") + Int64(try reader.real("attempts.sent_ms") * 1_000)
        let outcome = reader.text().flatMap(AttemptClass.init(rawValue:))
        let firstToken = reader.real().map { Duration.milliseconds($0) }
        let duration = Duration.milliseconds(try reader.real("attempts.e2e_ms"))
        guard let model, let task, let origin, let outcome else { return nil }
        return AttemptFact(
            id: AttemptID(rawValue: id), call: CallID(rawValue: call), model: model, endpoint: endpoint,
            task: TaskType(rawValue: task), origin: origin, startedAt: start, outcome: outcome, firstToken: firstToken,
            duration: duration, promptTokens: reader.integer(), outputTokens: reader.integer(),
            streamedTokens: reader.integer(), cost: reader.money())
    }
}

extension SQLiteStore: AttemptHistory {
    /// Begins at most ``AttemptReading/reach`` calls back.
    public func attempts(after cursor: AttemptCursor?, simulated: Bool, limit: Int) async throws -> AttemptPage {
        try await read { try AttemptReading.page(after: cursor, simulated: simulated, limit: max(1, limit), $0) }
    }
}
