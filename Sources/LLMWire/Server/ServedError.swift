public import LLMCore

/// A failure to tell a client, in no provider's words: ``ErrorWriter`` finds status, type, code, wording and headers.
public struct ServedError: Error, Sendable, Hashable {
    /// The limit that was met, for providers that name it.
    public struct Limit: Sendable, Hashable {
        public var resource: RateLimitReading.Bucket.Resource
        public var window: LimitWindow
        public var limit: Int
        public var used: Int
        public var requested: Int
        public init(
            resource: RateLimitReading.Bucket.Resource, window: LimitWindow, limit: Int, used: Int, requested: Int
        ) {
            self.resource = resource
            self.window = window
            self.limit = limit
            self.used = used
            self.requested = requested
        }
    }

    public var kind: AttemptClass
    /// Replaces the provider's usual words.
    public var message: String?
    /// Replaces the usual status.
    public var status: Int?
    /// The model asked for, which most messages name.
    public var model: String?
    /// For ``AttemptClass/badRequest``: what was wrong.
    public var rejection: RequestRejection?
    /// For ``AttemptClass/auth``: no key was sent, as opposed to a wrong one.
    public var keyMissing: Bool
    public var limit: Limit?
    /// The time to wait before a retry; providers put it in a header, the body or the message.
    public var retryAfter: Duration?

    public init(
        _ kind: AttemptClass, message: String? = nil, status: Int? = nil, model: String? = nil,
        rejection: RequestRejection? = nil, keyMissing: Bool = false, limit: Limit? = nil, retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.model = model
        self.rejection = rejection
        self.keyMissing = keyMissing
        self.limit = limit
        self.retryAfter = retryAfter
    }

    public init(_ rejection: RequestRejection, model: String? = nil) {
        self.init(.badRequest, model: model, rejection: rejection)
    }
}

/// A whole response, ready to be written.
public struct ServedResponse: Sendable, Hashable {
    public var status: Int
    public var headers: [WireHeader]
    public var body: [UInt8]
    public init(status: Int, headers: [WireHeader], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// One header line; names are lower-case, and may repeat.
public struct WireHeader: Sendable, Hashable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
