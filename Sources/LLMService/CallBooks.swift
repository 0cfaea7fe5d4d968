import LLMCore

/// What is known of one call while it goes on, and the record it ends as.
struct CallBooks: Sendable {
    /// An attempt that was reserved and has not reported yet.
    struct OpenAttempt: Sendable {
        var intent: AttemptIntent
        var sentAt: ContinuousClock.Instant
    }

    let request: AskRequest
    let openedAt: ContinuousClock.Instant
    let startedAt: Int64
    let simulated: Bool
    var decision: DecisionRecord
    var attempts: [AttemptRecord] = []
    var open: OpenAttempt?
    var answer = AnswerBuilder()
    /// Settled costs, and worst cases where nothing better is known: what a budget must count.
    private(set) var committed = USD.zero
    var budget: BudgetExhausted?
    /// What kept the call from going on, beside the attempts' own failures.
    var trouble: String?
    /// The record was handed over: nothing is left to write down.
    var isClosed = false

    /// Notes the report of the open attempt.
    mutating func settle(_ report: AttemptReport, cost: CostReading) {
        committed += cost.settled ?? open?.intent.worstCase ?? .zero
        attempts.append(AttemptRecord(report: report, cost: cost))
        open = nil
    }

    /// Notes that the caller left while an attempt was open, whose cost nobody will ever report.
    mutating func settleAbandoned(now: ContinuousClock.Instant) {
        guard let open else { return }
        let report = AttemptReport(
            id: open.intent.attempt, model: open.intent.model, endpoint: open.intent.endpoint,
            simulated: open.intent.simulated, key: open.intent.key,
            timings: AttemptTimings(sentAt: open.sentAt, end: now - open.sentAt), outcome: .cancelled,
            answerCharacters: answer.textCharacters, thinkingCharacters: answer.thinkingCharacters)
        let free = open.intent.worstCase == .zero
        settle(
            report,
            cost: CostReading(
                computed: free ? .zero : nil, unknownBecause: free ? nil : "the caller left before usage was reported"))
    }

    /// Notes a candidate that could not be sent.
    mutating func skip(_ model: ModelID, because reason: String) {
        if let index = decision.candidates.firstIndex(where: { $0.model == model }) {
            decision.candidates[index].why += "; \(reason)"
            decision.candidates[index].skipped = true
        }
    }

    /// Writes down what bent the way of the call.
    mutating func note(_ what: String, _ model: ModelID?, now: ContinuousClock.Instant) {
        decision.steps.append(.init(after: openedAt.duration(to: now), model: model, what: what))
    }

    /// Why an attempt may not be sent under the question's own limit; `nil` when it may. Remembers a limit that was met.
    mutating func overspending(_ intent: AttemptIntent) -> String? {
        guard let limit = request.policy.maxCost else { return nil }
        guard let worst = intent.worstCase else {
            budget = budget ?? BudgetExhausted(limit: limit, spent: committed, needed: nil)
            return "its price is unknown, so no budget can hold it"
        }
        guard committed + worst > limit else { return nil }
        budget = BudgetExhausted(limit: limit, spent: committed, needed: worst)
        return "it may cost \(worst) USD, over the limit of \(limit) USD"
    }

    /// For a stream that stopped without its report.
    func brokenReport(now: ContinuousClock.Instant) -> AttemptReport? {
        open.map { open in
            AttemptReport(
                id: open.intent.attempt, model: open.intent.model, endpoint: open.intent.endpoint,
                simulated: open.intent.simulated, key: open.intent.key,
                timings: AttemptTimings(sentAt: open.sentAt, end: now - open.sentAt), outcome: .streamTruncated,
                answerCharacters: answer.textCharacters, thinkingCharacters: answer.thinkingCharacters)
        }
    }

    /// The record of a call that came to its end.
    func finished(_ outcome: AttemptClass, now: ContinuousClock.Instant) -> CallRecord {
        var final = self
        // A limit that only kept a dearer candidate out did not end a call that was answered.
        if outcome == .ok { final.budget = nil }
        return final.record(outcome: outcome, error: CallNarrative.text(final, outcome: outcome), now: now)
    }

    func record(outcome: AttemptClass, error: String?, now: ContinuousClock.Instant) -> CallRecord {
        let last = attempts.last?.report
        return CallRecord(
            id: request.id, origin: request.policy.origin, task: request.task, requested: request.model,
            model: last?.model, endpoint: last?.endpoint, simulated: last?.simulated ?? simulated, outcome: outcome,
            attempts: attempts, answer: answer.answer, decision: decision, openedAt: openedAt, endedAt: now,
            startedAt: startedAt, error: error, stoppedBy: budget)
    }
}
