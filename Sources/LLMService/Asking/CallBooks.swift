import LLMCore

/// What is known of one call while it goes on, and the record it ends as.
struct CallBooks: Sendable {
    let request: AskRequest
    let openedAt: ContinuousClock.Instant
    let startedAt: Int64
    let simulated: Bool
    var decision: DecisionRecord
    var attempts: [AttemptRecord] = []
    /// More than one only while two race for the first token.
    var open: [OpenAttempt] = []
    var answer = AnswerBuilder()
    /// Whose broken answer this is, when it is not the last attempt's.
    var broken: AttemptReport?
    /// The attempt that the call stands for.
    var decisive: AttemptReport? { broken ?? attempts.last?.report }
    /// Settled costs, and worst cases where nothing better is known: what a budget must count.
    private(set) var committed = USD.zero
    var budget: BudgetExhausted?
    /// What kept the call from going on, beside the attempts' own failures.
    var trouble: String?
    /// The record was handed over: nothing is left to write down.
    var isClosed = false

    /// Second attempts that have ended: what they cost, and the most they could.
    private(set) var hedges: [(cost: USD?, worst: USD)] = []
    /// The number of the next attempt.
    var nextNumber: Int { attempts.count + open.count + 1 }
    /// What all attempts that are still open may cost.
    private var atRisk: USD { open.reduce(.zero) { $0 + ($1.intent.worstCase ?? .zero) } }

    /// Notes the report of an open attempt.
    mutating func settle(_ report: AttemptReport, of attempt: OpenAttempt, cost: CostReading) {
        open.removeAll { $0.intent.attempt == attempt.intent.attempt }
        committed += cost.settled ?? attempt.intent.worstCase ?? .zero
        attempts.append(AttemptRecord(report: report, cost: cost, worstCase: attempt.intent.worstCase))
        if attempt.isHedge { hedges.append((cost.settled, attempt.intent.worstCase ?? .zero)) }
    }

    /// Notes that an attempt was let go of, whose cost nobody will ever report.
    ///
    /// - Parameter reason: Why, after "cancelled: ".
    /// - Returns: What was written down.
    @discardableResult
    mutating func settleCancelled(
        _ attempt: OpenAttempt, because reason: String, now: ContinuousClock.Instant
    ) -> AttemptRecord {
        let report = report(of: attempt, .cancelled, now: now)
        let free = attempt.intent.worstCase == .zero
        let cost = CostReading(computed: free ? .zero : nil, unknownBecause: free ? nil : reason)
        settle(report, of: attempt, cost: cost)
        return AttemptRecord(report: report, cost: cost, worstCase: attempt.intent.worstCase)
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

    /// Why an attempt may not be sent under the question's own limit; `nil` when it may. Remembers the cheapest that was refused.
    mutating func overspending(_ intent: AttemptIntent) -> String? {
        guard let limit = request.policy.maxCost else { return nil }
        guard let worst = intent.worstCase else {
            budget =
                budget ?? BudgetExhausted(limit: limit, spent: committed + atRisk, needed: nil, model: intent.model)
            return "its price is unknown, so no budget can hold it"
        }
        guard committed + atRisk + worst > limit else { return nil }
        let spent = committed + atRisk
        if let cheapest = budget?.needed, cheapest <= worst {
            budget?.spent = spent
        } else {
            budget = BudgetExhausted(limit: limit, spent: spent, needed: worst, model: intent.model)
        }
        return "it may cost \(worst) USD, over the limit of \(limit) USD"
    }

    /// The report of an attempt that gave none.
    func report(
        of attempt: OpenAttempt, _ outcome: AttemptClass, now: ContinuousClock.Instant
    ) -> AttemptReport {
        AttemptReport(
            id: attempt.intent.attempt, model: attempt.intent.model, endpoint: attempt.intent.endpoint,
            simulated: attempt.intent.simulated, key: attempt.intent.key,
            timings: AttemptTimings(sentAt: attempt.sentAt, end: now - attempt.sentAt), outcome: outcome,
            answerCharacters: answer.textCharacters, thinkingCharacters: answer.thinkingCharacters)
    }

    /// The record of a call that came to its end.
    func finished(_ outcome: AttemptClass, now: ContinuousClock.Instant) -> CallRecord {
        var final = self
        // A limit that only kept a dearer candidate out did not end a call that was answered.
        if outcome == .ok { final.budget = nil }
        return final.record(outcome: outcome, error: CallNarrative.text(final, outcome: outcome), now: now)
    }

    func record(outcome: AttemptClass, error: String?, now: ContinuousClock.Instant) -> CallRecord {
        let last = decisive
        return CallRecord(
            id: request.id, origin: request.policy.origin, task: request.task, requested: request.model,
            model: last?.model, endpoint: last?.endpoint, simulated: last?.simulated ?? simulated, outcome: outcome,
            attempts: attempts, answer: answer.answer, decision: decision, openedAt: openedAt, endedAt: now,
            startedAt: startedAt, error: error, stoppedBy: budget)
    }
}
