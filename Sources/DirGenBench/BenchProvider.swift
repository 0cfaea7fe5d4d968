public import DirGenCore
public import LLMCore

/// A configured provider as the bench sees it.
public struct BenchProvider: Sendable {
    public var id: ProviderID
    /// The address without credentials; `simulator` for the built-in one.
    public var endpoint: String
    public var simulated: Bool
    public var isLocal: Bool
    /// The models that run when none are named: `<NAME>_MODEL`, or a cheap and a strong one.
    public var defaultModels: [ModelID]
    /// A warning before a run with its default models: they are not those of the catalogue.
    public var modelNote: String?
    /// Calls in flight at once.
    public var concurrency: Int
    /// Opens `connections` connections with free calls and gives the models the provider lists. Unpaid.
    public var probe: @Sendable (_ connections: Int) async -> ProviderCheck
    /// Loads a local model ahead of its first timed call; `nil` where there is nothing to load.
    public var preload: (@Sendable (ModelID) async throws -> Duration)?

    public init(
        id: ProviderID, endpoint: String, simulated: Bool, isLocal: Bool, defaultModels: [ModelID], concurrency: Int,
        probe: @escaping @Sendable (_ connections: Int) async -> ProviderCheck,
        preload: (@Sendable (ModelID) async throws -> Duration)? = nil
    ) {
        self.id = id
        self.endpoint = endpoint
        self.simulated = simulated
        self.isLocal = isLocal
        self.defaultModels = defaultModels
        self.concurrency = concurrency
        self.probe = probe
        self.preload = preload
    }
}
