/// A model in the memory of a local server. What the server does not tell is `nil`.
public struct LoadedModel: Sendable, Hashable {
    /// As ``LocalModelName/canonical(_:)`` has it.
    public var name: String
    public var backend: String?
    public var mode: String?
    /// It is answering.
    public var isInUse: Bool
    public var isLoading: Bool
    /// Microseconds since 1970, by whoever used it.
    public var lastUsedAt: Int64?
    /// In the server's words: `5m0s`, `-1` for ever.
    public var keepAlive: String?

    public init(
        name: String, backend: String? = nil, mode: String? = nil, isInUse: Bool = false, isLoading: Bool = false,
        lastUsedAt: Int64? = nil, keepAlive: String? = nil
    ) {
        self.name = name
        self.backend = backend
        self.mode = mode
        self.isInUse = isInUse
        self.isLoading = isLoading
        self.lastUsedAt = lastUsedAt
        self.keepAlive = keepAlive
    }
}
