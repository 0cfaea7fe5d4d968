public import LLMCore

/// A call that has ended, with its answer: the document of `ask`.
public struct CallDocument: Document {
    public var id: CallID
    public var task: TaskType
    /// `auto` or `provider/model`.
    public var requested: String
    public var model: ModelID?
    public var endpoint: String?
    public var simulated: Bool
    public var outcome: AttemptClass
    public var text: String
    public var thinking: String
    public var refusal: String?
    /// The answer ended with a finish word that nobody knows.
    public var finishUnknown: Bool
    public var toolCalls: [ToolCall]
    public var cost: USD?
    public var costAtMost: USD?
    public var summaryCost: USD?
    public var totalCost: USD?
    public var duration: Double
    public var startedAt: Int64
    public var attempts: [AttemptDocument]
    public var decision: DecisionRecord
    public var error: String?

    public init(_ record: CallRecord) {
        id = record.id
        task = record.task
        requested = record.requested.text
        model = record.model
        endpoint = record.endpoint
        simulated = record.simulated
        outcome = record.outcome
        text = record.answer.text
        thinking = record.answer.thinking
        refusal = record.answer.refusal
        finishUnknown = record.attempts.last?.report.finishIsUnknown ?? false
        toolCalls = record.answer.toolCalls
        cost = record.cost
        costAtMost = record.costAtMost
        summaryCost = record.decision.summaryCost
        totalCost = record.totalCost
        duration = record.openedAt.duration(to: record.endedAt).milliseconds
        startedAt = record.startedAt
        attempts = record.attempts.map(AttemptDocument.init)
        decision = record.decision
        error = record.error
    }

    private enum CodingKeys: String, CodingKey {
        case id, task, requested, model, endpoint, simulated, outcome, text, thinking, refusal
        case finishUnknown = "finish_unknown"
        case toolCalls = "tool_calls"
        case cost = "cost_usd"
        case costAtMost = "cost_at_most_usd"
        case summaryCost = "summary_cost_usd"
        case totalCost = "total_cost_usd"
        case duration = "resp_ms"
        case startedAt = "started_at"
        case attempts, decision, error
    }
}

/// One attempt of a call that has ended.
public struct AttemptDocument: Document {
    public var id: AttemptID
    public var model: ModelID
    public var endpoint: String
    public var outcome: AttemptClass
    public var status: Int?
    public var message: String?
    public var servedModel: String?
    /// Our name of a known finish word, or the word itself.
    public var finish: String?
    public var finishUnknown: Bool
    public var inputTokens: Int?
    public var outputTokens: Int?
    public var reasoningTokens: Int?
    public var firstToken: Double?
    public var duration: Double
    public var cost: USD?
    public var billed: USD?
    public var priceAsOf: String?
    public var costAtMost: USD?
    public var costUnknownBecause: String?
    public var key: KeyFingerprint?

    public init(_ attempt: AttemptRecord) {
        let (report, tokens) = (attempt.report, attempt.report.usage?.tokens)
        id = report.id
        model = report.model
        endpoint = report.endpoint
        outcome = report.outcome
        status = report.status
        message = report.failure?.message
        servedModel = report.servedModel
        finish = report.finish?.name
        finishUnknown = report.finishIsUnknown
        inputTokens = tokens?.promptTokens
        outputTokens = tokens?.outputTokens
        reasoningTokens = tokens?.reasoningTokens
        firstToken = report.timings.firstToken?.milliseconds
        duration = report.timings.end.milliseconds
        cost = attempt.cost.computed
        billed = attempt.cost.billed
        priceAsOf = attempt.cost.priceAsOf
        costAtMost = attempt.costAtMost
        costUnknownBecause = attempt.cost.unknownBecause
        key = report.key
    }

    private enum CodingKeys: String, CodingKey {
        case id, model, endpoint, outcome, status, message
        case servedModel = "served_model"
        case finish
        case finishUnknown = "finish_unknown"
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
        case firstToken = "ttft_ms"
        case duration = "e2e_ms"
        case cost = "cost_usd"
        case billed = "billed_usd"
        case priceAsOf = "price_as_of"
        case costAtMost = "cost_at_most_usd"
        case costUnknownBecause = "cost_unknown_because"
        case key
    }
}

