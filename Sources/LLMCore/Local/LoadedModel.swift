/// A model in the memory of a local server. What the server does not tell is `nil`.
public struct LoadedModel: Sendable, Hashable {
    /// As ``LocalModelName/canonical(_:)`` has it.
    public var name: String
    public var backend: String?
    public var mode: String?
    /// It is answering.
    public var isInUse: Bool
    public var isLoading: Bool
    /// In the server's words: an instant in RFC 3339.
    public var lastUsed: String?
    /// In the server's words: `5m0s`, `-1` for ever.
    public var keepAlive: String?

    public init(
        name: String, backend: String? = nil, mode: String? = nil, isInUse: Bool = false, isLoading: Bool = false,
        lastUsed: String? = nil, keepAlive: String? = nil
    ) {
        self.name = name
        self.backend = backend
        self.mode = mode
        self.isInUse = isInUse
        self.isLoading = isLoading
        self.lastUsed = lastUsed
        self.keepAlive = keepAlive
    }
}
