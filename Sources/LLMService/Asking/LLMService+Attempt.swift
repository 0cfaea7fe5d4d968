import LLMCore
import Logging

extension LLMService {
    /// The request as one candidate gets it: the caller's parameters, then those the evidence was made with, then the profile's.
    func chat(for candidate: Candidate, _ request: AskRequest) -> ChatRequest {
        var chat = request.chat
        if let arm = candidate.row?.arm { chat.parameters = chat.parameters.filled(from: arm.parameters) }
        if let profile = request.profile { chat.parameters = chat.parameters.filled(from: profile.parameters) }
        return chat
    }

    /// An attempt about to be sent, with the most it can cost.
    func intent(
        for candidate: Candidate, _ target: ProviderTarget, _ chat: ChatRequest, key: KeyFingerprint?,
        _ books: CallBooks
    ) -> AttemptIntent {
        let request = books.request
        return AttemptIntent(
            attempt: AttemptID(call: request.id, number: books.nextNumber), call: request.id,
            model: candidate.model, endpoint: target.client.endpoint, simulated: target.client.simulated,
            key: key, worstCase: worstCase(of: candidate.model, chat), origin: request.policy.origin,
            task: request.task, requested: request.model, lease: request.policy.limits.total)
    }

    /// Asks the board for leave to send.
    func admission(
        of candidate: Candidate, _ target: ProviderTarget, _ chat: ChatRequest, until end: ContinuousClock.Instant,
        preferredKey: KeyFingerprint?, _ books: CallBooks
    ) async -> Admission {
        let now = time.wallMicroseconds()
        let request = AdmissionRequest(
            attempt: AttemptID(call: books.request.id, number: books.nextNumber), model: candidate.model,
            endpoint: target.client.endpoint, simulated: target.client.simulated,
            scope: configuration.scope, isLocal: target.isLocal,
            keys: target.keys.map(\.fingerprint), quotaGroups: target.quotaGroups, preferredKey: preferredKey,
            estimate: LimitEstimate(
                inputTokens: chat.worstCaseInputTokens,
                outputTokens: chat.parameters.maxOutputTokens
                    ?? min(
                        prices.price(of: candidate.model)?.maxOutput ?? .max, LimitEstimate.usualOutputTokens)),
            expiresAt: now + (end - time.now()).microseconds)
        return await health.admit(request, now: now)
    }

    func worstCase(of model: ModelID, _ chat: ChatRequest) -> USD? {
        prices.worstCase(for: chat, to: model, at: time.wallMicroseconds())
    }

    /// How a model has been serving lately where it is configured now.
    func figures(of model: ModelID) async -> ServedFigures? {
        guard let target = configuration.targets[model.provider] else { return nil }
        return await history?.figures(of: model, at: target.client.endpoint)
    }

    /// Whether a provider charges less for a prompt whose beginning it has cached.
    func hasCacheDiscount(_ model: ModelID) -> Bool {
        guard let rates = prices.price(of: model)?.listRates(at: time.wallMicroseconds()),
            let cached = rates.cachedInput
        else { return false }
        return cached < rates.input
    }

    func log(_ report: AttemptReport) {
        logger.debug(
            "attempt ended",
            metadata: [
                "llm.attempt": "\(report.id)", "llm.model": "\(report.model)", "llm.endpoint": "\(report.endpoint)",
                "llm.outcome": "\(report.outcome.rawValue)",
                "llm.duration_ms": "\(Int(report.timings.end.milliseconds))",
            ])
    }
}
