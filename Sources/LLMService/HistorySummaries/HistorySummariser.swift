public import LLMCore

/// The stage of the ask pipeline that puts a summary in place of a long conversation's older turns; off unless a request's policy asks
/// for it.
///
/// The summary is a request of its own to the cheapest model that the selection table certifies for `simple_generation`: recorded, cached
/// and shared like any other, so that the same history is summarised once. Request and summary share one deadline and one budget.
/// Whenever there is no summary to be had the request goes as it came, and its decision says why. A client's own bytes are never touched.
public struct HistorySummariser: AskPipelineStage {
    let service: LLMService
    let upstream: any AskPipelineStage
    let makeID: @Sendable () -> CallID

    /// - Parameters:
    ///   - upstream: The service, or it behind its cache.
    ///   - makeID: Names the calls that make summaries.
    public init(
        _ service: LLMService, upstream: any AskPipelineStage,
        makeID: @escaping @Sendable () -> CallID = { CallID(rawValue: Identifier.make()) }
    ) {
        self.service = service
        self.upstream = upstream
        self.makeID = makeID
    }

    public func ask(_ context: AskContext) -> AnswerStream {
        let request = context.request
        guard let policy = request.policy.history, request.recorder == nil, request.chat.original == nil else {
            return upstream.ask(context)
        }
        return AnswerStream { [self] in
            let session = HistorySession(stage: self, context: context, policy: policy)
            return { try await session.next() }
        }
    }

    // MARK: Summarising

    /// Of the request's time, the most that its summary may take.
    private static let shareOfTime = 3

    /// A model that summarises, with what it is sent and may cost.
    private struct Offer {
        var model: ModelID
        var chat: ChatRequest
        /// `nil` without a budget.
        var worstCase: USD?
    }

    /// The request with a summary in place of its older turns, or as it came; either with what to record of it.
    fileprivate func summarised(_ original: AskContext, _ policy: HistoryPolicy) async throws -> AskContext {
        var context = original
        let opened = service.time.now()
        context.begin(at: opened)
        guard let history = HistoryPlan(context.chat.messages, policy) else { return context }
        let plan = try await service.plan(context)
        context.plan = plan
        let offer: Offer
        switch try await self.offer(for: context, history, policy, plan.candidates.first) {
        case .success(let found): offer = found
        case .failure(let obstacle): return context.unsummarised(history, because: obstacle.reason)
        }
        let started = service.time.now()
        guard let record = try await summarise(context, offer) else { throw CancellationError() }
        let took = service.time.now() - started
        if let limit = context.maxCost { context.maxCost = limit - (record.cost ?? offer.worstCase ?? .zero) }
        let summary = record.answer.text
        guard record.outcome == .ok, !summary.isEmpty else {
            let why = "\(offer.model) gave no summary (\(record.outcome.rawValue))"
            return context.unsummarised(history, because: why, summary: record, took: took)
        }
        let messages = history.messages(with: summary)
        guard HistoryPlan.tokens(messages) < history.tokensBefore else {
            return context.unsummarised(
                history, because: "the summary is longer than they are", summary: record, took: took)
        }
        context.chat.messages = messages
        let saves = plan.candidates.first.flatMap { candidate in
            service.expectedCost(
                of: candidate.model, prompt: history.tokensBefore - HistoryPlan.tokens(messages), output: 0)
        }
        context.history = HistorySummarisation(history, messages, record, by: offer.model, saves: saves, took: took)
        return context
    }

    private struct Obstacle: Error { var reason: String }

    /// A model that may summarise, within the budget; a budget must hold the request as it came all the same, in case that there is
    /// no summary.
    private func offer(
        for context: AskContext, _ history: HistoryPlan, _ policy: HistoryPolicy, _ first: Candidate?
    ) async throws -> Result<Offer, Obstacle> {
        guard let (model, parameters) = try await service.summariser(for: context.request) else {
            let local = context.request.isLocalOnly ? "local " : ""
            return .failure(Obstacle(reason: "no \(local)model is certified for simple_generation"))
        }
        var chat = ChatRequest(messages: HistoryPrompt.messages(history.older, limit: policy.summary))
        chat.parameters = GenerationParameters(maxOutputTokens: policy.summary).filled(from: parameters)
        var offer = Offer(model: model, chat: chat)
        if let limit = context.maxCost {
            guard let first, let worst = service.worstCase(of: model, chat),
                let whole = service.worstCase(of: first.model, service.chat(for: first, context)),
                worst + whole <= limit
            else { return .failure(Obstacle(reason: "the budget may not cover a summary beside the request")) }
            offer.worstCase = worst
        }
        guard let loss = await loss(by: offer, for: context, history, policy, first) else { return .success(offer) }
        return .failure(loss)
    }

    /// The reason for which a summary costs more than it saves for this request and its likely successors; `nil` when
    /// it does not, and when that is unknown.
    ///
    /// One that is in the cache costs nothing, and a conversation that does not fit the model must be shortened whatever that costs.
    private func loss(
        by offer: Offer, for context: AskContext, _ history: HistoryPlan, _ policy: HistoryPolicy, _ first: Candidate?
    ) async -> Obstacle? {
        let output = context.chat.parameters.maxOutputTokens ?? 0
        if let window = first?.contextWindow, history.tokensBefore + output > window { return nil }
        let after = HistoryPlan.tokens(history.messages(with: "")) + policy.summary
        let prompt = HistoryPlan.tokens(offer.chat.messages)
        let cost = service.expectedCost(of: offer.model, prompt: prompt, output: policy.summary)
        let further = history.furtherRequests(policy, after: after)
        let spared = max(history.tokensBefore - after, 0) * (1 + further)
        let saves = first.flatMap { service.expectedCost(of: $0.model, prompt: spared, output: 0) }
        guard let cost, let saves, cost > saves else { return nil }
        if await upstream.holds(request(for: context, offer)) { return nil }
        let more = further == 0 ? "" : " and about \(further) more"
        return Obstacle(
            reason: "a summary would cost about \(cost) USD and save about \(saves) USD of this request\(more)")
    }

