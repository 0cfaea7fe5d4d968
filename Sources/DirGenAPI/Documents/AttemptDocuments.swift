public import LLMCore

/// One attempt of a call that has ended.
public typealias AttemptDocument = Joined<AttemptSummaryDocument, AttemptAnswerDocument>

/// One attempt of a call in the log, which may still be under way.
public typealias LoggedAttemptDocument = Joined<AttemptSummaryDocument, AttemptStateDocument>

/// The outcome and cost of one attempt, which may still be under way.
public struct AttemptSummaryDocument: Document {
    public var id: AttemptID
    public var model: ModelID
    public var endpoint: String
    public var key: KeyFingerprint?
    public var outcome: AttemptClass?
    public var status: Int?
    public var message: String?
    public var firstToken: Double?
    public var duration: Double?
    public var cost: USD?
    public var costAtMost: USD?
    public var costUnknownBecause: String?

    init(_ attempt: AttemptRecord) {
        let report = attempt.report
        id = report.id
        model = report.model
        endpoint = report.endpoint
        key = report.key
        outcome = report.outcome
        status = report.status
        message = report.failure?.message
        firstToken = report.timings.firstToken?.milliseconds
        duration = report.timings.end.milliseconds
        cost = attempt.cost.computed
        costAtMost = attempt.costAtMost
        costUnknownBecause = attempt.cost.unknownBecause
    }

    init(_ attempt: LoggedCall.Attempt) {
        id = attempt.id
        model = attempt.model
        endpoint = attempt.endpoint
        key = attempt.key
        outcome = attempt.outcome
        status = attempt.status
        message = attempt.message
        firstToken = attempt.firstToken?.milliseconds
        duration = attempt.end?.milliseconds
        cost = attempt.cost
        costAtMost = attempt.costAtMost
        costUnknownBecause = attempt.costUnknownBecause
    }

    private enum CodingKeys: String, CodingKey {
        case id, model, endpoint, key, outcome, status, message
        case firstToken = "ttft_ms"
        case duration = "e2e_ms"
        case cost = "cost_usd"
        case costAtMost = "cost_at_most_usd"
        case costUnknownBecause = "cost_unknown_because"
    }
}

/// The provider's account of an attempt that has ended: served model, finish word, tokens, bill.
public struct AttemptAnswerDocument: Document {
    public var servedModel: String?
    /// Our name of a known finish word, or the word itself.
    public var finish: String?
    public var finishUnknown: Bool
    public var inputTokens: Int?
    public var outputTokens: Int?
    public var reasoningTokens: Int?
    /// `reported`, `counted` or `estimated`.
    public var usageSource: UsageSource?
    public var billed: USD?
    public var priceAsOf: String?

    init(_ attempt: AttemptRecord) {
        let (report, tokens) = (attempt.report, attempt.report.usage?.tokens)
        servedModel = report.servedModel
        finish = report.finish?.name
        finishUnknown = report.finishIsUnknown
        inputTokens = tokens?.promptTokens
        outputTokens = tokens?.outputTokens
        reasoningTokens = tokens?.reasoningTokens
        usageSource = report.usage?.source
        billed = attempt.cost.billed
        priceAsOf = attempt.cost.priceAsOf
    }

    private enum CodingKeys: String, CodingKey {
        case servedModel = "served_model"
        case finish
        case finishUnknown = "finish_unknown"
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
        case usageSource = "usage_source"
        case billed = "billed_usd"
        case priceAsOf = "price_as_of"
    }
}

/// The state of an attempt in the log.
public struct AttemptStateDocument: Document {
    /// From the start of the call, in milliseconds.
    public var sent: Double?
    /// Its process was killed, and it was settled at its worst case.
    public var isAssumed: Bool

    init(_ attempt: LoggedCall.Attempt) {
        sent = attempt.sent?.milliseconds
        isAssumed = attempt.isAssumed
    }

    private enum CodingKeys: String, CodingKey {
        case sent = "sent_ms"
        case isAssumed = "assumed"
    }
}

extension Joined where First == AttemptSummaryDocument, Second == AttemptAnswerDocument {
    init(_ attempt: AttemptRecord) { self.init(First(attempt), Second(attempt)) }
}

extension Joined where First == AttemptSummaryDocument, Second == AttemptStateDocument {
    init(_ attempt: LoggedCall.Attempt) { self.init(First(attempt), Second(attempt)) }
}
