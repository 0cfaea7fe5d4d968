public import LLMCore
public import LLMService

/// The status page as a value: providers, learnt health, keys and the models in memory of local servers.
public struct ServiceStatus: Sendable {
    /// A provider that can be called, with its address.
    public struct Endpoint: Sendable, Hashable {
        public var provider: ProviderID
        public var endpoint: String
        public var isLocal: Bool
    }
    /// A local server and the models in its memory.
    public struct LocalServer: Sendable, Hashable {
        public var provider: ProviderID
        public var endpoint: String
        /// The models in memory; `nil` when the server does not report them.
        public var loaded: [LoadedModel]?
        /// The reason of the failure to list them.
        public var problem: String?
    }
    public var database: String
    public var databaseExists: Bool
    public var health: HealthReport
    public var keys: [KeyReport]
    public var hedges: HedgeState?
    public var endpoints: [Endpoint]
    public var localServers: [LocalServer]

    /// No call is recorded in this database.
    public var isEmpty: Bool { health.isEmpty && keys.allSatisfy { $0.health == nil } }
}

extension HealthReport {
    /// No state was learnt.
    public var isEmpty: Bool {
        lock.since == nil && lock.clouds.isEmpty && breakers.isEmpty && limits.isEmpty && keys.isEmpty
    }
}
