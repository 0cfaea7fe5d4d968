/// The rate limits that a response reports, in one form.
public struct RateLimitReading: Sendable, Hashable, Codable {
    /// One limited resource in one window.
    public struct Bucket: Sendable, Hashable, Codable {
        public enum Resource: String, Sendable, Hashable, Codable {
            case requests, tokens, inputTokens = "input_tokens", outputTokens = "output_tokens"
        }
        public var resource: Resource
        public var window: LimitWindow
        public var limit: Int?
        public var remaining: Int?
        /// Time from the response to the reset.
        public var resetAfter: Duration?
        public init(
            resource: Resource, window: LimitWindow, limit: Int? = nil, remaining: Int? = nil,
            resetAfter: Duration? = nil
        ) {
            self.resource = resource
            self.window = window
            self.limit = limit
            self.remaining = remaining
            self.resetAfter = resetAfter
        }
    }
    public var buckets: [Bucket]
    /// Longest wait the provider asked for, from any header or body form; set on failures only.
    public var retryAfter: Duration?
    /// `x-should-retry`, when present.
    public var shouldRetry: Bool?
    /// The window of a rate-limit failure.
    public var window: LimitWindow?

    public init(
        buckets: [Bucket] = [], retryAfter: Duration? = nil, shouldRetry: Bool? = nil, window: LimitWindow? = nil
    ) {
        self.buckets = buckets
        self.retryAfter = retryAfter
        self.shouldRetry = shouldRetry
        self.window = window
    }
}

/// The window that a rate limit counts in.
public enum LimitWindow: String, Sendable, Hashable, Codable {
    case minute, hour, day, week, month, unknown

    /// `nil` where there is none to say.
    public var name: String? { self == .unknown ? nil : rawValue }

    /// A limit of it does not pass while a caller waits.
    public var isLong: Bool { self == .day || self == .week || self == .month }

    /// Its length; `nil` unknown.
    public var length: Duration? {
        switch self {
        case .minute: .seconds(60)
        case .hour: .seconds(3_600)
        case .day: .seconds(86_400)
        case .week: .seconds(604_800)
        case .month: .seconds(2_592_000)
        case .unknown: nil
        }
    }
}
