/// The key of a piece of learnt health: its subject, endpoint and environment.
///
/// Endpoint and environment are part of it: nothing learnt from the simulator, or from another address, touches a real provider's state.
public struct HealthKey: Sendable, Hashable, Codable {
    public enum Subject: Sendable, Hashable, Codable {
        /// Breaker of a whole provider.
        case provider(ProviderID)
        /// Breaker and load times of one model of a provider.
        case model(ModelID)
        /// Breaker, cooldown, retirement and statistics of one key.
        case key(ProviderID, KeyFingerprint?)
        /// The remaining rate limits of one key and model.
        case limits(ModelID, KeyFingerprint?)
        /// The safety lock over all clouds.
        case lock
        /// The spending on hedged attempts.
        case hedges
    }
    public var subject: Subject
    /// As ``ModelClient/endpoint``; the lock and the hedges are about all clouds, and name those that are not at their usual address.
    public var endpoint: String
    public var simulated: Bool

    /// The model it is about, where it is about one.
    public var model: ModelID? {
        switch subject {
        case .model(let model), .limits(let model, _): model
        case .provider, .key, .lock, .hedges: nil
        }
    }

    public init(_ subject: Subject, endpoint: String, simulated: Bool) {
        self.subject = subject
        self.endpoint = endpoint
        self.simulated = simulated
    }

    /// Hashes only the parts that distinguish most keys: a key is hashed dozens of times for each call.
    public func hash(into hasher: inout Hasher) {
        switch subject {
        case .provider(let provider): hasher.combine(provider)
        case .model(let model): hasher.combine(model.name)
        case .key(_, let key): hasher.combine(key)
        case .limits(let model, let key):
            hasher.combine(model.name)
            hasher.combine(key)
        case .lock: hasher.combine(0 as UInt8)
        case .hedges: hasher.combine(1 as UInt8)
        }
    }
}
