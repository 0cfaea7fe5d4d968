package import LLMCore

/// A failure to tell a client, in no provider's words: ``ErrorWriter`` finds status, type, code, wording and headers.
package struct ServedError: Error, Sendable, Hashable {
    /// The limit that was met, for providers that name it.
    package struct Limit: Sendable, Hashable {
        package var resource: RateLimitReading.Bucket.Resource
        package var window: LimitWindow
        package var limit: Int
        package var used: Int
        package var requested: Int
        package init(
            resource: RateLimitReading.Bucket.Resource, window: LimitWindow, limit: Int, used: Int, requested: Int
        ) {
            self.resource = resource
            self.window = window
            self.limit = limit
            self.used = used
            self.requested = requested
        }
    }

    package var kind: AttemptClass
    /// Replaces the provider's usual words.
    package var message: String?
    /// Replaces the usual status.
    package var status: Int?
    /// The model asked for, which most messages name.
    package var model: String?
    /// For ``AttemptClass/badRequest``: what was wrong.
    package var rejection: RequestRejection?
    /// For ``AttemptClass/auth``: no key was sent, as opposed to a wrong one.
    package var keyMissing: Bool
    package var limit: Limit?
    /// The failure as a provider of the client's own dialect told it: its type, code and parameter stay.
    package var told: ProviderFailure?
    /// The time to wait before a retry; providers put it in a header, the body or the message.
    package var retryAfter: Duration?

    package init(
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

    package init(_ rejection: RequestRejection, model: String? = nil) {
        self.init(.badRequest, model: model, rejection: rejection)
    }
}

/// A whole response, ready to be written.
package struct ServedResponse: Sendable, Hashable {
    package var status: Int
    package var headers: [WireHeader]
    package var body: [UInt8]
    package init(status: Int, headers: [WireHeader], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// One header line; names are lower-case, and may repeat.
package struct WireHeader: Sendable, Hashable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
