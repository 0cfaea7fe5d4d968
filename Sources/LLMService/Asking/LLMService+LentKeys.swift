package import LLMCore

extension LLMService {
    /// Lends the next key of a provider's round to a caller that sends its request by itself: the same turns, limits and breakers as for
    /// a call of the service.
    ///
    /// - Parameters:
    ///   - model: The model that the caller will ask: limits hold for a key and a model.
    ///   - known: The keys that the caller has; `nil` is all.
    /// - Returns: `nil` where the provider is not configured, or none of its keys is the caller's.
    package func lendKey(of model: ModelID, among known: Set<KeyFingerprint>? = nil) async -> Admission? {
        guard let target = configuration.targets[model.provider] else { return nil }
        let keys = target.keys.map(\.fingerprint).filter { known?.contains($0) ?? true }
        guard !keys.isEmpty else { return nil }
        return await health.lend(lending(target, keys, of: model), now: time.wallMicroseconds())
    }

    /// Learns how a call with a lent key ended.
    ///
    /// - Returns: The changes of learnt health; `nil` where the provider has no such key.
    package func settleLentKey(
        _ key: KeyFingerprint, of model: ModelID, outcome: AttemptClass, retryAfter: Duration? = nil
    ) async -> [HealthEvent]? {
        guard let target = configuration.targets[model.provider],
            target.keys.contains(where: { $0.fingerprint == key })
        else { return nil }
        let request = lending(target, [key], of: model)
        let report = AttemptReport(
            id: request.attempt, model: model, endpoint: request.endpoint, simulated: request.simulated, key: key,
            timings: AttemptTimings(sentAt: time.now(), end: .zero), outcome: outcome,
            rateLimit: retryAfter.map { RateLimitReading(retryAfter: $0) })
        return await health.settleLent(report, request, now: time.wallMicroseconds())
    }

    /// A key comes back by itself after so long.
    private static let loan = Duration.seconds(600)

    private func lending(_ target: ProviderTarget, _ keys: [KeyFingerprint], of model: ModelID) -> AdmissionRequest {
        AdmissionRequest(
            attempt: AttemptID(call: CallID(rawValue: Identifier.make()), number: 1), model: model,
            endpoint: target.client.endpoint, simulated: target.client.simulated, scope: configuration.scope,
            isLocal: target.isLocal, keys: keys, quotaGroups: target.quotaGroups.filter { keys.contains($0.key) },
            expiresAt: time.wallMicroseconds() + LLMService.loan.microseconds)
    }
}
