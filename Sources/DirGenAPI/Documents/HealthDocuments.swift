public import LLMCore

/// Changes of learnt health: the document of `status reset`, `keys rest` and `keys revive`.
public struct ChangesDocument: Document {
    public struct Change: Document {
        public var event: String
        public var subject: String
        public var text: String

        public init(event: String, subject: String, text: String) {
            self.event = event
            self.subject = subject
            self.text = text
        }
    }
    public var changes: [Change]

    public init(_ changes: [Change]) { self.changes = changes }
}

/// One key with its learnt state: an element of `keys list`. Never the key itself.
public struct KeyDocument: Document {
    /// A limit that holds the key back for a model.
    public struct Limit: Document {
        public var model: ModelID
        public var until: Int64?
        public var window: String?

        public init(model: ModelID, until: Int64?, window: String?) {
            self.model = model
            self.until = until
            self.window = window
        }

        private enum CodingKeys: String, CodingKey {
            case model
            case until = "until_at"
            case window
        }
    }
    public var provider: ProviderID
    public var fingerprint: KeyFingerprint
    public var variable: String?
    public var configured: Bool
    public var endpoint: String
    public var state: String
    public var until: Int64?
    public var window: LimitWindow?
    public var because: AttemptClass?
    public var limits: [Limit]
    public var uses: Int
    public var successes: Int
    public var failures: [String: Int]
    public var lastFailure: AttemptClass?
    public var lastUsedAt: Int64?
    public var lastLimitedAt: Int64?
    public var quotaGroup: String?

    public init(
        provider: ProviderID, fingerprint: KeyFingerprint, variable: String?, configured: Bool, endpoint: String,
        state: String, until: Int64?, window: LimitWindow?, because: AttemptClass?, limits: [Limit], known: KeyState?,
        quotaGroup: String?
    ) {
        self.provider = provider
        self.fingerprint = fingerprint
        self.variable = variable
        self.configured = configured
        self.endpoint = endpoint
        self.state = state
        self.until = until
        self.window = window
        self.because = because
        self.limits = limits
        uses = known?.uses ?? 0
        successes = known?.successes ?? 0
        failures = Dictionary(
            uniqueKeysWithValues: (known?.failures ?? [:]).map { ($0.key.rawValue, $0.value) })
        lastFailure = known?.lastFailure
        lastUsedAt = known?.lastUsedAt
        lastLimitedAt = known?.lastLimitedAt
        self.quotaGroup = quotaGroup
    }

    private enum CodingKeys: String, CodingKey {
        case provider, fingerprint, variable, configured, endpoint, state
        case until = "until_at"
        case window, because, limits, uses, successes, failures
        case lastFailure = "last_failure"
        case lastUsedAt = "last_used_at"
        case lastLimitedAt = "last_limited_at"
        case quotaGroup = "quota_group"
    }
}

/// A deliberate test of a key: an element of `keys test`.
package struct KeyTestDocument: Document {
    package var provider: ProviderID
    package var fingerprint: KeyFingerprint
    package var variable: String?
    package var isGood: Bool
    package var finding: String
    package var cost: USD?
    package var duration: Double
    package var changes: [ChangesDocument.Change]

    package init(
        provider: ProviderID, fingerprint: KeyFingerprint, variable: String?, isGood: Bool, finding: String, cost: USD?,
        duration: Duration, changes: [ChangesDocument.Change]
    ) {
        self.provider = provider
        self.fingerprint = fingerprint
        self.variable = variable
        self.isGood = isGood
        self.finding = finding
        self.cost = cost
        self.duration = duration.milliseconds
        self.changes = changes
    }

    private enum CodingKeys: String, CodingKey {
        case provider, fingerprint, variable
        case isGood = "ok"
        case finding
        case cost = "cost_usd"
        case duration = "duration_ms"
        case changes
    }
}
