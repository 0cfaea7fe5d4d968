package import LLMCore
import LLMService

/// The next key of a provider's round, as far as a caller may know it.
package enum KeyTurn: Sendable, Hashable {
    /// The variable that holds it here; `nil` when none does, as in the simulator.
    case key(KeyFingerprint, variable: String?)
    /// No key is ready before that instant (microseconds since 1970).
    case notBefore(Int64, reason: String)
    /// Waiting does not help.
    case none(reason: String)
}

extension DirGen {
    /// Lends the next key of a provider's round to a program that sends its requests by itself, and has the keys in its own environment.
    ///
    /// - Parameter known: The keys that the program has; `nil` is all.
    /// - Throws: ``ConfigurationError`` for a provider that is not there.
    package func lendKey(
        of provider: ProviderID, among known: Set<KeyFingerprint>? = nil
    ) async throws(ConfigurationError) -> KeyTurn {
        let settings = try lender(provider)
        switch await service.lendKey(of: settings.defaultModel, among: known) {
        case .admitted(let permit):
            guard let key = permit.key else { return .none(reason: "\(provider) needs no key") }
            let index = settings.keys.firstIndex { $0.fingerprint == key }
            let variables = settings.keyVariables
            return .key(key, variable: index.flatMap { variables.indices.contains($0) ? variables[$0] : nil })
        case .notBefore(let instant, let reason, _): return .notBefore(instant, reason: reason)
        case .refused(let reason, _): return .none(reason: reason)
        case nil:
            let isKnown = known == nil || settings.keys.isEmpty
            return .none(
                reason: isKnown ? "no key of \(provider) is set" : "\(provider) has other keys than the caller")
        }
    }

    /// Learns how a call with a lent key ended.
    ///
    /// - Throws: ``ConfigurationError`` for a provider that is not there, or has no such key.
    package func returnKey(
        _ key: KeyFingerprint, of provider: ProviderID, outcome: AttemptClass, retryAfter: Duration? = nil
    ) async throws(ConfigurationError) -> [HealthEvent] {
        let model = try lender(provider).defaultModel
        guard
            let events = await service.settleLentKey(key, of: model, outcome: outcome, retryAfter: retryAfter)
        else {
            throw ConfigurationError(
                option: "fingerprint", message: "no key of \(provider) has this fingerprint",
                hint: "a name is a fingerprint of twelve digits, never the key itself")
        }
        return events
    }

    private func lender(_ provider: ProviderID) throws(ConfigurationError) -> ProviderSettings {
        guard let settings = configuration.provider(provider) else {
            throw ConfigurationError(option: "provider", message: "no provider is named '\(provider)'")
        }
        return settings
    }
}
