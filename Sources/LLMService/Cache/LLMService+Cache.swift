import LLMCore

extension LLMService {
    /// This service behind a cache, with equal questions sharing a call. What the cache does is counted with the service's calls.
    public func cached(by cache: AnswerCache) -> CachedAsker {
        let telemetry = telemetry
        return CachedAsker(
            cache: cache, background: background, recorder: recorder, time: time, logger: logger,
            resolve: { try await cacheQuestions($0) },
            observe: { task, outcome, use in
                telemetry.asked(task, outcome, served: use.map { ServedBy($0.kind) } ?? .nobody)
                if let use { telemetry.cacheUsed(use) }
            }, upstream: { ask($0) })
    }

    /// The question as each candidate would get it, in the order they would be asked.
    func cacheQuestions(_ request: AskRequest) async throws -> [CacheQuestion] {
        let candidates = try await plan(request).plan.candidates
        return candidates.compactMap { candidate in
            guard let client = configuration.targets[candidate.model.provider]?.client else { return nil }
            return CacheQuestion(
                tenant: request.tenant, simulated: client.simulated, endpoint: client.endpoint, model: candidate.model,
                chat: chat(for: candidate, request))
        }
    }
}
