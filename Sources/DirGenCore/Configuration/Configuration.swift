public import LLMCore
public import LLMProviders
public import LLMService
public import SQLiteStore

/// Everything a process needs to know before it asks the first question.
///
/// Command line over environment over `dirgen.yaml` over defaults; ``load(_:environment:directory:)`` reads the last three.
public struct Configuration: Sendable {
    /// What a program or a command line decides itself, over everything else.
    public struct Options: Sendable, Hashable {
        /// Else `./dirgen.yaml`, else `$XDG_CONFIG_HOME/dirgen/dirgen.yaml`.
        public var file: String?
        /// Else `DIRGEN_DB`, else `database:` of the file, else `$XDG_STATE_HOME/dirgen/dirgen.sqlite`.
        public var database: String?
        /// PEM file of certificate authorities trusted beside the system's.
        public var caFile: String?

        public init(file: String? = nil, database: String? = nil, caFile: String? = nil) {
            self.file = file
            self.database = database
            self.caFile = caFile
        }
    }

    /// The file that was read, if any.
    public var file: String?
    public var providers: [ProviderSettings]
    public var priority: [ProviderID]
    public var limits: TimeLimits
    /// Whether a second model may be started beside a slow one; `nil`: off.
    public var hedge: HedgePolicy?
    /// Whether older turns of long conversations are summarised; `nil`: never.
    public var history: HistoryPolicy?
    /// Models that are equally good and share the questions.
    public var balance: [[ModelID]] = []
    /// What may be done with local servers' models.
    public var localModels = LocalModelLimits()
    /// Which answers are kept, and for how long.
    public var cache = CachePolicy()
    /// How many of them on the disk.
    public var cacheLimits = CacheLimits()
    /// When breakers open, and what else decides over learnt health.
    public var health = HealthPolicy()
    public var prices: PriceBook
    /// Task types the user added to the platform's.
    public var tasks: [TaskType]
    public var database: String
    public var transport: TransportConfiguration
    /// Every provider is the simulator: nothing of it counts for real ones.
    public var simulated: Bool

    /// The settings of a provider.
    public func provider(_ name: ProviderID) -> ProviderSettings? { providers.first { $0.name == name } }
}
