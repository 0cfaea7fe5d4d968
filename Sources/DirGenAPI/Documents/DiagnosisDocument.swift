public import LLMCore

/// The document of `doctor`: the configuration, and whether each provider answers. Keys by fingerprint only.
public struct DiagnosisDocument: Document {
    public struct Key: Document {
        public var variable: String
        public var fingerprint: KeyFingerprint
        /// `nil` when it was not tested.
        public var isGood: Bool?
        public var problem: String?
        public var help: String?

        public init(
            variable: String, fingerprint: KeyFingerprint, isGood: Bool?, problem: String? = nil, help: String? = nil
        ) {
            self.variable = variable
            self.fingerprint = fingerprint
            self.isGood = isGood
            self.problem = problem
            self.help = help
        }

        private enum CodingKeys: String, CodingKey {
            case variable, fingerprint
            case isGood = "ok"
            case problem, help
        }
    }

    public struct Provider: Document {
        public var provider: ProviderID
        /// `usable`, `impaired`, `failing` or `not_configured`.
        public var state: String
        public var keys: [Key]
        public var keysTested: Int
        public var baseURL: String
        public var baseURLFrom: String
        public var defaultModel: ModelID
        /// The catalogue's default, where the server does not list it.
        public var insteadOf: ModelID?
        public var defaultModelOffered: Bool?
        public var models: Int?
        public var priced: Bool
        public var probe: Double?
        public var problem: String?
        public var help: String?

        public init(
            provider: ProviderID, state: String, keys: [Key], keysTested: Int, baseURL: String, baseURLFrom: String,
            defaultModel: ModelID, insteadOf: ModelID?, defaultModelOffered: Bool?, models: Int?, priced: Bool,
            probe: Duration?,
            problem: String?, help: String?
        ) {
            self.provider = provider
            self.state = state
            self.keys = keys
            self.keysTested = keysTested
            self.baseURL = baseURL
            self.baseURLFrom = baseURLFrom
            self.defaultModel = defaultModel
            self.insteadOf = insteadOf
            self.defaultModelOffered = defaultModelOffered
            self.models = models
            self.priced = priced
            self.probe = probe?.milliseconds
            self.problem = problem
            self.help = help
        }

        private enum CodingKeys: String, CodingKey {
            case provider, state, keys
            case keysTested = "keys_tested"
            case baseURL = "base_url"
            case baseURLFrom = "base_url_from"
            case defaultModel = "default_model"
            case insteadOf = "default_model_instead_of"
            case defaultModelOffered = "default_model_offered"
            case models, priced
            case probe = "probe_ms"
            case problem, help
        }
    }
    public var config: String?
    public var database: String
    public var databaseExists: Bool
    public var simulated: Bool
    public var providers: [Provider]

    public init(
        config: String?, database: String, databaseExists: Bool, simulated: Bool, providers: [Provider]
    ) {
        self.config = config
        self.database = database
        self.databaseExists = databaseExists
        self.simulated = simulated
        self.providers = providers
    }

    private enum CodingKeys: String, CodingKey {
        case config
        case database = "db"
        case databaseExists = "db_exists"
        case simulated, providers
    }
}
