import GRDB
public import LLMCore

/// The queries that read calls back.
enum CallReading {
    private static let facts = """
        SELECT rowid, id, origin, state, simulated, started_at, duration_ms, task, requested, model, outcome, cost_pusd,
            decision, error, virtual_key, tags FROM calls
        """

    static func calls(
        _ tail: String, _ arguments: StatementArguments, _ db: Database
    ) throws -> [(sequence: Int64, call: LoggedCall)] {
        try Row.fetchAll(db, sql: "\(facts) \(tail)", arguments: arguments).map { row in
            var reader = ColumnReader(row)
            let sequence = try reader.integer64("calls.rowid")
            var call = try call(&reader)
            call.attempts = try attempts(of: call.id, db)
            // The lease is past: whatever the process was, it is not at work on this call.
            if !call.isClosed, call.attempts.contains(where: \.isAssumed) { call.isInterrupted = true }
            return (sequence, call)
        }
    }

    private static func call(_ reader: inout ColumnReader) throws -> LoggedCall {
        let id = CallID(rawValue: try reader.text("calls.id"))
        guard let origin = CallOrigin(rawValue: try reader.text("calls.origin")) else {
            throw RowFormatError(field: "calls.origin")
        }
        var call = LoggedCall(
            id: id, origin: origin, isClosed: try reader.text("calls.state") == "closed",
            simulated: try reader.flag("calls.simulated"), startedAt: try reader.integer64("calls.started_at"))
        call.duration = reader.real().map { .milliseconds($0) }
        call.task = reader.text().map(TaskType.init(rawValue:))
        call.requested = reader.text().flatMap { $0 == "auto" ? .auto : ModelID($0).map(ModelChoice.model) }
        call.model = reader.text().flatMap { ModelID($0) }
        call.outcome = reader.text().flatMap(AttemptClass.init(rawValue:))
        call.cost = reader.money()
        if let text = reader.text() {
            guard let json = try? JSONValue.parse(text) else { throw RowFormatError(field: "calls.decision") }
            call.decision = DecisionRecord(json: json)
            if !call.isClosed { call.isInterrupted = ProcessMark.state(of: json["process"]) }
        }
        call.error = reader.text()
        call.attribution.key = reader.text()
        // One that a later version allows is left out, not an error.
        let tags = reader.text().flatMap { try? JSONValue.parse($0).array?.compactMap(\.string) } ?? []
        call.attribution.tags = tags.compactMap { try? CallTag($0) }
        return call
    }

    private static let attempts = """
        SELECT id, model, endpoint, key_fingerprint, class, status, failure_message, sent_ms, ttft_ms, e2e_ms,
            coalesce(billed_pusd, computed_pusd), price_unknown, worst_pusd, assumed
        FROM attempts WHERE call_id = ? ORDER BY number
        """

    private static func attempts(of call: CallID, _ db: Database) throws -> [LoggedCall.Attempt] {
        try Row.fetchAll(db, sql: attempts, arguments: [call.rawValue]).map { row in
            var reader = ColumnReader(row)
            let id = AttemptID(rawValue: try reader.text("attempts.id"))
            guard let model = ModelID(try reader.text("attempts.model")) else {
                throw RowFormatError(field: "attempts.model")
            }
            return LoggedCall.Attempt(
                id: id, model: model, endpoint: try reader.text("attempts.endpoint"),
                key: reader.text().map(KeyFingerprint.init(rawValue:)),
                outcome: reader.text().flatMap(AttemptClass.init(rawValue:)), status: reader.integer(),
                message: reader.text(), sent: reader.real().map { .milliseconds($0) },
                firstToken: reader.real().map { .milliseconds($0) }, end: reader.real().map { .milliseconds($0) },
                cost: reader.money(), costUnknownBecause: reader.text(),
                worstCase: reader.money(), isAssumed: try reader.flag("attempts.assumed"))
        }
    }
}

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
