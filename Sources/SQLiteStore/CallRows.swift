import BenchCore
import GRDB
public import LLMCore

/// The rows of `calls`: a stub when its first attempt is reserved, whole when it has ended.
enum CallRows {
    static let columns = [
        "id", "run_id", "origin", "state", "simulated", "started_at", "duration_ms", "task", "requested", "model",
        "endpoint", "outcome", "cost_pusd", "decision", "answer", "thinking", "refusal", "tool_calls", "error",
        "stopped_by", "virtual_key", "tags",
    ]
    // A call that failed can still end well: an answer past its time stands in.
    private static let completing = Statements.complete(
        "calls", columns, key: "id",
        where: "calls.state = 'open' OR (calls.outcome <> 'ok' AND excluded.outcome = 'ok' AND calls.origin = 'live')")
    private static let opening =
        Statements.insert(
            into: "calls",
            [
                "id", "run_id", "origin", "state", "simulated", "started_at", "task", "requested", "model", "endpoint",
                "decision", "virtual_key", "tags",
            ])
        + " ON CONFLICT (id) DO NOTHING"

    /// Stands in for the decision until the call ends: whose death would leave it open.
    private static let underWay = DatabaseValue.json([
        "reason": "not written down: the call has not ended", "process": ProcessMark.current,
    ])

    static func open(_ intent: AttemptIntent, run: RunID?, at time: Int64) -> Write {
        Write(
            sql: opening,
            values: [
                .text(intent.call.rawValue), .text(run?.rawValue), .text(intent.origin.rawValue), .text("open"),
                .flag(intent.simulated), .integer64(time), .text(intent.task?.rawValue), .text(intent.requested?.text),
                .text(intent.model.description), .text(intent.endpoint), underWay,
                .text(intent.attribution.key), .json(intent.attribution.tagsJSON),
            ])
    }

    static func complete(_ call: CallRecord, run: RunID?, storeContent: Bool) -> Write {
        let answer = storeContent ? call.answer : nil
        let tools = answer.flatMap { $0.toolCalls.isEmpty ? nil : $0.toolCalls }
        return Write(
            sql: completing,
            values: [
                .text(call.id.rawValue), .text(run?.rawValue), .text(call.origin.rawValue), .text("closed"),
                .flag(call.simulated), .integer64(call.startedAt), .milliseconds(call.endedAt - call.openedAt),
                .text(call.task.rawValue), .text(call.requested.text), .text(call.model?.description),
                .text(call.endpoint), .text(call.outcome.rawValue), .money(call.cost), .json(call.decision.json),
                .text(answer?.text), .text(answer?.thinking), .text(answer?.refusal),
                .json(tools.map { .array($0.map(\.json)) }), .text(call.error),
                .json(call.stoppedBy?.json), .text(call.attribution.key), .json(call.attribution.tagsJSON),
            ])
    }
}

extension CallAttribution {
    /// `nil` without tags.
    fileprivate var tagsJSON: JSONValue? { tags.isEmpty ? nil : .array(tags.map { .string($0.description) }) }
}

extension ModelChoice {
    fileprivate var text: String {
        switch self {
        case .auto: "auto"
        case .model(let model): model.description
        }
    }
}

extension ToolCall {
    fileprivate var json: JSONValue {
        ["id": .string(id), "name": .string(name), "arguments": .string(arguments)]
    }
}

extension BudgetExhausted {
    fileprivate var json: JSONValue {
        [
            "limit_usd": JSONValue(limit), "spent_usd": JSONValue(spent),
            "needed_usd": needed.map { JSONValue($0) } ?? .null,
        ]
    }
}

/// Live calls. Budgets are not kept here: this never throws `BudgetExhausted`.
extension SQLiteStore: CallRecorder {
    public func reserve(_ intent: AttemptIntent) async throws {
        try await commits.commit(reservation(of: intent, run: nil))
    }

    public func record(_ call: CallRecord) async throws {
        try await commits.commit(
            settlement(of: call, run: nil, storeContent: keepsContent(of: call)), isPaidFor: true)
    }

    public func keep(_ batch: CallBatch) async throws {
        var writes = batch.intents.flatMap { reservation(of: $0, run: nil) }
        for call in batch.unreserved { writes += end(of: call, run: nil, storeContent: keepsContent(of: call)) }
        for call in batch.reserved { writes += settlement(of: call, run: nil, storeContent: keepsContent(of: call)) }
        try await commits.commit(writes, isPaidFor: true)
    }

    // What the bench asks outside a run are judges: their replies serve again.
    private func keepsContent(of call: CallRecord) -> Bool { options.keepsLiveContent || call.origin == .bench }
}
