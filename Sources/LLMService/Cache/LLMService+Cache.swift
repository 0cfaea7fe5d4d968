public import LLMCore

extension LLMService {
    /// This service behind a cache, with equal questions sharing a call.
    ///
    /// - Parameter observe: See ``CachedAsker``.
    public func cached(by cache: AnswerCache, observe: @escaping CachedAsker.Observe = { _, _ in }) -> CachedAsker {
        CachedAsker(
            cache: cache, background: background, recorder: recorder, time: time, logger: logger,
            resolve: { try await cacheQuestions($0) }, observe: observe, upstream: { ask($0) })
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
