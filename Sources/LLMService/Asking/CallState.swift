import LLMCore

/// The state of one call: a pure state machine over its attempts, from the plan to the record it ends as.
///
/// ``AskSession`` performs what it asks for, and reports back what came of it.
struct CallState: Sendable {
    /// A wait before a candidate may be asked, and its reason.
    struct Deferral: Sendable, Hashable {
        var reason: String
        var wait: Duration
        /// Broken rather than busy, so that it is unknown whether waiting helps.
        var isOutage = false

        var summary: String { "\(reason) for another \(Int((wait.milliseconds / 1_000).rounded(.up))) s" }
    }

    @Boxed private(set) var context: AskContext
    let origin: CallOrigin
    let openedAt: ContinuousClock.Instant
    let startedAt: Int64
    let simulated: Bool
    private(set) var candidates: [Candidate] = []
    private(set) var schedule: AttemptSchedule
    private(set) var decision: DecisionRecord
    private(set) var attempts: [AttemptRecord] = []
    /// More than one only while two race for the first token.
    private(set) var open: [OpenAttempt] = []
    var response: ResponseBuffer
    /// Settled costs, and worst cases where nothing better is known: what a budget must count.
    private var committed = USD.zero
    private(set) var budget: BudgetExhausted?
    /// The reason for which the call could not continue, beside the attempts' own failures.
    private(set) var trouble: String?
    /// Second attempts that have ended: what they cost, and the most they could.
    private(set) var hedges: [(cost: USD?, worst: USD)] = []
    /// The attempt whose partial response is the answer, when it is not the last.
    private var broken: AttemptReport?
    private var deferrals: [Int: Deferral] = [:]
    /// The earlier refusal for which the first candidate was not asked.
    private var refusal: AttemptClass?
    /// The wait that was announced last.
    private var announced: ContinuousClock.Instant?
    /// The record was handed over: nothing is left to write down.
    private(set) var isClosed = false

    init(
        _ context: AskContext, origin: CallOrigin, simulated: Bool, commit: ResponseBuffer.Commit = .firstToken,
        decision: DecisionRecord = DecisionRecord(reason: ""), now: ContinuousClock.Instant, startedAt: Int64
    ) {
        self.context = context
        self.origin = origin
        self.simulated = simulated
        self.decision = decision
        self.startedAt = startedAt
        openedAt = now
        response = ResponseBuffer(commit, delivery: context.request.policy.delivery)
        schedule = AttemptSchedule(candidates: [], retries: 0, deadline: now, backoff: Backoff())
    }

    /// Takes in the plan: the candidates and the order of their attempts.
    mutating func begin(
        _ plan: CandidatePlan, _ promptCache: PromptCacheUse? = nil, deadline: ContinuousClock.Instant, backoff: Backoff
    ) {
        candidates = plan.candidates
        decision = plan.decision
        decision.history = context.history
        decision.cache = context.cacheUse
        decision.promptCache = promptCache
        schedule = AttemptSchedule(
            candidates: candidates, retries: context.request.policy.retries, deadline: deadline, backoff: backoff)
    }

    // MARK: Before an attempt

    /// The number of the next attempt.
    var nextNumber: Int { attempts.count + open.count + 1 }
    /// The attempt that the call stands for.
    var decisive: AttemptReport? { broken ?? attempts.last?.report }
    var lastOutcome: AttemptClass? { decisive?.outcome }
    /// The end of a call for which no candidate is left to ask: an account that is still empty answers as it did.
    var outcomeWithoutAnswer: AttemptClass {
        lastOutcome ?? (refusal == .quotaExhausted && deferrals.isEmpty ? .quotaExhausted : .cancelled)
    }
    /// The wait that is longer than the request's time, when nothing was asked.
    var hopelessWait: ContinuousClock.Instant? {
        guard attempts.isEmpty, let index = schedule.awaited, let deferral = deferrals[index], !deferral.isOutage else {
            return nil
        }
        return schedule.readyAt(index)
    }
    /// Settled costs, and all that open attempts may cost.
    private var spent: USD { open.reduce(committed) { $0 + ($1.intent.worstCase ?? .zero) } }

    /// The reason for which an attempt would exceed the request's own limit; `nil` when it fits.
    func overspending(_ intent: AttemptIntent) -> BudgetExhausted? {
        guard let limit = context.maxCost else { return nil }
        let fits = intent.worstCase.map { spent + $0 <= limit } ?? false
        return fits
            ? nil : BudgetExhausted(limit: limit, spent: spent, needed: intent.worstCase, model: intent.model)
    }

