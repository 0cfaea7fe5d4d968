public import LLMCore

/// A call that has ended, with its answer: the document of `ask`.
package typealias CallDocument = Joined<CallSummaryDocument, CallAnswerDocument>

/// A call as the log has it: the document of `why`, and a line of `log`.
package typealias LoggedCallDocument = Joined<CallSummaryDocument, CallStateDocument>

/// The outcome, cost and decision of a call, which may still be under way.
public struct CallSummaryDocument: Document {
    public var id: CallID
    public var task: TaskType?
    public var model: ModelID?
    public var simulated: Bool
    public var outcome: AttemptClass?
    public var cost: USD?
    public var costAtMost: USD?
    public var summaryCost: USD?
    public var totalCost: USD?
    public var duration: Double?
    public var startedAt: Int64
    public var decision: DecisionRecord
    public var error: String?
    /// Name of the virtual key that it was asked with.
    public var virtualKey: String?
    /// `name` or `name=value`.
    public var tags: [CallTag]

    init(_ record: CallRecord) {
        id = record.id
        task = record.task
        model = record.model
        simulated = record.simulated
        outcome = record.outcome
        cost = record.cost
        costAtMost = record.costAtMost
        summaryCost = record.decision.summaryCost
        totalCost = record.totalCost
        duration = record.openedAt.duration(to: record.endedAt).milliseconds
        startedAt = record.startedAt
        decision = record.decision
        error = record.error
        (virtualKey, tags) = (record.attribution.key, record.attribution.tags)
    }

    init(_ call: LoggedCall) {
        id = call.id
        task = call.task
        model = call.model
        simulated = call.simulated
        outcome = call.outcome
        cost = call.cost
        costAtMost = call.costAtMost
        summaryCost = call.decision.summaryCost
        totalCost = call.totalCost
        duration = call.duration?.milliseconds
        startedAt = call.startedAt
        decision = call.decision
        error = call.error
        (virtualKey, tags) = (call.attribution.key, call.attribution.tags)
    }

    private enum CodingKeys: String, CodingKey {
        case id, task, model, simulated, outcome
        case cost = "cost_usd"
        case costAtMost = "cost_at_most_usd"
        case summaryCost = "summary_cost_usd"
        case totalCost = "total_cost_usd"
        case duration = "resp_ms"
        case startedAt = "started_at"
        case decision, error
        case virtualKey = "virtual_key"
        case tags
    }
}

/// The request and the answer of a call that has ended.
public struct CallAnswerDocument: Document {
    /// `auto` or `provider/model`.
    public var requested: String
    public var endpoint: String?
    public var text: String
    public var thinking: String
    public var refusal: String?
    /// The answer counts as whole though its finish word is unknown.
    public var finishUnknown: Bool
    public var toolCalls: [ToolCall]
    public var attempts: [AttemptDocument]

    init(_ record: CallRecord) {
        requested = record.requested.text
        endpoint = record.endpoint
        text = record.answer.text
        thinking = record.answer.thinking
        refusal = record.answer.refusal
        finishUnknown = record.attempts.last?.report.finishIsUnknown ?? false
        toolCalls = record.answer.toolCalls
        attempts = record.attempts.map(AttemptDocument.init)
    }

    private enum CodingKeys: String, CodingKey {
        case requested, endpoint, text, thinking, refusal
        case finishUnknown = "finish_unknown"
        case toolCalls = "tool_calls"
        case attempts
    }
}

/// The state of a call in the log.
public struct CallStateDocument: Document {
    public var origin: CallOrigin
    public var isClosed: Bool
    /// Its process ended before it did; `nil` where that is unknown.
    public var isInterrupted: Bool?
    public var attempts: [LoggedAttemptDocument]

    init(_ call: LoggedCall) {
        origin = call.origin
        isClosed = call.isClosed
        isInterrupted = call.isClosed ? false : call.isInterrupted
        attempts = call.attempts.map(LoggedAttemptDocument.init)
    }

    private enum CodingKeys: String, CodingKey {
        case origin
        case isClosed = "closed"
        case isInterrupted = "interrupted"
        case attempts
    }
}

extension Joined where First == CallSummaryDocument, Second == CallAnswerDocument {
    public init(_ record: CallRecord) { self.init(First(record), Second(record)) }
}

extension Joined where First == CallSummaryDocument, Second == CallStateDocument {
    public init(_ call: LoggedCall) { self.init(First(call), Second(call)) }
}

extension ModelChoice {
    /// `auto` or `provider/model`.
    fileprivate var text: String {
        switch self {
        case .auto: "auto"
        case .model(let model): model.description
        }
    }
}

/// A call's decision then and now: the document of `replay`.
package struct ReplayDocument: Document {
    package var id: CallID
    /// Another model would be requested first.
    package var changed: Bool
    package var then: DecisionRecord
    package var now: DecisionRecord

    package init(id: CallID, changed: Bool, then: DecisionRecord, now: DecisionRecord) {
        self.id = id
        self.changed = changed
        self.then = then
        self.now = now
    }
}
