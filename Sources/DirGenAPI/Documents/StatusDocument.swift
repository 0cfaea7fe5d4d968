public import LLMCore

/// The document of `status`: learnt health of providers, models and keys, and the models in memory of local servers.
public struct StatusDocument: Document {
    /// A provider that can be called, and where.
    public struct Endpoint: Document {
        public var provider: ProviderID
        public var endpoint: String
        public var isLocal: Bool

        public init(provider: ProviderID, endpoint: String, isLocal: Bool) {
            self.provider = provider
            self.endpoint = endpoint
            self.isLocal = isLocal
        }

        private enum CodingKeys: String, CodingKey {
            case provider, endpoint
            case isLocal = "local"
        }
    }

    /// The spending on requests that may be hedged, and the part of their second attempts.
    public struct Hedges: Document {
        public var spent: USD
        public var hedged: USD

        public init(spent: USD, hedged: USD) {
            self.spent = spent
            self.hedged = hedged
        }

        private enum CodingKeys: String, CodingKey {
            case spent = "spent_usd"
            case hedged = "hedged_usd"
        }
    }
    public var readAt: Int64
    /// `real` or `simulated`.
    public var environment: String
    public var simulated: Bool
    public var database: String
    public var databaseExists: Bool
    public var endpoints: [Endpoint]
    public var lock: LockDocument
    /// All that are known.
    public var breakers: [BreakerDocument]
    public var limits: [LimitDocument]
    public var keys: [KeyDocument]
    public var hedges: Hedges?
    public var localServers: [LocalServerDocument]

    public init(
        readAt: Int64, simulated: Bool, database: String, databaseExists: Bool, endpoints: [Endpoint],
        lock: LockDocument, breakers: [BreakerDocument], limits: [LimitDocument], keys: [KeyDocument], hedges: Hedges?,
        localServers: [LocalServerDocument]
    ) {
        self.readAt = readAt
        environment = simulated ? "simulated" : "real"
        self.simulated = simulated
        self.database = database
        self.databaseExists = databaseExists
        self.endpoints = endpoints
        self.lock = lock
        self.breakers = breakers
        self.limits = limits
        self.keys = keys
        self.hedges = hedges
        self.localServers = localServers
    }

    private enum CodingKeys: String, CodingKey {
        case readAt = "read_at"
        case environment, simulated
        case database = "db"
        case databaseExists = "db_exists"
        case endpoints, lock, breakers, limits, keys, hedges
        case localServers = "local_servers"
    }
}

/// The safety lock: while it is engaged only local models answer.
public struct LockDocument: Document {
    /// A provider that is limited until then.
    public struct Limited: Document {
        public var provider: ProviderID
        public var until: Int64

        public init(provider: ProviderID, until: Int64) {
            self.provider = provider
            self.until = until
        }

        private enum CodingKeys: String, CodingKey {
            case provider
            case until = "until_at"
        }
    }
    /// `engaged` or `released`.
    public var state: String
    public var holds: Bool
    public var changedAt: Int64?
    public var reason: String?
    public var releasesAt: Int64?
    public var probing: Bool
    public var nextProbeAt: Int64?
    public var limited: [Limited]

    public init(
        state: String, holds: Bool, changedAt: Int64?, reason: String?, releasesAt: Int64?, probing: Bool,
        nextProbeAt: Int64?, limited: [Limited]
    ) {
        self.state = state
        self.holds = holds
        self.changedAt = changedAt
        self.reason = reason
        self.releasesAt = releasesAt
        self.probing = probing
        self.nextProbeAt = nextProbeAt
        self.limited = limited
    }

    private enum CodingKeys: String, CodingKey {
        case state, holds
        case changedAt = "changed_at"
        case reason
        case releasesAt = "releases_at"
        case probing
        case nextProbeAt = "next_probe_at"
        case limited
    }
}

/// A circuit breaker of a provider, a model or a key.
public struct BreakerDocument: Document {
    /// `provider`, `model`, `key`, `limits` or `other`.
    public var scope: String
    public var provider: ProviderID?
    public var model: ModelID?
    public var key: KeyFingerprint?
    public var endpoint: String
    public var phase: BreakerState.PhaseName
    public var changedAt: Int64?
    public var openUntil: Int64?
    public var probing: Bool
    public var lastFailure: AttemptClass?
    public var openings: Int
    public var calls: Int
    public var failed: Int
    public var failureRatio: Double?

