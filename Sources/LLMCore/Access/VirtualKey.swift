/// Names one virtual key.
public struct VirtualKeyID: Sendable, Hashable, Comparable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    public var description: String { rawValue }
    public static func < (left: VirtualKeyID, right: VirtualKeyID) -> Bool { left.rawValue < right.rawValue }
}

/// A key that clients present to the server, with its role, limits and usage. Holds a hash of the secret, never the secret.
///
/// Instants are microseconds since 1970. A key is never deleted and a revocation never undone.
public struct VirtualKey: Sendable, Hashable, CustomStringConvertible {
    /// The rights of a key.
    public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
        /// Sends requests to models.
        case use
        /// Also manages the service.
        case admin
    }

    /// The limits of a key; `nil` and an empty list limit nothing.
    public struct Limits: Sendable, Hashable {
        /// Most that all requests together may cost.
        public var budget: USD?
        /// The models that may be asked for; empty: all.
        public var models: [ModelPattern]
        public var requestsPerMinute: Int?
        public var tokensPerMinute: Int?

        public init(
            budget: USD? = nil, models: [ModelPattern] = [], requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil
        ) {
            self.budget = budget
            self.models = models
            self.requestsPerMinute = requestsPerMinute
            self.tokensPerMinute = tokensPerMinute
        }

        /// Returns `true` where the key may ask for a model, or for the service's choice for a task.
        ///
        /// - Parameter alias: The name by which it is asked for, where that is one.
        public func allow(_ choice: ModelChoice, task: TaskType, alias: String? = nil) -> Bool {
            models.isEmpty || models.contains { $0.covers(choice, task: task, alias: alias) }
        }
    }

    /// The state of a key at an instant.
    public enum State: String, Sendable, Hashable, Codable {
        case active, expired, revoked
    }

    public let id: VirtualKeyID
    /// Unique among the keys that are not revoked.
    public let name: String
    /// A SHA-256 over the secret; see ``VirtualKeySecret``.
    public let secretHash: String
    /// Distinguishes keys for people. Made of another hash than ``secretHash``, of which nothing is ever shown.
    public let fingerprint: KeyFingerprint
    public let role: Role
    public let createdAt: Int64
    /// From then on it is refused; `nil`: never.
    public let expiresAt: Int64?
    public var revokedAt: Int64?
    public let limits: Limits
    /// As far as it is settled in the store.
    public var usage: VirtualKeyUsage
    /// Part of the budget that processes have set aside and not spent yet.
    public var reserved: USD

    public init(
        id: VirtualKeyID, name: String, secretHash: String, fingerprint: KeyFingerprint, role: Role = .use,
        createdAt: Int64, expiresAt: Int64? = nil, revokedAt: Int64? = nil, limits: Limits = .init(),
        usage: VirtualKeyUsage = .init(), reserved: USD = .zero
    ) {
        self.id = id
        self.name = name
        self.secretHash = secretHash
        self.fingerprint = fingerprint
        self.role = role
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.limits = limits
        self.usage = usage
        self.reserved = reserved
    }

    public func state(at now: Int64) -> State {
        if revokedAt != nil { return .revoked }
        return expiresAt.map { $0 <= now } ?? false ? .expired : .active
    }

    public var description: String { "\(name) [\(fingerprint)]" }
}

/// The usage of a virtual key: counts that only grow.
public struct VirtualKeyUsage: Sendable, Hashable {
    /// Known costs, and worst cases where a cost stayed unknown.
    public var spent: USD
    /// The part of ``spent`` that is assumed: worst cases of requests whose cost stayed unknown.
    public var assumed: USD
    public var requests: Int
    public var tokens: Int
    /// Requests without a known cost or worst case: they are in no sum of money. Only keys without a budget have them.
    public var unpriced: Int

    public init(
        spent: USD = .zero, assumed: USD = .zero, requests: Int = 0, tokens: Int = 0, unpriced: Int = 0
    ) {
        self.spent = spent
        self.assumed = assumed
        self.requests = requests
        self.tokens = tokens
        self.unpriced = unpriced
    }

    public static func + (left: VirtualKeyUsage, right: VirtualKeyUsage) -> VirtualKeyUsage {
        VirtualKeyUsage(
            spent: left.spent + right.spent, assumed: left.assumed + right.assumed,
            requests: left.requests + right.requests, tokens: left.tokens + right.tokens,
            unpriced: left.unpriced + right.unpriced)
    }

    public static func - (left: VirtualKeyUsage, right: VirtualKeyUsage) -> VirtualKeyUsage {
        VirtualKeyUsage(
            spent: left.spent - right.spent, assumed: left.assumed - right.assumed,
            requests: left.requests - right.requests, tokens: left.tokens - right.tokens,
            unpriced: left.unpriced - right.unpriced)
    }
}