    private func request(for context: AskContext, _ offer: Offer) -> AskRequest {
        let request = context.request
        var limits = request.policy.limits
        limits.total = limits.total / HistorySummariser.shareOfTime
        var summary = AskRequest(
            id: makeID(), model: .model(offer.model), chat: offer.chat, task: .simpleGeneration,
            useCache: true,
            policy: AskPolicy(
                fallback: false, retries: 0, limits: limits, maxCost: offer.worstCase,
                constraints: request.isLocalOnly ? SelectionConstraints(localOnly: true) : nil, delivery: .atEnd),
            tenant: request.tenant)
        summary.policy.permitted = request.policy.permitted
        summary.attribution = request.attribution
        return summary
    }

    private func summarise(_ context: AskContext, _ offer: Offer) async throws -> CallRecord? {
        var summary = AskContext(request(for: context, offer))
        summary.history = HistorySummarisation(
            message: "summarises the older turns of \(context.request.id)", summaryFor: context.request.id)
        for try await event in upstream.ask(summary) {
            if case .ended(let record) = event { return record }
        }
        return nil
    }
}

/// One caller's request: first its summary, then the answer.
private actor HistorySession {
    private let stage: HistorySummariser
    private let context: AskContext
    private let policy: HistoryPolicy
    private var passing: AnswerStream.AsyncIterator?

    init(stage: HistorySummariser, context: AskContext, policy: HistoryPolicy) {
        self.stage = stage
        self.context = context
        self.policy = policy
    }

    func next() async throws -> AnswerEvent? {
        var iterator: AnswerStream.AsyncIterator
        if let passing {
            iterator = passing
        } else {
            iterator = stage.upstream.ask(try await stage.summarised(context, policy)).makeAsyncIterator()
        }
        let event = try await iterator.next(isolation: self)
        passing = iterator
        return event
    }
}

extension LLMService {
    /// This service with the older turns of long conversations summarised, where a request's policy asks for it.
    public func summarisingHistory(over upstream: any AskPipelineStage) -> HistorySummariser {
        HistorySummariser(self, upstream: upstream)
    }

    /// The cheapest model certified for `simple_generation`, with the parameters it was certified under; a local one where nothing may
    /// leave. `nil` without one.
    fileprivate func summariser(for request: AskRequest) async throws -> (ModelID, GenerationParameters)? {
        let task = TaskType.simpleGeneration
        guard let table = try await evidence(for: task, simulated: configuration.simulated) else { return nil }
        var constraints = table.defaults
        constraints.localOnly = request.isLocalOnly
        let planner = CandidatePlanner(configuration: configuration, prices: prices)
        let plan = planner.plan(
            .init(model: .auto, task: task, constraints: constraints, permitted: request.policy.permitted), table: table
        )
        // Where nothing may leave, the only local model there is has nothing to be compared with.
        guard let choice = plan.choice, let row = choice.row,
            choice.verdict == .certified || choice.verdict == .measured && request.isLocalOnly,
            plan.candidates.first?.model == row.arm.model
        else { return nil }
        return (row.arm.model, row.arm.parameters)
    }

    /// The expected cost of a call of that size by its list price; `nil` unknown.
    fileprivate func expectedCost(of model: ModelID, prompt: Int, output: Int) -> USD? {
        guard let price = prices.price(of: model) else { return nil }
        if price.free { return .zero }
        let usage = UsageReading(raw: .null, tokens: TokenUsage(promptTokens: prompt, outputTokens: output))
        return prices.quote(model: model, usage: usage, at: time.wallMicroseconds(), context: [:]).usd
    }
}

extension AskRequest {
    /// Written into a profile, or asked for with the request: nothing is sent to another machine.
    fileprivate var isLocalOnly: Bool {
        profile?.localOnly == true || profile?.constraints.localOnly == true || policy.constraints?.localOnly == true
    }
}

extension AskContext {
    fileprivate func unsummarised(
        _ plan: HistoryPlan, because reason: String, summary: CallRecord? = nil, took: Duration? = nil
    ) -> AskContext {
        var context = self
        context.history = HistorySummarisation(
            message: "\(plan.turns) older turns were not summarised: \(reason)", summary: summary?.id,
            model: summary?.model, tokensBefore: plan.tokensBefore, cost: summary.flatMap(\.cost), took: took)
        return context
    }
}

extension HistorySummarisation {
    fileprivate init(
        _ plan: HistoryPlan, _ messages: [Message], _ record: CallRecord, by model: ModelID, saves: USD?,
        took: Duration
    ) {
        let (before, after) = (plan.tokensBefore, HistoryPlan.tokens(messages))
        let cost = record.cost.map { "\($0) USD" } ?? "an unknown sum"
        let saved = saves.map { "\($0) USD" } ?? "an unknown sum"
        let kept = record.decision.cache?.kind == .hit ? ", which was in the cache" : ""
        self.init(
            message:
                "\(plan.turns) older turns became a summary by \(model)\(kept): about \(before) tokens "
                + "became \(after), which cost \(cost) and saves \(saved) of this request",
            summary: record.id, model: model, turns: plan.turns, tokensBefore: before,
            tokensAfter: after, cost: record.cost, saves: saves, took: took)
    }
}
