import LLMCore
import LLMWire

extension StoredModel {
    /// As the runner's list of models has it.
    init(_ json: JSONValue) {
        let config = json["config"]
        self.init(
            id: json["id"]?.string ?? "", tags: json["tags"]?.array?.compactMap(\.string) ?? [],
            contextSize: config?["context_size"]?.int, parameters: config?["parameters"]?.string,
            quantization: config?["quantization"]?.string, size: config?["size"]?.string)
    }
}

extension LoadedModel {
    /// As the runner's list of engines has it.
    init(_ json: JSONValue) {
        self.init(
            name: LocalModelName.canonical(json["model_name"]?.string ?? ""), backend: json["backend_name"]?.string,
            mode: json["mode"]?.string, isInUse: json["in_use"]?.bool ?? false,
            isLoading: json["loading"]?.bool ?? false, lastUsedAt: json["last_used"]?.string.flatMap(Self.instant),
            keepAlive: json["keep_alive"]?.string)
    }

    /// A model that nobody used yet was last used in the year 1.
    private static func instant(_ text: String) -> Int64? {
        RFC3339.microseconds(text).flatMap { $0 > 0 ? $0 : nil }
    }
}

extension KeepAlive {
    /// As the runner reads it: a Go duration, or -1 for ever.
    var goText: String {
        switch self {
        case .forever: "-1"
        case .after(let duration): "\(Int((duration.milliseconds / 1_000).rounded(.up)))s"
        }
    }
}
