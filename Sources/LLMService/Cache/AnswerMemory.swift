public import LLMCore

/// An asker that keeps answers, and can tell which without being asked.
public protocol AnswerMemory: Sendable {
    /// Returns `true` when the cache can answer a request without a call.
    func holds(_ request: AskRequest) async -> Bool
}

extension CachedAsker: AnswerMemory {
    public func holds(_ request: AskRequest) async -> Bool {
        guard cache.policy.applies(to: request), let first = try? await resolve(request).first else { return false }
        return await cache.find(first.key)?.isFresh == true
    }
}
