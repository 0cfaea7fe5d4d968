/// Names of local models, as Docker Model Runner reads them.
package enum LocalModelName {
    /// One spelling for all of `smollm3`, `ai/smollm3:latest` and `index.docker.io/ai/smollm3`: `ai/smollm3`.
    package static func canonical(_ name: String) -> String {
        var name = name.hasSuffix(":latest") ? String(name.dropLast(7)) : name
        for prefix in ["index.docker.io/", "docker.io/"] where name.hasPrefix(prefix) {
            name = String(name.dropFirst(prefix.count))
        }
        if name.hasPrefix("hf.co/") { name = "huggingface.co/" + name.dropFirst(6) }
        // A digest is no name.
        return name.contains("/") || name.isEmpty || name.hasPrefix("sha256:") ? name : "ai/\(name)"
    }
}

/// A model on the disk of a local server. What the server does not report is `nil`.
public struct StoredModel: Sendable, Hashable {
    public var id: String
    /// `ai/smollm2:latest`, ...
    public var tags: [String]
    public var contextSize: Int?
    public var parameters: String?
    public var quantization: String?
    /// In the server's words: `1.78 GiB`.
    public var size: String?

    public init(
        id: String, tags: [String], contextSize: Int? = nil, parameters: String? = nil, quantization: String? = nil,
        size: String? = nil
    ) {
        self.id = id
        self.tags = tags
        self.contextSize = contextSize
        self.parameters = parameters
        self.quantization = quantization
        self.size = size
    }

    /// All names to ask for it by, as ``LocalModelName/canonical(_:)`` has them.
    public var names: [String] { tags.map(LocalModelName.canonical) + [id] }

    /// The name to ask for: its first tag, else its identifier.
    public var name: String { tags.first.map(LocalModelName.canonical) ?? id }
}

/// A model in the memory of a local server. What the server does not report is `nil`.
public struct LoadedModel: Sendable, Hashable {
    /// As ``LocalModelName/canonical(_:)`` has it.
    public var name: String
    public var backend: String?
    public var mode: String?
    /// It is answering.
    public var isInUse: Bool
    public var isLoading: Bool
    /// Microseconds since 1970, whoever used it.
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

/// Bytes that a local server takes on disk; `nil` is unknown.
public struct LocalDiskUsage: Sendable, Hashable {
    public var models: Int?
    public var engine: Int?

    public init(models: Int? = nil, engine: Int? = nil) {
        self.models = models
        self.engine = engine
    }
}
