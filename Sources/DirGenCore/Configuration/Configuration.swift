public import LLMCore
public import LLMProviders
public import LLMService

/// The complete configuration of a process.
///
/// Command line over environment over `dirgen.yaml` over defaults; ``load(_:environment:directory:readingImportedPrices:)`` reads the last three.
public struct Configuration: Sendable {
    /// The settings of a program or command line, over all others.
    public struct Options: Sendable, Hashable {
        /// The configuration file; `nil`: `./dirgen.yaml`, else `$XDG_CONFIG_HOME/dirgen/dirgen.yaml`.
        public var file: String?
        /// The database file; `nil`: `DIRGEN_DB`, else `database:` of the file, else
        /// `$XDG_STATE_HOME/dirgen/dirgen.sqlite`.
        public var database: String?
        /// A PEM file of certificate authorities, trusted beside the system's.
        public var caFile: String?

        public init(file: String? = nil, database: String? = nil, caFile: String? = nil) {
            self.file = file
            self.database = database
            self.caFile = caFile
        }
    }

    /// The configuration file that was read, if any.
    public var file: String?
    public var providers: [ProviderSettings]
    public var priority: [ProviderID]
    public var limits: TimeLimits
    /// The policy for hedged requests; `nil`: off.
    public var hedge: HedgePolicy?
    /// The policy for summarising older turns of long conversations; `nil`: never.
    public var history: HistoryPolicy?
    /// The groups of equally good models, over which requests are balanced.
    public var balance: [[ModelID]] = []
    /// The limits on local servers' models.
    public var localModels = LocalModelLimits()
    /// The policy of the cache: cached tasks and TTLs.
    public var cache = CachePolicy()
    /// The limits of the cache on disk.
    public var cacheLimits = CacheLimits()
    /// The policies of learnt health: breakers, limits, keys, safety lock.
    public var health = HealthPolicy()
    public var prices: PriceBook
    /// The user's own task types.
    public var tasks: [TaskType]
    public var database: String
    public var transport: TransportConfiguration
    /// Every provider is the simulator: nothing learnt here counts for real ones.
    public var simulated: Bool

    /// The settings of a provider.
    public func provider(_ name: ProviderID) -> ProviderSettings? { providers.first { $0.name == name } }
}
