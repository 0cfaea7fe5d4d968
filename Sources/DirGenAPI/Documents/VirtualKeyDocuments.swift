public import LLMCore

/// One virtual key with its limits and usage: an element of `keys issued`, and the document of `keys revoke`. Never its secret or hash.
public struct VirtualKeyDocument: Document {
    public var id: VirtualKeyID
    public var name: String
    public var fingerprint: KeyFingerprint
    public var role: VirtualKey.Role
    public var state: VirtualKey.State
    public var createdAt: Int64
    public var expiresAt: Int64?
    public var revokedAt: Int64?
    public var budget: USD?
    /// Empty: all.
    public var models: [ModelPattern]
    public var requestsPerMinute: Int?
    public var tokensPerMinute: Int?
    public var spent: USD
    /// The part of `spent` that stands for costs which stayed unknown.
    public var assumed: USD
    /// Set aside by processes and not spent yet.
    public var reserved: USD
    /// `nil` without a budget.
    public var left: USD?
    public var requests: Int
    public var tokens: Int
    public var unpriced: Int

    /// - Parameter now: Wall clock, microseconds since 1970.
    public init(_ key: VirtualKey, now: Int64) {
        id = key.id
        name = key.name
        fingerprint = key.fingerprint
        role = key.role
        state = key.state(at: now)
        createdAt = key.createdAt
        expiresAt = key.expiresAt
        revokedAt = key.revokedAt
        budget = key.limits.budget
        models = key.limits.models
        requestsPerMinute = key.limits.requestsPerMinute
        tokensPerMinute = key.limits.tokensPerMinute
        spent = key.usage.spent
        assumed = key.usage.assumed
        reserved = key.reserved
        left = key.limits.budget.map { max(.zero, $0 - key.usage.spent - key.reserved) }
        requests = key.usage.requests
        tokens = key.usage.tokens
        unpriced = key.usage.unpriced
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, fingerprint, role, state
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
        case budget = "budget_usd"
        case models
        case requestsPerMinute = "requests_per_minute"
        case tokensPerMinute = "tokens_per_minute"
        case spent = "spent_usd"
        case assumed = "assumed_usd"
        case reserved = "reserved_usd"
        case left = "left_usd"
        case requests, tokens, unpriced
    }
}

/// A new virtual key with its secret: the document of `keys issue`, and the only one that holds a secret.
public struct IssuedKeyDocument: Document {
    public var secret: String
    public var key: VirtualKeyDocument

    public init(_ key: VirtualKey, secret: APIKey, now: Int64) {
        self.secret = secret.reveal()
        self.key = VirtualKeyDocument(key, now: now)
    }
}
