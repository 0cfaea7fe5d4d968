package import LLMCore

/// A model as a server lists it.
package struct ServedModel: Sendable, Hashable {
    package var id: String
    package var displayName: String
    /// Seconds since 1970.
    package var createdAt: Int64
    package var ownedBy: String
    package var contextWindow: Int?
    package var maxOutput: Int?

    package init(
        id: String, displayName: String, createdAt: Int64, ownedBy: String, contextWindow: Int? = nil,
        maxOutput: Int? = nil
    ) {
        self.id = id
        self.displayName = displayName
        self.createdAt = createdAt
        self.ownedBy = ownedBy
        self.contextWindow = contextWindow
        self.maxOutput = maxOutput
    }
}

/// Writes lists of models, whole or a page of them.
package enum ModelListWriter {
    /// Which part of the list a client asks for; Anthropic and Gemini page, the others ignore it.
    package struct Page: Sendable, Hashable {
        package var size: Int?
        /// Anthropic's `after_id`, Gemini's `pageToken`: the identifier of the last model seen.
        package var after: String?
        /// Anthropic's `before_id`: the identifier of the first model seen, on the way back.
        package var before: String?
        package init(size: Int? = nil, after: String? = nil, before: String? = nil) {
            self.size = size
            self.after = after
            self.before = before
        }
    }

    package static func list(_ models: [ServedModel], flavour: ServerFlavour, page: Page = .init()) -> JSONValue {
        let paged = flavour.modelList == .anthropic || flavour.modelList == .gemini
        let (shown, more) = paged ? cut(models, page) : (models, false)
        let entries = shown.map { entry($0, flavour: flavour) }
        switch flavour.modelList {
        case .anthropic:
            return [
                "data": .array(entries), "has_more": .bool(more),
                "first_id": shown.first.map { .string($0.id) } ?? .null,
                "last_id": shown.last.map { .string($0.id) } ?? .null,
            ]
        case .gemini:
            var object: JSONObject = ["models": .array(entries)]
            if more, let last = shown.last { object["nextPageToken"] = .string(last.id) }
            return .object(object)
        default: return ["object": "list", "data": .array(entries)]
        }
    }

    package static func entry(_ model: ServedModel, flavour: ServerFlavour) -> JSONValue {
        switch flavour.modelList {
        case .anthropic: return anthropic(model)
        case .gemini: return gemini(model)
        case .openai, .xai, .groq, .modelRunner: break
        }
        var object: JSONObject = [
            "id": .string(model.id), "object": "model", "created": .number(JSONNumber(model.createdAt)),
            "owned_by": .string(model.ownedBy),
        ]
        if flavour.modelList == .groq {
            object["active"] = true
            object["context_window"] = model.contextWindow.map { JSONValue($0) }
            object["max_completion_tokens"] = model.maxOutput.map { JSONValue($0) }
            object["public_apps"] = .null
        }
        if flavour.modelList == .modelRunner, let window = model.contextWindow {
            object["dmr"] = ["context_window": JSONValue(window)]
        }
        return .object(object)
    }

    private static func anthropic(_ model: ServedModel) -> JSONValue {
        var object: JSONObject = [
            "type": "model", "id": .string(model.id), "display_name": .string(model.displayName),
            "created_at": .string(RFC3339.text(model.createdAt * 1_000_000)),
        ]
        object["max_input_tokens"] = model.contextWindow.map { JSONValue($0) }
        object["max_tokens"] = model.maxOutput.map { JSONValue($0) }
        return .object(object)
    }

    private static func gemini(_ model: ServedModel) -> JSONValue {
        var object: JSONObject = [
            "name": .string("models/\(model.id)"), "version": "001", "displayName": .string(model.displayName),
        ]
        object["inputTokenLimit"] = model.contextWindow.map { JSONValue($0) }
        object["outputTokenLimit"] = model.maxOutput.map { JSONValue($0) }
        object["supportedGenerationMethods"] = ["generateContent", "countTokens"]
        object["temperature"] = 1
        object["topP"] = 0.95
        object["topK"] = 64
        object["maxTemperature"] = 2
        return .object(object)
    }

    private static func cut(_ models: [ServedModel], _ page: Page) -> (shown: [ServedModel], more: Bool) {
        var rest = models[...]
        if let after = page.after, let index = rest.firstIndex(where: { $0.id == after }) {
            rest = rest[(index + 1)...]
        }
        let size = max(1, page.size ?? rest.count)
        if let before = page.before, let index = rest.firstIndex(where: { $0.id == before }) {
            let earlier = rest[..<index]
            return (Array(earlier.suffix(size)), earlier.count > size)
        }
        return (Array(rest.prefix(size)), rest.count > size)
    }
}
