import LLMCore

/// A model on the disk of a model runner. What the runner does not tell is `nil`.
public struct StoredModel: Sendable, Hashable {
    public var id: String
    /// `ai/smollm2:latest`, ...
    public var tags: [String]
    public var contextSize: Int?
    public var parameters: String?
    public var quantization: String?
    public var size: String?

    init(_ json: JSONValue) {
        let config = json["config"]
        id = json["id"]?.string ?? ""
        tags = json["tags"]?.array?.compactMap(\.string) ?? []
        contextSize = config?["context_size"]?.int
        parameters = config?["parameters"]?.string
        quantization = config?["quantization"]?.string
        size = config?["size"]?.string
    }
}

/// A model in the memory of a model runner.
public struct LoadedModel: Sendable, Hashable {
    public var name: String
    public var backend: String?
    public var mode: String?
    public var isInUse: Bool
    public var isLoading: Bool

    init(_ json: JSONValue) {
        name = json["model_name"]?.string ?? ""
        backend = json["backend_name"]?.string
        mode = json["mode"]?.string
        isInUse = json["in_use"]?.bool ?? false
        isLoading = json["loading"]?.bool ?? false
    }
}
