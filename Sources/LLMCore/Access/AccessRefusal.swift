/// A refusal of a request by the policy of virtual keys. Holds no secret.
public struct AccessRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable words: used in error documents and in tests.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable, CustomStringConvertible {
        /// A key is needed, and none was presented.
        case keyMissing = "key_missing"
        case keyUnknown = "key_unknown"
        case keyRevoked = "key_revoked"
        case keyExpired = "key_expired"
        /// The key may send requests, and not manage the service.
        case adminNeeded = "admin_needed"
        case modelNotAllowed = "model_not_allowed"
        /// Over the requests or tokens of a minute.
        case rateLimited = "rate_limited"
        /// Over the budget.
        case insufficientQuota = "insufficient_quota"
        /// The key has a budget, and the most that the request may cost is unknown.
        case costUnknown = "cost_unknown"
        /// The keys or their budgets cannot be read.
        case unavailable

        public var description: String { rawValue }
    }

    public let code: Code
    public let message: String
    /// The wait after which the request would pass; `nil` where no wait helps, or how long is unknown.
    public let retryAfter: Duration?

    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// The same request may pass later, without another key or a larger budget.
    public var isRetryable: Bool { code == .rateLimited || code == .unavailable }

    public var description: String { "\(code): \(message)" }
}

/// An error in the management of virtual keys. Never repeats the name that was given: it might be a secret by mistake.
public struct VirtualKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// A name or limit that cannot be.
        case invalid
        case nameTaken = "name_taken"
        /// No key has that name, identifier or fingerprint.
        case unknown
    }

    public let reason: Reason
    public let message: String

    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    public var description: String { message }
}