    /// The wait until an instant, the first time it is met.
    mutating func announce(_ until: ContinuousClock.Instant, now: ContinuousClock.Instant) -> AskWait? {
        guard until != announced, let index = schedule.awaited else { return nil }
        announced = until
        let model = candidates[index].model
        let last = attempts.last { $0.report.model == model }?.report.outcome
        let reason =
            deferrals[index]?.reason ?? "\(model) is tried again" + (last.map { " after \($0.rawValue)" } ?? "")
        return AskWait(model: model, cause: .turn, reason: reason, expected: until - now)
    }

    /// Takes in what became of a candidate that was to be sent.
    mutating func apply(_ result: Launch.Result, to index: Int, now: ContinuousClock.Instant) {
        let model = candidates[index].model
        switch result {
        case .sent(let running): open.append(running.attempt)
        case .outOfTime, .notReserved, .mustLoad: break
        case .deferred(let deferral):
            if deferrals[index] == nil {
                record(
                    "put off by \(Int(deferral.wait.milliseconds.rounded(.up))) ms: \(deferral.reason)", model, now: now
                )
            }
            deferrals[index] = deferral
            // Learnt health exists to fail fast: nobody waits long for what is broken.
            let isHopeless = deferral.isOutage && deferral.wait > CallState.longestOutage
            schedule.delay(index, until: now + deferral.wait, isHopeless: isHopeless)
            return
        case .refused(let reason, let cause):
            refusal = refusal ?? cause
            skip(model, because: reason)
            record("not sent: \(reason)", model, now: now)
            schedule.drop(index)
            return
        case .skipped(let reason):
            if let reason { skip(model, because: reason) }
            schedule.drop(index)
        case .overBudget(let exhausted):
            skip(model, because: exhausted.skipReason)
            keepCheapest(exhausted)
            schedule.drop(index)
        }
        deferrals[index] = nil
    }

    /// An open breaker is waited for so long at most, when no alternative is left.
    private static let longestOutage = Duration.seconds(10)

    /// Of all attempts that the budget refused, the cheapest says what was needed.
    private mutating func keepCheapest(_ exhausted: BudgetExhausted) {
        guard let known = budget else {
            budget = exhausted
            return
        }
        guard let needed = exhausted.needed else { return }
        if let cheapest = known.needed, cheapest <= needed {
            budget?.spent = exhausted.spent
        } else {
            budget = exhausted
        }
    }

    /// A reservation failed, which ends the call.
    mutating func fail(_ error: any Error) {
        if let exhausted = error as? BudgetExhausted {
            budget = exhausted
        } else {
            trouble = "the attempt could not be written down before it was sent: \(error)"
        }
    }

    mutating func fail(because trouble: String) { self.trouble = trouble }

    // MARK: After an attempt

    /// Takes in the permit that an open attempt goes on with.
    mutating func renew(_ permit: Permit) {
        guard let index = open.firstIndex(where: { $0.intent.attempt == permit.attempt }) else { return }
        open[index].grant.permit = permit
    }

    /// Closes an open attempt with its report.
    mutating func settle(_ report: AttemptReport, of attempt: OpenAttempt, cost: CostReading) {
        open.removeAll { $0.intent.attempt == attempt.intent.attempt }
        broken = nil
        committed += cost.settled ?? attempt.intent.worstCase ?? .zero
        attempts.append(AttemptRecord(report: report, cost: cost, worstCase: attempt.intent.worstCase))
        if attempt.isHedge { hedges.append((cost.settled, attempt.intent.worstCase ?? .zero)) }
    }

    /// Closes an attempt that was cancelled, whose cost will never be reported.
    ///
    /// - Parameter reason: Of the unknown cost.
    /// - Returns: Its record.
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

    /// Decides what follows a settled attempt.
    ///
    /// - Parameters:
    ///   - keys: How many keys may be rotated through.
    ///   - lowerEffort: A reasoning effort below that of the attempt; `nil` where it may not be lowered.
    ///   - jitter: Uniform in 0 to 1.
    /// - Returns: How the call ends; `nil` when another attempt may follow.
    mutating func conclude(
        _ report: AttemptReport, of index: Int, keys: Int, lowerEffort: String? = nil,
        now: ContinuousClock.Instant, jitter: Double
    ) -> AttemptClass? {
        guard report.outcome != .ok, !response.isCommitted(to: report), !isEmptyInOwnWords(report) else {
            response.commit()
            return report.outcome
        }
        response.discard(report)
        let effort = schedule.effort(of: index)
        if effort != nil, report.outcome == .badRequest {
            // The model takes no such effort: the call stands for what it had answered before.
            broken = attempts.last { $0.report.model == report.model && $0.report.isSpentOnReasoning }?.report
            schedule.drop(index)
            return nil
        }
        schedule.failed(index, report: report, keys: keys, lowerEffort: lowerEffort, now: now, jitter: jitter)
        if effort == nil, let effort = schedule.effort(of: index) {
            record(
                "asked again with reasoning effort \(effort): no tokens were left for an answer", report.model, now: now
            )
        }
        return nil
    }

