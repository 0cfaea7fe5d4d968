import BenchCore
import LLMCore

/// The providers of a promptfoo configuration as models of ours.
struct PromptfooProviders {
    /// With their parameters: `openai/gpt-5@temperature=0`.
    private(set) var models: [String] = []
    /// By what tests call them: id and label.
    private var names: [String: String] = [:]

    init() {}

    /// Reads the list. What cannot be carried over is added to `faults`.
    init(_ value: JSONValue, _ faults: inout [String]) {
        for (index, entry) in (value.array ?? [value]).enumerated() {
            do throws(SourceRow.Fault) {
                try add(entry)
            } catch {
                faults.append("providers[\(index)]: \(error.message)")
            }
        }
    }

    private mutating func add(_ entry: JSONValue) throws(SourceRow.Fault) {
        var id = entry.string
        var options = entry.object ?? JSONObject()
        // `openai:gpt-5: {config: …}`.
        if let only = options.members.first, options.count == 1, only.key.contains(":") {
            (id, options) = (only.key, only.value.object ?? JSONObject())
        }
        guard let id = id ?? options["id"]?.string else { throw SourceRow.Fault(message: "there is no \"id\"") }
        for key in options.keys where !["id", "label", "config"].contains(key) {
            throw SourceRow.Fault(message: "\(key): cannot be carried over")
        }
        let model = try PromptfooProviders.model(id)
        var settings: [String] = []
        for setting in options["config"]?.object ?? JSONObject() {
            settings.append(try PromptfooProviders.setting(setting.key, setting.value))
        }
        models.append(settings.isEmpty ? model : "\(model)@\(settings.sorted().joined(separator: ","))")
        names[id] = model
        if let label = options["label"]?.string { names[label] = model }
    }

    private static let providers: [Substring: String] = [
        "google": "gemini", "ollama": "local", "localai": "local", "llama": "local", "docker": "local",
    ]
    private static let programs: Set<Substring> = [
        "exec", "file", "python", "golang", "ruby", "http", "https", "webhook", "websocket", "ws", "browser",
        "sequence",
        "echo", "package", "manual-input",
    ]
    /// The part between provider and model: which of the provider's endpoints.
    private static let endpoints: Set<Substring> = ["chat", "messages", "responses"]

    /// `openai/gpt-5` of `openai:chat:gpt-5`.
    static func model(_ id: String) throws(SourceRow.Fault) -> String {
        var parts = id.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first else {
            throw SourceRow.Fault(message: "\(id.shown(limit: 60)) names no model: expected provider:model")
        }
        guard !programs.contains(first) else {
            throw SourceRow.Fault(message: "\(id.shown(limit: 60)) is a program of its own and cannot be carried over")
        }
        parts.removeFirst()
        if parts.count > 1, let endpoint = parts.first, endpoints.contains(endpoint) { parts.removeFirst() }
        guard !["completion", "embedding", "image", "realtime", "assistant"].contains(parts.first) else {
            throw SourceRow.Fault(message: "\(id.shown(limit: 60)) is no chat model")
        }
        return (providers[first] ?? String(first)) + "/" + parts.joined(separator: ":")
    }

    /// `temperature=0`.
    private static func setting(_ key: String, _ value: JSONValue) throws(SourceRow.Fault) -> String {
        let ours = [
            "temperature": "temperature", "top_p": "top_p", "max_tokens": "max_tokens",
            "max_completion_tokens": "max_tokens",
            "max_output_tokens": "max_tokens", "reasoning_effort": "effort", "service_tier": "tier",
        ]
        if key == "reasoning", let effort = value["effort"]?.string { return "effort=\(effort)" }
        guard let name = ours[key], let text = value.string ?? value.number?.literal else {
            // Not repeated: it may be a key.
            throw SourceRow.Fault(message: "config.\(key): cannot be carried over")
        }
        return "\(name)=\(text)"
    }

    /// The pattern of `only` for what a test names: an id, a label, or a pattern of them.
    func pattern(_ name: String) throws(SourceRow.Fault) -> String {
        if let model = names[name] { return model }
        return try PromptfooProviders.model(name)
    }
}
