/// Names of local models, as Docker Model Runner reads them.
public enum LocalModelName {
    /// One spelling for all of `smollm3`, `ai/smollm3:latest` and `index.docker.io/ai/smollm3`: `ai/smollm3`.
    public static func canonical(_ name: String) -> String {
        var name = name.hasSuffix(":latest") ? String(name.dropLast(7)) : name
        for prefix in ["index.docker.io/", "docker.io/"] where name.hasPrefix(prefix) {
            name = String(name.dropFirst(prefix.count))
        }
        if name.hasPrefix("hf.co/") { name = "huggingface.co/" + name.dropFirst(6) }
        // A digest is no name.
        return name.contains("/") || name.isEmpty || name.hasPrefix("sha256:") ? name : "ai/\(name)"
    }
}