extension ModelChoice {
    /// `auto` or `provider/model`.
    var text: String {
        switch self {
        case .auto: "auto"
        case .model(let model): model.description
        }
    }
}

/// A call as the log has it: the document of `why`, and a line of `log`.
public struct LoggedCallDocument: Document {
    /// One attempt, which may still be under way.
    public struct Attempt: Document {
        public var id: AttemptID
        public var model: ModelID
        public var endpoint: String
        public var key: KeyFingerprint?
        public var outcome: AttemptClass?
        public var status: Int?
        public var message: String?
        public var sent: Double?
        public var firstToken: Double?
        public var duration: Double?
        public var cost: USD?
        public var costAtMost: USD?
        /// Its process was killed, and it was settled at its worst case.
        public var isAssumed: Bool
        public var costUnknownBecause: String?

        init(_ attempt: LoggedCall.Attempt) {
            id = attempt.id
            model = attempt.model
            endpoint = attempt.endpoint
            key = attempt.key
            outcome = attempt.outcome
            status = attempt.status
            message = attempt.message
            sent = attempt.sent?.milliseconds
            firstToken = attempt.firstToken?.milliseconds
            duration = attempt.end?.milliseconds
            cost = attempt.cost
            costAtMost = attempt.costAtMost
            isAssumed = attempt.isAssumed
            costUnknownBecause = attempt.costUnknownBecause
        }

        private enum CodingKeys: String, CodingKey {
            case id, model, endpoint, key, outcome, status, message
            case sent = "sent_ms"
            case firstToken = "ttft_ms"
            case duration = "e2e_ms"
            case cost = "cost_usd"
            case costAtMost = "cost_at_most_usd"
            case isAssumed = "assumed"
            case costUnknownBecause = "cost_unknown_because"
        }
    }
    public var id: CallID
    public var origin: CallOrigin
    public var isClosed: Bool
    /// Its process ended before it did; `nil` where that cannot be told.
    public var isInterrupted: Bool?
    public var simulated: Bool
    public var startedAt: Int64
    public var duration: Double?
    public var task: TaskType?
    public var model: ModelID?
    public var outcome: AttemptClass?
    public var cost: USD?
    public var costAtMost: USD?
    public var summaryCost: USD?
    public var totalCost: USD?
    public var decision: DecisionRecord
    public var attempts: [Attempt]
    public var error: String?

    public init(_ call: LoggedCall) {
        id = call.id
        origin = call.origin
        isClosed = call.isClosed
        isInterrupted = call.isClosed ? false : call.isInterrupted
        simulated = call.simulated
        startedAt = call.startedAt
        duration = call.duration?.milliseconds
        task = call.task
        model = call.model
        outcome = call.outcome
        cost = call.cost
        costAtMost = call.costAtMost
        summaryCost = call.decision.summaryCost
        totalCost = call.totalCost
        decision = call.decision
        attempts = call.attempts.map(Attempt.init)
        error = call.error
    }

    private enum CodingKeys: String, CodingKey {
        case id, origin
        case isClosed = "closed"
        case isInterrupted = "interrupted"
        case simulated
        case startedAt = "started_at"
        case duration = "resp_ms"
        case task, model, outcome
        case cost = "cost_usd"
        case costAtMost = "cost_at_most_usd"
        case summaryCost = "summary_cost_usd"
        case totalCost = "total_cost_usd"
        case decision, attempts, error
    }
}

/// A call's decision then and now: the document of `replay`.
public struct ReplayDocument: Document {
    public var id: CallID
    /// Another model would be asked first.
    public var changed: Bool
    public var then: DecisionRecord
    public var now: DecisionRecord

    public init(id: CallID, changed: Bool, then: DecisionRecord, now: DecisionRecord) {
        self.id = id
        self.changed = changed
        self.then = then
        self.now = now
    }
}
