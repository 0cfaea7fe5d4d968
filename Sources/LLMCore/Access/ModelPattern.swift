/// A pattern of the models that a virtual key may ask for: `openai/gpt-5`, `groq/*`, `auto`, `auto/planning`, `fast`.
///
/// `auto` covers every task; a key for `auto` gets any model that the service chooses, and no model by name. An alias covers requests by
/// that name, whatever it stands for at the time.
public enum ModelPattern: Sendable, Hashable, LosslessStringConvertible {
    case model(ModelID)
    /// Every model of a provider.
    case provider(ProviderID)
    /// The service's own choice, for one task or for all.
    case auto(TaskType?)
    /// An alias of the configuration's: a name without a slash.
    case alias(String)

    /// `nil` for a `*` anywhere but in place of a whole name.
    public init?(_ text: String) {
        guard text == Redaction.printable(text), !text.contains(where: \.isWhitespace) else { return nil }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        if parts[0] == "auto" {
            guard parts.count == 2 else {
                self = .auto(nil)
                return
            }
            guard !parts[1].isEmpty, parts[1] == "*" || !parts[1].contains("*") else { return nil }
            self = .auto(parts[1] == "*" ? nil : TaskType(String(parts[1])))
        } else if parts.count == 2, parts[1] == "*", !parts[0].isEmpty, !parts[0].contains("*") {
            self = .provider(ProviderID(String(parts[0])))
        } else if parts.count == 1 {
            guard !text.isEmpty, !text.contains("*") else { return nil }
            self = .alias(text)
        } else {
            guard !text.contains("*"), let model = ModelID(text) else { return nil }
            self = .model(model)
        }
    }

    public var description: String {
        switch self {
        case .model(let model): model.description
        case .provider(let provider): "\(provider)/*"
        case .auto(nil): "auto"
        case .auto(let task?): "auto/\(task)"
        case .alias(let name): name
        }
    }

    /// Returns `true` where a request for `choice`, by an alias or not, is one that the pattern allows.
    public func covers(_ choice: ModelChoice, task: TaskType, alias: String? = nil) -> Bool {
        switch (self, choice) {
        case (.model(let mine), .model(let asked)): mine == asked
        case (.provider(let mine), .model(let asked)): mine == asked.provider
        case (.auto(let mine), .auto): mine == nil || mine == task
        case (.alias(let mine), _): mine == alias
        default: false
        }
    }
}

extension ModelPattern: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let pattern = ModelPattern(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a pattern of models")
        }
        self = pattern
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
