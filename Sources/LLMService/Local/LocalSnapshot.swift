public import LLMCore

/// The state of one local server's models at one instant: a value that routing can use without waiting.
public struct LocalSnapshot: Sendable, Hashable {
    public var provider: ProviderID
    /// `false` for a server without management: its models are taken as they are.
    public var isManaged: Bool
    /// Missing models are pulled.
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

    /// The reason for which a call with so much time left should skip a model; `nil` when it may go there, and for
    /// models of other providers.
    public func obstacle(to model: ModelID, within remaining: Duration) -> String? {
        readiness(of: model).obstacle(within: remaining, pulls: pulls)
    }
}
