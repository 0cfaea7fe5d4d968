/// A model on the disk of a local server. What the server does not tell is `nil`.
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
