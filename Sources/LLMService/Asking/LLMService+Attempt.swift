import LLMCore

extension LLMService {
    /// The request as one candidate gets it: the caller's parameters, then those the evidence was made with, then the profile's.
    func chat(for candidate: Candidate, _ context: AskContext) -> ChatRequest {
        var chat = context.chat
        if let arm = candidate.row?.arm { chat.parameters = chat.parameters.filled(from: arm.parameters) }
        if let profile = context.request.profile { chat.parameters = chat.parameters.filled(from: profile.parameters) }
        return chat
    }

    /// An attempt about to be sent, with the most it can cost.
    func intent(
        for candidate: Candidate, _ target: ProviderTarget, _ chat: ChatRequest, key: KeyFingerprint?,
        _ state: CallState
    ) -> AttemptIntent {
        let request = state.context.request
        var intent = AttemptIntent(
            attempt: AttemptID(call: request.id, number: state.nextNumber), call: request.id,
            model: candidate.model, endpoint: target.client.endpoint, simulated: target.client.simulated,
            key: key, worstCase: worstCase(of: candidate.model, chat), origin: state.origin,
            task: request.task, requested: request.model, lease: request.policy.limits.total)
        intent.attribution = request.attribution
        return intent
    }

    func worstCase(of model: ModelID, _ chat: ChatRequest) -> USD? {
        prices.worstCase(for: chat, to: model, at: time.wallMicroseconds())
    }

    /// The part that is missing for a bound of an attempt's cost; `nil` when there is a bound.
    func missingBound(of model: ModelID, _ chat: ChatRequest) -> MissingBound? {
        prices.missingBound(for: chat, to: model, at: time.wallMicroseconds())
    }

    /// The target of a candidate's calls.
    func target(of candidate: Candidate) -> LoadTracker.Target {
        let endpoint = configuration.targets[candidate.model.provider]?.client.endpoint ?? ""
        return LoadTracker.Target(model: candidate.model, endpoint: endpoint)
    }

    /// A process that has just begun takes equals for as quick as they were for others.
    func learnLoads(of candidates: [Candidate]) async {
        guard let loads = strategies.loads else { return }
        let figures = ModelFigures(configuration: configuration, history: history)
        for candidate in candidates where candidate.place != nil {
            let target = target(of: candidate)
            guard !loads.knows(target), let figures = await figures(candidate.model) else { continue }
            loads.learn(target, figures, at: time.now())
        }
    }

    /// The number of keys that attempts of a model may rotate over: without an admission they all take the first.
    func keyCount(of model: ModelID) -> Int {
        guard strategies.admission != nil else { return 1 }
        return configuration.targets[model.provider]?.keys.count ?? 1
    }
}
