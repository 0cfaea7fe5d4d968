import LLMCore

extension ConsolidatingAsker {
    /// Of the question's time, the most that its summary may take.
    private static let shareOfTime = 3

    /// A summarising model with its worst-case cost.
    private struct Offer {
        var summariser: Summariser
        var chat: ChatRequest
        /// `nil` where no budget asks.
        var worstCase: USD?
    }

    /// The question with a summary in place of its older turns, or as it came; either with what to write down of it.
    func shortened(_ request: AskRequest, _ policy: HistoryPolicy) async throws -> AskRequest {
        guard let plan = HistoryPlan(request.chat.messages, policy) else { return request }
        let offer: Offer
        switch try await self.offer(for: request, plan, policy) {
        case .success(let found): offer = found
        case .failure(let obstacle): return request.unshortened(plan, because: obstacle.words)
        }
        let opened = service.time.now()
        guard let record = try await summarise(request, offer) else { throw CancellationError() }
        let took = service.time.now() - opened
        var rest = request
        rest.policy.limits.total = max(request.policy.limits.total - took, .zero)
        if let limit = rest.policy.maxCost { rest.policy.maxCost = limit - (record.cost ?? offer.worstCase ?? .zero) }
        let summary = record.answer.text
        guard record.outcome == .ok, !summary.isEmpty else {
            let why = "\(offer.summariser.model) gave no summary (\(record.outcome.rawValue))"
            return rest.unshortened(plan, because: why, summary: record, took: took)
        }
        let messages = plan.messages(with: summary)
        guard HistoryPlan.tokens(messages) < plan.tokensBefore else {
            return rest.unshortened(plan, because: "the summary is longer than they are", summary: record, took: took)
        }
        rest.chat.messages = messages
        rest.consolidation = try await consolidation(of: request, plan, messages, record, offer, took)
        return rest
    }

    private struct Obstacle: Error { var words: String }

    /// Somebody who may summarise, within the budget; a budget must hold the question as it came all the same, in case that there is
    /// no summary.
    private func offer(for request: AskRequest, _ plan: HistoryPlan, _ policy: HistoryPolicy) async throws
        -> Result<Offer, Obstacle>
    {
        guard let summariser = try await service.summariser(for: request) else {
            let local = request.isLocalOnly ? "local " : ""
            return .failure(Obstacle(words: "no \(local)model is certified for simple_generation"))
        }
        var chat = ChatRequest(messages: HistoryPrompt.messages(plan.older, limit: policy.summary))
        chat.parameters = GenerationParameters(maxOutputTokens: policy.summary).filled(from: summariser.parameters)
        let first = try await service.plan(request).plan.candidates.first
        var offer = Offer(summariser: summariser, chat: chat)
        if let limit = request.policy.maxCost {
            guard let first, let worst = service.worstCase(of: summariser.model, chat),
                let whole = service.worstCase(of: first.model, service.chat(for: first, request)),
                worst + whole <= limit
            else { return .failure(Obstacle(words: "the budget may not cover a summary beside the request")) }
            offer.worstCase = worst
        }
        guard let loss = await loss(by: offer, for: request, plan, policy, first) else { return .success(offer) }
        return .failure(loss)
    }

    /// The reason for which a summary costs more than it saves for this request and its likely successors; `nil` when
    /// it does not, and when that is unknown.
    ///
    /// One that is in the cache costs nothing, and a conversation that does not fit the model must be shortened whatever that costs.
    private func loss(
        by offer: Offer, for request: AskRequest, _ plan: HistoryPlan, _ policy: HistoryPolicy, _ first: Candidate?
    ) async -> Obstacle? {
        let output = request.chat.parameters.maxOutputTokens ?? 0
        if let window = first?.contextWindow, plan.tokensBefore + output > window { return nil }
        let after = HistoryPlan.tokens(plan.messages(with: "")) + policy.summary
        let prompt = HistoryPlan.tokens(offer.chat.messages)
        let cost = service.expectedCost(of: offer.summariser.model, prompt: prompt, output: policy.summary)
        let further = plan.furtherQuestions(policy, after: after)
        let spared = max(plan.tokensBefore - after, 0) * (1 + further)
        let saves = first.flatMap { service.expectedCost(of: $0.model, prompt: spared, output: 0) }
        guard let cost, let saves, cost > saves else { return nil }
        if let memory = upstream as? any AnswerMemory, await memory.holds(question(for: request, offer)) { return nil }
        let questions = further == 0 ? "" : " and about \(further) more"
        return Obstacle(
            words: "a summary would cost about \(cost) USD and save about \(saves) USD of this request\(questions)")
    }

    private func question(for request: AskRequest, _ offer: Offer) -> AskRequest {
        var limits = request.policy.limits
        limits.total = limits.total / ConsolidatingAsker.shareOfTime
        var question = AskRequest(
            id: makeID(), model: .model(offer.summariser.model), chat: offer.chat, task: .simpleGeneration,
            useCache: true,
            policy: AskPolicy(
                fallback: false, retries: 0, limits: limits, maxCost: offer.worstCase,
                constraints: request.isLocalOnly ? SelectionConstraints(localOnly: true) : nil, delivery: .atEnd),
            tenant: request.tenant)
        question.consolidation = Consolidation(
            words: "summarises the older turns of \(request.id)", summaryFor: request.id)
        return question
    }

    private func summarise(_ request: AskRequest, _ offer: Offer) async throws -> CallRecord? {
        for try await event in upstream.ask(question(for: request, offer)) {
            if case .ended(let record) = event { return record }
        }
        return nil
    }

    private func consolidation(
        of request: AskRequest, _ plan: HistoryPlan, _ messages: [Message], _ record: CallRecord, _ offer: Offer,
        _ took: Duration
    ) async throws -> Consolidation {
        let (before, after) = (plan.tokensBefore, HistoryPlan.tokens(messages))
        let saves = try await service.worth(of: before - after, in: request)
        let cost = record.cost.map { "\($0) USD" } ?? "an unknown sum"
        let saved = saves.map { "\($0) USD" } ?? "an unknown sum"
        let kept = record.decision.cache?.kind == .hit ? ", which was in the cache" : ""
        return Consolidation(
            words:
                "\(plan.turns) older turns became a summary by \(offer.summariser.model)\(kept): about \(before) tokens "
                + "became \(after), which cost \(cost) and saves \(saved) of this request",
            summary: record.id, model: offer.summariser.model, turns: plan.turns, tokensBefore: before,
            tokensAfter: after, cost: record.cost, saves: saves, took: took)
    }
}

extension AskRequest {
    /// Written into a profile, or asked for with the question: nothing leaves for another machine.
    fileprivate var isLocalOnly: Bool {
        profile?.localOnly == true || profile?.constraints.localOnly == true || policy.constraints?.localOnly == true
    }

    fileprivate func unshortened(
        _ plan: HistoryPlan, because reason: String, summary: CallRecord? = nil, took: Duration? = nil
    ) -> AskRequest {
        var request = self
        request.consolidation = Consolidation(
            words: "\(plan.turns) older turns were not summarised: \(reason)", summary: summary?.id,
            model: summary?.model, tokensBefore: plan.tokensBefore, cost: summary.flatMap(\.cost), took: took)
        return request
    }
}