    public init(
        of subject: HealthKey.Subject, endpoint: String, phase: BreakerState.PhaseName, changedAt: Int64?,
        openUntil: Int64?, probing: Bool, lastFailure: AttemptClass?, openings: Int, calls: Int, failed: Int,
        failureRatio: Double?
    ) {
        (scope, provider, model, key) =
            switch subject {
            case .provider(let provider): ("provider", provider, nil, nil)
            case .model(let model): ("model", model.provider, model, nil)
            case .key(let provider, let key): ("key", provider, nil, key)
            case .limits(let model, let key): ("limits", model.provider, model, key)
            case .lock, .hedges: ("other", nil, nil, nil)
            }
        self.endpoint = endpoint
        self.phase = phase
        self.changedAt = changedAt
        self.openUntil = openUntil
        self.probing = probing
        self.lastFailure = lastFailure
        self.openings = openings
        self.calls = calls
        self.failed = failed
        self.failureRatio = failureRatio
    }

    private enum CodingKeys: String, CodingKey {
        case scope, provider, model, key, endpoint, phase
        case changedAt = "changed_at"
        case openUntil = "open_until_at"
        case probing
        case lastFailure = "last_failure"
        case openings, calls, failed
        case failureRatio = "failure_ratio"
    }
}

/// The rate limits of a model with a key.
public struct LimitDocument: Document {
    public struct Window: Document {
        public var resource: RateLimitReading.Bucket.Resource
        public var window: LimitWindow
        public var limit: Int?
        public var remaining: Double?
        public var resetAt: Int64?

        public init(
            resource: RateLimitReading.Bucket.Resource, window: LimitWindow, limit: Int?, remaining: Double?,
            resetAt: Int64?
        ) {
            self.resource = resource
            self.window = window
            self.limit = limit
            self.remaining = remaining
            self.resetAt = resetAt
        }

        private enum CodingKeys: String, CodingKey {
            case resource, window, limit, remaining
            case resetAt = "reset_at"
        }
    }
    public var model: ModelID
    public var key: KeyFingerprint?
    public var endpoint: String
    public var blockedUntil: Int64?
    public var blockedWindow: LimitWindow?
    public var inFlight: Int
    public var reservedTokens: Int
    public var windows: [Window]

    public init(
        model: ModelID, key: KeyFingerprint?, endpoint: String, blockedUntil: Int64?, blockedWindow: LimitWindow?,
        inFlight: Int, reservedTokens: Int, windows: [Window]
    ) {
        self.model = model
        self.key = key
        self.endpoint = endpoint
        self.blockedUntil = blockedUntil
        self.blockedWindow = blockedWindow
        self.inFlight = inFlight
        self.reservedTokens = reservedTokens
        self.windows = windows
    }

    private enum CodingKeys: String, CodingKey {
        case model, key, endpoint
        case blockedUntil = "blocked_until_at"
        case blockedWindow = "blocked_window"
        case inFlight = "in_flight"
        case reservedTokens = "reserved_tokens"
        case windows
    }
}

/// A local server with the models in its memory.
public struct LocalServerDocument: Document {
    public struct Model: Document {
        public var model: String
        public var backend: String?
        public var inUse: Bool
        public var loading: Bool
        public var lastUsedAt: Int64?
        public var keepAlive: String?

        init(_ model: LoadedModel) {
            self.model = model.name
            backend = model.backend
            inUse = model.isInUse
            loading = model.isLoading
            lastUsedAt = model.lastUsedAt
            keepAlive = model.keepAlive
        }

        private enum CodingKeys: String, CodingKey {
            case model, backend
            case inUse = "in_use"
            case loading
            case lastUsedAt = "last_used_at"
            case keepAlive = "keep_alive"
        }
    }
    public var provider: ProviderID
    public var endpoint: String
    public var problem: String?
    /// `nil` where the server does not report it.
    public var loaded: [Model]?

    public init(provider: ProviderID, endpoint: String, problem: String?, loaded: [LoadedModel]?) {
        self.provider = provider
        self.endpoint = endpoint
        self.problem = problem
        self.loaded = loaded?.map(Model.init)
    }
}
