public import LLMCore

/// What is known of one local server's models at one instant: a value that routing can be decided from without waiting.
public struct LocalSnapshot: Sendable, Hashable {
    public var provider: ProviderID
    /// `false` for a server without management: its models are taken as they are.
    public var isManaged: Bool
    /// Whether missing models are fetched.
    public var pulls: Bool
    private var known: [String: LocalReadiness]
    private var loadTimes: [String: Duration]

    public init(
        provider: ProviderID, isManaged: Bool, pulls: Bool, known: [String: LocalReadiness] = [:],
        loadTimes: [String: Duration] = [:]
    ) {
        self.provider = provider
        self.isManaged = isManaged
        self.pulls = pulls
        self.known = known
        self.loadTimes = loadTimes
    }

    public func readiness(of model: ModelID) -> LocalReadiness {
        guard isManaged, model.provider == provider else { return .unknown }
        let name = LocalModelName.canonical(model.name)
        return known[name] ?? .cold(load: loadTimes[name])
    }

    /// Why a call with so much time left should not go to a model; `nil` when it may, and for models of other providers.
    public func obstacle(to model: ModelID, within remaining: Duration) -> String? {
        readiness(of: model).obstacle(within: remaining, pulls: pulls)
    }
}