    /// An answer with nothing in it that its provider ended so, and whose bytes the caller reads: its own to judge, and paid for.
    private func isEmptyInOwnWords(_ report: AttemptReport) -> Bool {
        guard report.outcome == .emptyOutput, report.finish != nil, let dialect = response.ownDialect else {
            return false
        }
        return context.chat.original?.dialect == dialect
    }

    /// The report of an attempt that gave none.
    func report(of attempt: OpenAttempt, _ outcome: AttemptClass, now: ContinuousClock.Instant) -> AttemptReport {
        AttemptReport(
            id: attempt.intent.attempt, model: attempt.intent.model, endpoint: attempt.intent.endpoint,
            simulated: attempt.intent.simulated, key: attempt.intent.key,
            timings: AttemptTimings(sentAt: attempt.sentAt, end: now - attempt.sentAt), outcome: outcome,
            answerCharacters: response.answer.textCharacters,
            thinkingCharacters: response.answer.thinkingCharacters)
    }

    // MARK: What is recorded

    /// Records a candidate that could not be sent.
    private mutating func skip(_ model: ModelID, because reason: String) {
        if let index = decision.candidates.firstIndex(where: { $0.model == model }) {
            decision.candidates[index].why += "; \(reason)"
            decision.candidates[index].skipped = true
        }
    }

    /// Records a step of the decision.
    mutating func record(_ what: String, _ model: ModelID?, now: ContinuousClock.Instant) {
        decision.steps.append(.init(after: openedAt.duration(to: now), model: model, what: what))
    }

    /// Records what the providers' prompt caches saved in an attempt; `nil` unknown.
    mutating func recordCache(_ saved: USD?) {
        guard saved != .zero else { return }
        var use = decision.promptCache ?? PromptCacheUse()
        use.saved = use.saved.flatMap { known in saved.map { known + $0 } }
        decision.promptCache = use
    }

    /// Records that the answer came from elsewhere than where its prompt was warm.
    mutating func recordSwitch(_ change: PromptCacheUse.Switch?) { decision.promptCache?.change = change }

    /// Makes the longest partial response, or a wordless whole one, the answer of a call that failed.
    ///
    /// - Returns: The outcome of its attempt; `nil` when there is none.
    mutating func commitPartial() -> AttemptClass? {
        guard let report = response.commitPartial(insteadOf: decisive) else { return nil }
        broken = report
        return report.outcome
    }

    /// The record of a call that came to its end.
    mutating func finish(_ outcome: AttemptClass, now: ContinuousClock.Instant) -> CallRecord {
        if outcome == .ok {
            // A limit that only kept a dearer candidate out did not end a call that was answered.
            budget = nil
        } else {
            for (index, deferral) in deferrals.sorted(by: { $0.key < $1.key }) {
                skip(candidates[index].model, because: deferral.summary)
            }
        }
        return callRecord(outcome, error: CallFailureText.text(self, outcome: outcome), now: now)
    }

    func callRecord(_ outcome: AttemptClass, error: String?, now: ContinuousClock.Instant) -> CallRecord {
        let request = context.request
        let last = decisive
        var record = CallRecord(
            id: request.id, origin: origin, task: request.task, requested: request.model,
            model: last?.model, endpoint: last?.endpoint, simulated: last?.simulated ?? simulated, outcome: outcome,
            attempts: attempts, answer: response.answer.answer.written(by: last?.model), decision: decision,
            openedAt: openedAt, endedAt: now,
            startedAt: startedAt, error: error, stoppedBy: budget)
        record.attribution = request.attribution
        return record
    }

    mutating func close() { isClosed = true }
}

extension MissingBound? {
    fileprivate var what: String {
        switch self {
        case .outputLimit: "nothing limits its answer"
        case .range: "it may cost more than can be counted"
        case .price(let part?): "its price for \(part) is unknown"
        case .price(nil), nil: "its price is unknown"
        }
    }
}

extension BudgetExhausted {
    fileprivate var skipReason: String {
        guard let needed else { return "\(missing.what), so no budget can hold it" }
        return "it may cost \(needed) USD, over the limit of \(limit) USD"
    }
}
